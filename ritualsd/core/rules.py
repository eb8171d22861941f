"""The nouns of the calendar: a rule is which days, which times on them, where it begins and ends. Data only, no zone.

Weekdays are numbers, Monday is 0; ordinals count from 1, and -1 is the last, -2 the second to last.
Minutes count from the midnight that begins the day; past 1440 they lie on the day after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, NamedTuple, TypeAlias

WORKWEEK = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)
ALL_WEEK = (0, 1, 2, 3, 4, 5, 6)
DAY_MINUTES = 1440

Period = Literal["day", "week", "month"]
SunEvent = Literal["sunrise", "sunset", "dawn", "dusk"]
Unit = Literal["day", "week", "month"]


# ── which days ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryDays:
    """Every `step` days; a step over 1 counts from the rule's `since`."""

    step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """These weekdays of every `step` weeks; a step over 1 counts from the first of them on or after `since`."""

    days: tuple[int, ...]
    step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDays:
    """These days of every month, 1 to 31."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NthDays:
    """The nth of the days that fall on `weekdays`, in every month or only in `month`.

    `working`: days on a skip calendar do not count.
    """

    ordinals: tuple[int, ...]
    weekdays: tuple[int, ...]
    month: int | None = None
    working: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Yearly:
    """One date of every year."""

    month: int
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Easter:
    """Western Easter Sunday, `offset` days later (negative: before)."""

    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OneDay:
    """One date, once."""

    date: date


Days: TypeAlias = EveryDays | Weekly | MonthDays | NthDays | Yearly | Easter | OneDay


# ── which times ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """These times of the day, ascending, to the minute."""

    times: tuple[time, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Every `step` minutes from `start` to `end` (both included)."""

    step: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One hashed minute from `start` until before `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """`count` hashed minutes a `period`, each between `start` and before `end` of one of the rule's days."""

    count: int
    period: Period
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SunTime:
    """`offset` minutes after (negative: before) what the sun does that day."""

    event: SunEvent
    offset: int = 0


Times: TypeAlias = At | Steps | Window | Chance | SunTime


# ── rules ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Days and times between two dates, both included; at most `count` slots counted from `since`."""

    days: Days
    times: Times
    since: date | None = None
    until: date | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterDone:
    """Once, so long after it was last done; `at` None keeps the time of day at which it was done.

    Before it was ever done: on `since`, else counted from when it was first seen.
    """

    amount: int
    unit: Unit
    at: time | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """A cron expression as Debian reads it, upper case; dates from `since` to `until` only."""

    expr: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RRule:
    """An RFC 5545 rule, upper case, that begins at `start` (naive local time)."""

    text: str
    start: datetime


Body: TypeAlias = Phrase | AfterDone
Single: TypeAlias = Body | Cron | RRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """All slots of several rules; two on one instant are one."""

    rules: tuple[Single, ...]


Rule: TypeAlias = Single | Union


class Moment(NamedTuple):
    """One nominal local time a rule names. `day` is the day it belongs to and `named` (None: `local`) the time it
    had before any move.

    `skipped` is a reason code when it must not happen. `due_utc` is set where the instant came first (the sun, a
    cron that follows real time); elsewhere it is computed from `local`.
    """

    local: datetime
    day: date
    part: str = ""
    note: str = ""
    skipped: str = ""
    due_utc: datetime | None = None
    named: datetime | None = None
