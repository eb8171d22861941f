"""RFC 5545 rules, expanded by python-dateutil in naive local time. The only place that knows dateutil.

A rule that began long ago is first moved near the moment asked about, by whole intervals, so that age costs nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from ritualsd.core.dates import END_OF_TIME
from ritualsd.core.rrule_parts import WEEKDAYS, Parts, joined, parts_of
from ritualsd.core.rules import Moment, RRule
from ritualsd.errors import WhenError

if TYPE_CHECKING:
    from dateutil.rrule import rrule

_STEP = {
    "WEEKLY": timedelta(7),
    "DAILY": timedelta(1),
    "HOURLY": timedelta(hours=1),
    "MINUTELY": timedelta(minutes=1),
}
_DATE_PARTS = ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYDAY")


def check(rule: RRule) -> None:
    """Raises WhenError for a rule that names no time at all, or ends before its first."""
    parts = parts_of(rule.text)
    endless = joined({name: value for name, value in parts.items() if name != "UNTIL"})
    try:
        first = next(iter(_expander(endless, rule.start)), None)
    except ValueError as error:
        raise WhenError(f"this rule cannot be followed: {str(error).lower().rstrip('.')}", phrase=rule.text) from None
    until = _until(parts, ZoneInfo("UTC"))
    if first is None or (until is not None and first > until + timedelta(1)):
        raise WhenError("this rule names no time at all", phrase=rule.text)


def rrule_moments(rule: RRule, start: datetime, zone: ZoneInfo) -> Iterator[Moment]:
    """What the rule names after a naive local time, ascending."""
    parts = parts_of(rule.text)
    found = _counted(rule, start) if "COUNT" in parts else _endless(rule, parts, start, zone)
    return (Moment(local, local.date()) for local in found)


def _counted(rule: RRule, start: datetime) -> Iterator[datetime]:
    every = _all(rule)
    return iter(every[bisect_right(every, start) :])


@lru_cache(maxsize=64)
def _all(rule: RRule) -> tuple[datetime, ...]:
    """Every time of a rule with a COUNT; it must be counted from its start, so that is done once."""
    return tuple(_expander(rule.text, rule.start))


def _endless(rule: RRule, parts: Parts, start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    until = _until(parts, zone)
    explicit = {**_implied(parts, rule.start), **parts}
    explicit.pop("UNTIL", None)
    expander = _expander(joined(explicit), _moved(explicit, rule.start, start))
    floor = max(start, rule.start - timedelta(seconds=1))
    for local in expander.xafter(floor):
        if local.date() >= END_OF_TIME or (until is not None and local > until):
            return
        yield local


@lru_cache(maxsize=256)
def _expander(text: str, start: datetime) -> rrule:
    from dateutil.rrule import rrulestr

    return cast("rrule", rrulestr(text, dtstart=start))  # one rule line is never a set


def _until(parts: Parts, zone: ZoneInfo) -> datetime | None:
    """UNTIL as a naive local time; one that ends in Z is an instant, a bare date holds its whole day."""
    text = parts.get("UNTIL")
    if text is None:
        return None
    if "T" not in text:
        return datetime.strptime(text, "%Y%m%d") + timedelta(1, seconds=-1)  # noqa: DTZ007 - naive as the rule is
    local = datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - likewise
    return local.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if text.endswith("Z") else local


def _implied(parts: Parts, start: datetime) -> Parts:
    """The BY parts that a rule takes from its start, written out, so that the start itself may move."""
    implied: Parts = {}
    freq = parts["FREQ"]
    if freq in ("YEARLY", "MONTHLY", "WEEKLY") and not any(part in parts for part in _DATE_PARTS):
        if freq == "WEEKLY":
            implied["BYDAY"] = WEEKDAYS[start.weekday()]
        else:
            implied["BYMONTHDAY"] = str(start.day)
        if freq == "YEARLY":
            implied["BYMONTH"] = str(start.month)
    if freq not in ("HOURLY", "MINUTELY"):
        implied["BYHOUR"] = str(start.hour)
    if freq != "MINUTELY":
        implied["BYMINUTE"] = str(start.minute)
    return {**implied, "BYSECOND": str(start.second)}


def _moved(parts: Parts, begin: datetime, start: datetime) -> datetime:
    """A start of the same rule at most a few intervals before `start`: moved on by whole intervals."""
    interval = int(parts.get("INTERVAL", "1"))
    freq = parts["FREQ"]
    if freq in _STEP:
        step = _STEP[freq] * interval
        return begin + step * max(0, (start - begin) // step - 1)
    months = interval * (12 if freq == "YEARLY" else 1)
    passed = (start.year - begin.year) * 12 + start.month - begin.month
    whole = max(0, passed // months - 1) * months
    if not whole:
        return begin
    years, month = divmod(begin.month - 1 + whole, 12)
    return begin.replace(year=begin.year + years, month=month + 1 if freq == "MONTHLY" else 1, day=1)


def names_a_day(rule: RRule) -> int:
    """How many times a day a rule names, at most."""
    parts = parts_of(rule.text)
    hours = {"HOURLY": 24, "MINUTELY": 24}.get(parts["FREQ"], 1)
    minutes = 60 if parts["FREQ"] == "MINUTELY" else 1
    return _size(parts, "BYHOUR", hours) * _size(parts, "BYMINUTE", minutes) * _size(parts, "BYSECOND", 1)


def _size(parts: Parts, part: str, otherwise: int) -> int:
    return len(set(parts[part].split(","))) if part in parts else otherwise
