"""A phrase of `when`, one step rarer. Pure; it says nothing where there is no plain way to say it."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ritualsd.core.when import parse
from ritualsd.errors import WhenError

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = "|".join(_WEEKDAYS)
_REST = r"(?P<rest> (?:at|between) .*)"
_FIXED = (
    (rf"every day{_REST}", "every Monday, Wednesday and Friday{rest}"),
    (rf"every weekday{_REST}", "every Tuesday and Thursday{rest}"),
    (rf"every weekend{_REST}", "every Saturday{rest}"),
    (rf"once a day{_REST}", "3 times a week{rest}"),
    (rf"once a week{_REST}", "2 times a month{rest}"),
    (rf"(?:twice|2 times) a week{_REST}", "once a week{rest}"),
    (rf"(?:twice|2 times) a month{_REST}", "once a month{rest}"),
    (rf"[3-9] times a week{_REST}", "2 times a week{rest}"),
    (rf"[3-9] times a month{_REST}", "2 times a month{rest}"),
    (rf"every (?P<first>{_DAY})(?:, (?:{_DAY}))* and (?:{_DAY}){_REST}", "every {first}{rest}"),
)
_WEEKLY = re.compile(rf"every (?P<day>{_DAY}){_REST}")


def rarer(when: str, today: date) -> str | None:
    """The next rarer phrase; None where there is none, or where the phrase is not a plain one. What needs a day to
    count from counts from the first after `today`."""
    for pattern, into in _FIXED:
        if (found := re.fullmatch(pattern, when)) is not None:
            return _if_valid(into.format(**found.groupdict()))
    weekly = _WEEKLY.fullmatch(when)
    if weekly is None or " from " in when:
        return None
    ahead = (_WEEKDAYS.index(weekly["day"]) - today.weekday() - 1) % 7 + 1
    begins = today + timedelta(days=ahead)
    return _if_valid(f"every other {weekly['day']}{weekly['rest']} from {begins.isoformat()}")


def _if_valid(phrase: str) -> str | None:
    try:
        parse(phrase)
    except WhenError:
        return None
    return phrase
