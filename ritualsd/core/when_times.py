"""Which times: the part of a `when` phrase that names times of the day, from tokens to the times of a rule."""

from __future__ import annotations

from datetime import time
from typing import cast

from ritualsd.core.rules import DAY_MINUTES, At, SunEvent, SunTime, Times, Window
from ritualsd.core.when_words import Cursor, Token, listed, number

SUN = ("sunset", "sunrise", "dawn", "dusk")
_UNITS = ("day", "week", "month", "hour", "minute")
_MOST = {"day": 3650, "week": 520, "month": 120, "hour": 24, "minute": DAY_MINUTES}


def times(cursor: Cursor) -> Times:
    """ "at 07:30 and 21:00", "between 18:00 and 20:00", "30 minutes before sunset"."""
    if cursor.sees("between"):
        start, end = between(cursor)
        return Window(start=start, end=end)
    if cursor.sees(*SUN) or cursor.here.kind == "number":
        return sun(cursor)
    cursor.need("at", "between")
    if cursor.sees(*SUN):
        return sun(cursor)
    return At(times=tuple(sorted(set(listed(cursor, clock)))))


def clock(cursor: Cursor) -> time:
    """One time of day, before 24:00."""
    token = cursor.kind("clock")
    if token is None:
        return cursor.fail("here a phrase needs a time, such as 07:30 or 7:30 pm")
    minutes = cast(int, token.value)
    if minutes == DAY_MINUTES:
        cursor.fail("a day ends before 24:00; the next one begins at 00:00", token)
    return time(*divmod(minutes, 60))


def between(cursor: Cursor) -> tuple[int, int]:
    """Minutes from midnight; an end before the start lies on the next day."""
    cursor.need("between")
    start = cursor.kind("clock") or cursor.fail("here a phrase needs a time, such as 10:00")
    cursor.need("and")
    end = cursor.kind("clock") or cursor.fail("here a phrase needs a time, such as 17:00")
    first, last = cast(int, start.value), cast(int, end.value)
    if first == DAY_MINUTES:
        cursor.fail("a day ends before 24:00; the next one begins at 00:00", start)
    if first == last:
        cursor.fail("nothing lies between a time and itself", end)
    return first, last if last > first else last + DAY_MINUTES


def sun(cursor: Cursor) -> SunTime:
    """ "sunset", "30 minutes before sunset"."""
    if cursor.sees(*SUN):
        return SunTime(event=cast(SunEvent, cursor.next().value))
    amount, unit = duration(cursor)
    side = cursor.need("before", "after")
    return sun_offset(cursor, amount, unit, side)


def sun_offset(cursor: Cursor, amount: Token, unit: str, side: str) -> SunTime:
    """What the sun does, which follows "30 minutes before"."""
    minutes = cast(int, amount.value) * (60 if unit == "hour" else 1)
    if unit not in ("hour", "minute") or minutes > DAY_MINUTES // 2:
        cursor.fail("the sun is counted in minutes or hours, twelve hours at most", amount)
    event = cast(SunEvent, cursor.need(*SUN))
    return SunTime(event=event, offset=-minutes if side == "before" else minutes)


def duration(cursor: Cursor) -> tuple[Token, str]:
    """ "30 minutes": the number's token and the unit."""
    amount = cursor.here
    number(cursor)
    unit = cursor.need(*_UNITS)
    if cast(int, amount.value) > _MOST[unit]:
        cursor.fail(f"that is longer than a phrase can say ({_MOST[unit]} {unit}s at most)", amount)
    return amount, unit
