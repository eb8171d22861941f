"""The budget: how many messages a person's day and week may hold, and which give way where there are more.

Pure, and from the plan of the whole day, so that the least important one is left out and not merely the last, and a
preview and the real thing agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.notices import COOL_OFF, DRAWN, NUDGES, PARTING, SIGN_IN, WELCOME, notice_in
from ritualsd.core.resting import BY_HAND
from ritualsd.model import Occurrence, Person

UNCOUNTED = (SIGN_IN, WELCOME, COOL_OFF, PARTING, *DRAWN)
"""What a person asked for, or must be told once: in no count, and never left out."""

ALWAYS = 5
"""From this importance on, a message comes on a rest day too."""

LEAST = 0
"""The importance of a nudge or an offer: it never takes the place of a ritual's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One message that wants a place in a day or a week."""

    importance: int
    due_utc: datetime
    ritual: str
    part: str = ""

    @property
    def rank(self) -> tuple[int, datetime, str, str]:
        """The lowest comes first: the most important, then the earliest."""
        return -self.importance, self.due_utc, self.ritual, self.part


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `begin_utc` up to, but without, `end_utc`; `most` messages may come in it. `code` is the reason for one more
    to be left out."""

    begin_utc: datetime
    end_utc: datetime
    most: int
    code: str


def is_counted(occurrence: Occurrence) -> bool:
    """Whether an occurrence has to fit: what somebody sent on purpose, or asked for, always comes."""
    return occurrence.ritual not in UNCOUNTED and occurrence.part != BY_HAND


def has_budget(person: Person) -> bool:
    """Whether anything limits this person's messages beside quiet hours."""
    limits = (person.max_per_day, person.own_max_per_day, person.max_per_week)
    return bool(person.rest_days) or any(most is not None for most in limits)


def importance_of(occurrence: Occurrence, importance: int) -> int:
    """How much an occurrence of a ritual with this importance weighs in the budget."""
    return LEAST if notice_in("", occurrence.part).startswith(NUDGES) else importance


def spans(person: Person, at_utc: datetime) -> tuple[Span, ...]:
    """The day and the week (from Monday) around an instant that have a limit, on the person's own wall clock; the day
    by a limit of their own last, since that is told to nobody else."""
    zone = ZoneInfo(person.zone)
    today = datetime.combine(at_utc.astimezone(zone).date(), time(), zone)
    monday = today - timedelta(days=today.weekday())
    limited = (
        (person.max_per_day, today, 1, "budget"),
        (person.max_per_week, monday, 7, "budget"),
        (person.own_max_per_day, today, 1, "own-budget"),
    )
    return tuple(
        Span(begin_utc=begin.astimezone(UTC), end_utc=(begin + timedelta(days)).astimezone(UTC), most=most, code=code)
        for most, begin, days, code in limited
        if most is not None
    )


def is_rest_day(person: Person, at_utc: datetime, importance: int) -> bool:
    """Whether the person wants nothing on this local day, and this is not important enough to come all the same."""
    return importance < ALWAYS and at_utc.astimezone(ZoneInfo(person.zone)).weekday() in person.rest_days


def fits(own: Claim, others: Iterable[Claim], left: int) -> bool:
    """Whether `own` is among the `left` first of all that still want a place."""
    return sum(other.rank < own.rank for other in others) < left
