"""What decides slots beside the rule: a ritual's own keys, its person's quiet hours, the secret of its draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from ritualsd.core.busy import Busy
from ritualsd.model import Quiet
from ritualsd.model import Sun as Sun


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything but the rule and the zone that decides slots. The defaults are those of a ritual.

    `skip` holds ranges of dates, both ends included. `remind` empty means only the slot itself; otherwise exactly
    what it lists. `quiet` and `skip` are taken out of a window before a moment in it is drawn, and so is `busy`: the
    quiet hours of people who live by another clock, each with its zone. Elsewhere quiet hours are the sender's concern,
    but for a slot that is to be the same instant for everyone (`together`): it waits until nobody is `busy`, or
    `engaged` by what is in their own calendar.
    `done_utc`, `since_utc` and `after_utc` are what a rule "N weeks after done" counts from, as in `Done`.
    """

    gap: Literal["first-valid", "skip"] = "first-valid"
    leap: Literal["feb-28", "mar-1", "leap-years"] = "feb-28"
    short_month: Literal["skip", "last-day"] = "skip"
    earliest: time | None = None
    latest: time | None = None
    secret: bytes = b""
    ritual: str = ""
    quiet: tuple[Quiet, ...] = ()
    min_gap: timedelta = timedelta(minutes=30)
    skip: tuple[tuple[date, date], ...] = ()
    on_skip: Literal["skip", "before", "after"] = "skip"
    remind: tuple[str, ...] = ()
    sun: Sun | None = None
    done_utc: datetime | None = None
    since_utc: datetime | None = None
    after_utc: datetime | None = None
    busy: tuple[tuple[Quiet, str], ...] = ()
    engaged: Busy = ()
    together: bool = False

    def away(self, day: date) -> bool:
        """Whether a skip range holds this date."""
        return any(first <= day <= last for first, last in self.skip)


PLAIN = Policy()
