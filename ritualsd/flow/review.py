"""Review: gather what one person may look back at, and what could be changed. Reads the ledger; changes nothing.

It reads that person's own messages and replies, and nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from ritualsd.core import reflect
from ritualsd.core.notices import notice_in
from ritualsd.core.proposals import LOOKS_AT, Proposal, proposals
from ritualsd.core.reflect import Review, Told, looks, month_before
from ritualsd.core.visibility import visible_to
from ritualsd.flow.look_back import celebrating
from ritualsd.model import DeliveryState, Settings
from ritualsd.ports import Store

MOST = 20_000  # messages to one person


def review(store: Store, settings: Settings, person: str, since_utc: datetime, now: datetime) -> Review:
    """What `person` may look back at, from `since_utc` until now."""
    told = list(_told(store, settings, person, now))
    return reflect.review(person, told, store.said(person), celebrating(settings), since_utc, now)


def proposed(store: Store, settings: Settings, person: str, now: datetime) -> tuple[Proposal, ...]:
    """What `person` may want to change, by the last weeks."""
    household = settings.household
    lately = looks(_told(store, settings, person, now), store.said(person), now - LOOKS_AT, now)
    today = now.astimezone(ZoneInfo(household.people[person].zone)).date()
    return proposals(person, lately, household.rituals, now, today)


def looked_back(store: Store, settings: Settings, person: str, now: datetime) -> tuple[Review, tuple[Proposal, ...]]:
    """Both, from the first day of last month."""
    seen = review(store, settings, person, begins(settings, person, now), now)
    return seen, proposed(store, settings, person, now)


def begins(settings: Settings, person: str, now: datetime, since: date | None = None) -> datetime:
    """The first moment of `since` on that person's clock; without it, of the month before this one."""
    zone = ZoneInfo(settings.household.people[person].zone)
    day = since or month_before(now.astimezone(zone).date())[0]
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _told(store: Store, settings: Settings, person: str, now: datetime) -> Iterator[Told]:
    """The rituals' own messages that reached this person, oldest first."""
    entries = reversed(store.history(person=person, limit=MOST))
    for seen in visible_to(person, entries, settings.household, now):
        occurrence = seen.thing.occurrence
        sent = any(each.state is DeliveryState.SENT for each in seen.thing.deliveries)
        if sent and not notice_in(occurrence.ritual, occurrence.part):
            yield Told(ritual=occurrence.ritual, at_utc=occurrence.due_utc)
