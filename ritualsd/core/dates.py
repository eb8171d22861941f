"""Jumps to the next date a rule names, by arithmetic. Knows no time of day and no zone; never walks from an anchor."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import assert_never

from ritualsd.core.policy import Policy
from ritualsd.core.rules import Days, Easter, EveryDays, MonthDays, NthDays, OneDay, Weekly, Yearly

SEARCH_YEARS = 41
"""No rule is silent for longer and then speaks again: a fifth Sunday in February can be forty years away."""

END_OF_TIME = date(2400, 1, 1)
"""Nothing is named from here on; it keeps arithmetic on dates far from their last year."""


def ahead(days: Days, start: date, anchor: date | None, policy: Policy) -> date | None:
    """The first date on or after `start` that `days` name, or None. `anchor` is the rule's `since`."""
    if anchor is not None and start < anchor:
        start = anchor
    if start >= END_OF_TIME:
        return None
    match days:
        case EveryDays():
            return start if days.step == 1 else _every_days(days.step, start, anchor or start)
        case Weekly():
            return _weekly(days, start, anchor)
        case MonthDays():
            return _month_days(days.days, start, policy)
        case NthDays():
            return _nth_days(days, start, policy)
        case Yearly():
            return _yearly(days, start, policy)
        case Easter():
            return _easter(days.offset, start)
        case OneDay():
            return days.date if days.date >= start else None
        case _:
            assert_never(days)


def _every_days(step: int, start: date, anchor: date) -> date:
    return start + timedelta((anchor.toordinal() - start.toordinal()) % step)


def _weekly(days: Weekly, start: date, anchor: date | None) -> date:
    wait = _wait(days.days)
    found = start + wait[start.weekday()]
    if days.step == 1:
        return found
    first = anchor or start
    first += wait[first.weekday()]
    if len(days.days) == 1:
        return start + timedelta((first.toordinal() - start.toordinal()) % (7 * days.step))
    weeks = (_monday(found) - _monday(first)) // 7
    if weeks % days.step == 0:
        return found
    monday = date.fromordinal(_monday(found) + 7 * (-weeks % days.step))
    return monday + wait[0]


def _monday(day: date) -> int:
    return day.toordinal() - day.weekday()


@lru_cache(maxsize=128)
def _wait(weekdays: tuple[int, ...]) -> tuple[timedelta, ...]:
    """For each weekday: how long until the first of `weekdays`."""
    return tuple(timedelta(min((day - today) % 7 for day in weekdays)) for today in range(7))


def _month_days(wanted: tuple[int, ...], start: date, policy: Policy) -> date | None:
    year, month, floor = start.year, start.month, start.day
    for _ in range(12 * SEARCH_YEARS):
        length = month_length(year, month)
        if policy.short_month == "last-day":
            days = [min(day, length) for day in wanted if min(day, length) >= floor]
        else:
            days = [day for day in wanted if floor <= day <= length]
        if days:
            return date(year, month, min(days))
        year, month, floor = *next_month(year, month), 1
    return None


def _nth_days(days: NthDays, start: date, policy: Policy) -> date | None:
    year, month = start.year, start.month
    if days.month is not None:
        year, month = year + (days.month < month), days.month
    for _ in range(12 * SEARCH_YEARS if days.month is None else SEARCH_YEARS):
        best = None
        for ordinal in days.ordinals:
            day = _nth(days, ordinal, year, month, policy)
            if day is not None and day >= start and (best is None or day < best):
                best = day
        if best is not None:
            return best
        year, month = next_month(year, month) if days.month is None else (year + 1, month)
    return None


def _nth(days: NthDays, ordinal: int, year: int, month: int, policy: Policy) -> date | None:
    if len(days.weekdays) == 1:
        return nth_weekday(year, month, days.weekdays[0], ordinal)
    named = [
        day
        for day in (date(year, month, number) for number in range(1, month_length(year, month) + 1))
        if day.weekday() in days.weekdays and not (days.working and policy.away(day))
    ]
    index = ordinal - 1 if ordinal > 0 else ordinal
    return named[index] if -len(named) <= index < len(named) else None


@lru_cache(maxsize=4096)
def nth_weekday(year: int, month: int, weekday: int, ordinal: int) -> date | None:
    """The nth such weekday of a month; -1 is the last. None where the month has no fifth."""
    length = month_length(year, month)
    first = 1 + (weekday - date(year, month, 1).weekday()) % 7
    week = ordinal - 1 if ordinal > 0 else (length - first) // 7 + ordinal + 1
    day = first + 7 * week
    return date(year, month, day) if 1 <= day <= length else None


def _yearly(days: Yearly, start: date, policy: Policy) -> date | None:
    for year in range(start.year, start.year + 10):
        found = year_day(year, days.month, days.day, policy)
        if found is not None and found >= start:
            return found
    return None


def year_day(year: int, month: int, day: int, policy: Policy) -> date | None:
    """That date of that year; 29 February moves, or is left out, as `policy.leap` says."""
    if (month, day) == (2, 29) and month_length(year, 2) == 28:
        moved = {"feb-28": date(year, 2, 28), "mar-1": date(year, 3, 1)}
        return moved.get(policy.leap)
    return date(year, month, day)


def _easter(offset: int, start: date) -> date | None:
    shift = timedelta(offset)
    year = (start - shift).year
    return next(day for day in (easter(year) + shift, easter(year + 1) + shift) if day >= start)


@lru_cache(maxsize=512)
def easter(year: int) -> date:
    """Western Easter Sunday (the computus of the Gregorian calendar, Meeus, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7  # noqa: E741 - the letter the published algorithm uses
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return date(year, month, day + 1)


def month_length(year: int, month: int) -> int:
    """How many days a month has."""
    return monthrange(year, month)[1]


def next_month(year: int, month: int) -> tuple[int, int]:
    """The year and month after."""
    return (year + 1, 1) if month == 12 else (year, month + 1)
