"""Slots, and the streams the planner reads: local times, and the instants they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from ritualsd.model.people import DEFAULT_HOUSEHOLD

Sun: TypeAlias = Callable[[date, ZoneInfo, str], datetime | None]
"""The instant of "sunrise", "sunset", "dawn" or "dusk" whose local date is the one given; None: not on that date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One local date and time a rule names, and the instant it is in its zone.

    `key` is the civil slot: the ISO date where the rule names one time a day, else the ISO local date-time.
    `part` tells several draws of one period apart. `note` says in words why the time moved, or "".
    `skipped` is the reason when the slot is named but must not happen (for example "same moment"), or "".
    """

    local: datetime  # naive: the nominal wall-clock time
    zone: str
    due_utc: datetime
    key: str
    part: str = ""
    note: str = ""
    skipped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a rule "N weeks after done" counts from: the last time it was done, else `since_utc`, when the ritual was
    first seen. It names nothing up to `after_utc`: what would lie there comes on the next of its days."""

    last_utc: datetime | None = None
    since_utc: datetime | None = None
    after_utc: datetime | None = None


NEVER = Done()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One ritual in one zone: the row the planner reads. `mark_utc`: everything up to here is decided.

    `next_due_utc` None: the rule names nothing more; it may be early, then there is nothing to decide yet.
    `rule_hash` changes when the rule or its policies change. `since_utc`, `after_utc` and `done_utc` are a
    `Done`; the last of them is the store's own to write: it follows from the replies.
    """

    ritual: str
    key: str  # the zone's name, or "turns"
    zone: str
    when: str
    rule_hash: str
    mark_utc: datetime
    next_due_utc: datetime | None
    household: str = DEFAULT_HOUSEHOLD
    since_utc: datetime | None = None
    after_utc: datetime | None = None
    done_utc: datetime | None = None

    @property
    def done(self) -> Done:
        return Done(last_utc=self.done_utc, since_utc=self.since_utc, after_utc=self.after_utc)
