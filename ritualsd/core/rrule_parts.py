"""The text of an RFC 5545 rule: its parts, checked before any library sees them, so that nothing hangs or surprises."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NoReturn

from ritualsd.errors import WhenError

Parts = dict[str, str]

LONGEST = 1000
MOST_COUNTED = 10_000
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY")
_RANGES = {
    "BYSECOND": (0, 59),
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYMONTH": (1, 12),
    "BYSETPOS": (-366, 366),
}
_NUMBER = re.compile(r"[+-]?\d{1,5}")
_BYDAY = re.compile(r"(?P<nth>[+-]?\d{1,2})?(?P<day>MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?")
EXAMPLE = "rrule:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 from 2026-01-01T13:13"


def normal(text: str) -> str:
    """The rule in its one spelling. Raises WhenError when it is none, or can be seen to name no time at all."""
    cleaned = "".join(text.upper().split()).removeprefix("RRULE:").strip(";")
    if len(cleaned) > LONGEST:
        _refuse(text, f"a rule has at most {LONGEST} characters")
    parts: Parts = {}
    for item in cleaned.split(";"):
        name, _, value = item.partition("=")
        if name in parts:
            _refuse(text, f"{name} is said twice")
        parts[name] = value
    for name, value in parts.items():
        _check(text, name, value)
    _check_whole(text, parts)
    return joined(parts)


def joined(parts: Parts) -> str:
    """The parts as one rule, FREQ first."""
    names = ["FREQ", *(name for name in parts if name != "FREQ")]
    return ";".join(f"{name}={parts[name]}" for name in names)


@lru_cache(maxsize=512)
def _parts_of(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, _, value in (item.partition("=") for item in text.split(";")))


def parts_of(text: str) -> Parts:
    """The parts of a rule in its one spelling."""
    return dict(_parts_of(text))


def _refuse(text: str, what: str) -> NoReturn:
    raise WhenError(what, phrase=text, end=len(text), suggestion=EXAMPLE)


def _check(text: str, name: str, value: str) -> None:
    match name:
        case "FREQ":
            if value == "SECONDLY":
                _refuse(text, "a ritual every second is no ritual: the smallest step is a minute")
            if value not in _FREQUENCIES:
                _refuse(text, f"FREQ is one of {', '.join(_FREQUENCIES)}")
        case "INTERVAL" | "COUNT":
            most = MOST_COUNTED if name == "COUNT" else 9999
            if not value.isascii() or not value.isdigit() or not 1 <= int(value[:6]) <= most:
                _refuse(text, f"{name} lies between 1 and {most}")
        case "UNTIL":
            _check_until(text, value)
        case "WKST":
            if value not in WEEKDAYS:
                _refuse(text, "WKST is a weekday such as MO")
        case "BYDAY":
            if not all(_BYDAY.fullmatch(item) for item in value.split(",")):
                _refuse(text, "BYDAY lists weekdays such as MO, 2TU or -1FR")
        case _ if name in _RANGES:
            low, high = _RANGES[name]
            items = value.split(",")
            if not all(_NUMBER.fullmatch(item) and low <= int(item) <= high for item in items):
                _refuse(text, f"{name} lists numbers from {low} to {high}")
            if low < 0 and any(int(item) == 0 for item in items):
                _refuse(text, f"{name} counts from 1, or from -1 backwards")
        case _:
            _refuse(text, f"a rule has no part called {name[:20] or 'that'}")


def _check_until(text: str, value: str) -> None:
    try:
        if not _UNTIL.fullmatch(value):
            raise ValueError(value)
        datetime.fromisoformat(value.rstrip("Z"))
    except ValueError:
        _refuse(text, "UNTIL is a date such as 20261231 or 20261231T225500Z")


def _check_whole(text: str, parts: Parts) -> None:
    freq = parts.get("FREQ")
    if freq is None:
        _refuse(text, "a rule says how often: FREQ=DAILY, WEEKLY, …")
    if "COUNT" in parts and "UNTIL" in parts:
        _refuse(text, "a rule ends by COUNT or by UNTIL, not by both")
    if "BYWEEKNO" in parts and freq != "YEARLY":
        _refuse(text, "BYWEEKNO belongs to FREQ=YEARLY")
    if "BYYEARDAY" in parts and freq in ("DAILY", "WEEKLY", "MONTHLY"):
        _refuse(text, f"BYYEARDAY does not go with FREQ={freq}")
    if "BYMONTHDAY" in parts and freq == "WEEKLY":
        _refuse(text, "BYMONTHDAY does not go with FREQ=WEEKLY")
    if "BYSETPOS" in parts and not any(name in parts for name in _RANGES.keys() - {"BYSETPOS"} | {"BYDAY"}):
        _refuse(text, "BYSETPOS chooses among what another BY part names")
    if "BYSETPOS" in parts and min(abs(int(item)) for item in parts["BYSETPOS"].split(",")) > _largest_set(parts):
        _refuse(text, "BYSETPOS asks for more than there is in a period")
    if not _names_a_day(parts):
        _refuse(text, "no year has such a day")


def _largest_set(parts: Parts) -> int:
    """At least as many times as one period can hold."""
    freq = parts["FREQ"]
    days = {"YEARLY": 366, "MONTHLY": 31, "WEEKLY": 7}.get(freq, 1)
    if "BYDAY" in parts:
        per_period = {"YEARLY": 53, "MONTHLY": 5}.get(freq, 1)
        days = min(days, per_period * len(parts["BYDAY"].split(",")))
    if "BYMONTHDAY" in parts and freq == "MONTHLY":
        days = min(days, len(parts["BYMONTHDAY"].split(",")))
    for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        days *= len(parts.get(name, "").split(","))
    return days


def _names_a_day(parts: Parts) -> bool:
    """Whether some date fits all of BYMONTH, BYMONTHDAY, BYYEARDAY and BYWEEKNO; a search for none lasts seconds."""
    if sum(name in parts for name in ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO")) < 2:
        return True
    return any(_fits(parts, day) for day in _example_days())


@lru_cache(maxsize=1)
def _example_days() -> tuple[date, ...]:
    """A leap year that has a week 53, and a common year."""
    years = ((2020, 366), (2023, 365))
    return tuple(date(year, 1, 1) + timedelta(day) for year, length in years for day in range(length))


def _fits(parts: Parts, day: date) -> bool:
    month, year = monthrange(day.year, day.month)[1], 366 if day.year == 2020 else 365
    number = day.timetuple().tm_yday
    week = day.isocalendar().week
    counted = {
        "BYMONTH": (day.month,),
        "BYMONTHDAY": (day.day, day.day - month - 1),
        "BYYEARDAY": (number, number - year - 1),
        "BYWEEKNO": (week, week - (54 if year == 366 else 53)),
    }
    return all(
        any(int(item) in numbers for item in parts[name].split(","))
        for name, numbers in counted.items()
        if name in parts
    )
