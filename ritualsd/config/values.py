"""What a written value means: durations, clock times, quiet hours, ranges of days. Pure.

What is wrong is a ValueError in our words: `what is wrong; what to write instead`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from ritualsd.model import Quiet

ID_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,63}$"

RESERVED = ("everyone", "turns", "others")
"""Words of `to` and `secret_from` that nobody can be called."""

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_DURATION = re.compile(r"([0-9]{1,6}) *(second|minute|hour|day|week)s?")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_REMIND = re.compile(r"on the day|([0-9]{1,4}) (day|week)s? before")
_LONGEST_REMIND = 366
_LONGEST = timedelta(days=3660)

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Control characters, and the marks that turn or hide text: none has a place in a name.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def duration(value: object) -> timedelta:
    """A length of time such as "30 minutes", "2 hours", "3 days" or "1 week"; at most ten years."""
    found = _DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise ValueError('this should be a length of time; write "30 minutes", "2 hours", "3 days" or "1 week"')
    length = timedelta(seconds=int(found.group(1)) * _SECONDS[found.group(2)])
    if not length or length > _LONGEST:
        raise ValueError("this should be longer than nothing and at most ten years; choose a length between")
    return length


def catch_up(value: object) -> timedelta | None:
    """How late a message may still be sent; None for "none": never late."""
    return None if value == "none" else duration(value)


def clock(value: object) -> time:
    """A time of day, "HH:MM" or TOML's own."""
    if isinstance(value, time) and not (value.second or value.microsecond):
        return value
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or int(found.group(1)) > 23 or int(found.group(2)) > 59:
        raise ValueError('this should be a time of day; write it like "18:30", from "00:00" to "23:59"')
    return time(int(found.group(1)), int(found.group(2)))


def quiet(value: object) -> Quiet:
    """Quiet hours such as "22:30-07:00"."""
    parts = re.split(r"\s*[-–]\s*", value.strip()) if isinstance(value, str) else []
    if len(parts) != 2:
        raise ValueError('quiet hours are two times of day; write them like "22:30-07:00"')
    start, end = clock(parts[0]), clock(parts[1])
    if start == end:
        raise ValueError("quiet hours that end when they begin would never let a message through; use two times")
    return Quiet(start=start, end=end)


def day(value: object) -> date:
    """A date, "2026-12-24" or TOML's own."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("this should be a date that exists; write it like 2026-12-24") from None


def days(value: object) -> tuple[date, date]:
    """A day, or a range "2026-12-24..2027-01-03" with both ends in it."""
    parts = value.split("..") if isinstance(value, str) else [value]
    if len(parts) > 2:
        raise ValueError('this should be a day or a range; write it like "2026-12-24..2027-01-03"')
    first, last = day(parts[0]), day(parts[-1])
    if last < first:
        raise ValueError("this range ends before it begins; write the earlier day first")
    return first, last


def remind(value: object) -> str:
    """A lead-up such as "3 weeks before" or "on the day": whole days, at most a year."""
    text = " ".join(value.lower().split()) if isinstance(value, str) else ""
    found = _REMIND.fullmatch(text)
    if found is None:
        raise ValueError('this should say how long before; write "3 weeks before", "2 days before" or "on the day"')
    if int(found[1] or 0) * (7 if found[2] == "week" else 1) > _LONGEST_REMIND:
        raise ValueError("a message comes at most 366 days ahead of its day; choose a shorter time")
    return text


def weekday(value: object) -> int:
    """A day of the week as 0 (Monday) to 6: "Saturday", "sat"."""
    text = value.strip().lower() if isinstance(value, str) else ""
    found = [number for number, day in enumerate(_WEEKDAYS) if len(text) >= 3 and day.startswith(text)]
    if not found:
        raise ValueError('this should be a day of the week; write it like "Saturday"')
    return found[0]


def phrase(value: object) -> str | list[object] | dict[str, object]:
    """A `when` as it may be written: a phrase, a list of them, or a table; the calendar reads what it says."""
    if not isinstance(value, str | list | dict) or not value:
        raise ValueError('this should be a phrase; write it like "every Sunday at 18:00"')
    return value


def language(value: str) -> str:
    """A language such as "en" or "pt-BR"."""
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", value):
        raise ValueError('this should be a language; write it like "en" or "pt-BR"')
    return value


def name(value: str) -> str:
    """One line a person can read: no control character, nothing invisible."""
    if not value.strip() or len(value) > 200:
        raise ValueError("this should have between 1 and 200 characters; write a shorter text, or leave the key out")
    if _UNSEEN.search(value):
        raise ValueError("this holds a character that cannot be seen; type it again on one line")
    return value.strip()


def words(value: str) -> str:
    """The words of a message: up to 2,000 characters, line breaks welcome."""
    if not value.strip() or len(value) > 2000:
        raise ValueError("a message has between 1 and 2,000 characters; write something a phone can show")
    if _UNSAYABLE.search(value):
        raise ValueError("this holds a control character; type the words again")
    return value


def slug(name: str) -> str:
    """The id a name was probably meant to be, or "" when nothing of it can stay."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain.lower()).strip("-_")[:64]
