"""A person's calendar as iCalendar: when, and by what name. No words, no answer, and nothing that is a secret from
anyone, since a calendar lies open on many screens. The only place that writes iCalendar.

The same record gives the same bytes: nothing in it says when it was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest
from typing import Any

from ritualsd.core.compose import title_of
from ritualsd.core.feed import Change, change_of
from ritualsd.core.notices import notice_in, ritual_called
from ritualsd.core.upcoming import Upcoming
from ritualsd.core.visibility import Visible, can_see, visible_to
from ritualsd.model import Entry, OccurrenceState, Ritual, Settings
from ritualsd.ports import Store
from ritualsd.web.coming import coming

BACK = timedelta(days=31)
AHEAD = timedelta(days=396)  # thirteen months
PLANNED = timedelta(minutes=10)  # as far ahead the record knows what comes, and whose turn it is
LASTS = timedelta(minutes=15)
MOST = 1000  # of the record
ASK_AGAIN = timedelta(hours=6)
SPOKE = (OccurrenceState.PLANNED, OccurrenceState.READY, OccurrenceState.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One slot as a calendar shows it."""

    ritual: Ritual
    slot: str
    part: str
    due_utc: datetime


def feed(store: Store, settings: Settings, person: str, now: datetime) -> bytes:
    """The calendar of `person`: the last month as it went, and thirteen months ahead. `settings` are as lived."""
    installation = store.installation()
    found = {(each.ritual.id, each.slot, each.part): each for each in _events(store, settings, person, now)}
    changes = {name: change_of(store.recall, name, installation.created_utc) for name in {key[0] for key in found}}
    calendar = _calendar()
    for key, event in sorted(found.items(), key=lambda pair: (pair[1].due_utc, pair[0])):
        calendar.add_component(_component(event, uid(installation.secret, person, *key), changes[key[0]]))
    return bytes(calendar.to_ical())


def uid(secret: bytes, person: str, ritual: str, slot: str, part: str) -> str:
    """The name of a slot in a calendar: always the same, and it says nothing of what it names."""
    named = "\0".join(("feed", person, ritual, slot, part)).encode()
    return f"{digest(secret, named, sha256).hex()[:32]}@ritualsd"


def etag(calendar: bytes) -> str:
    return f'"{sha256(calendar).hexdigest()[:32]}"'


def _events(store: Store, settings: Settings, person: str, now: datetime) -> Iterator[Event]:
    """What is ahead, then what is on record, which knows better."""
    household = settings.household
    for ahead in coming(store, settings, person, now + PLANNED, now + AHEAD, now):
        if _is_open(ahead.thing, settings, now):
            slot = ahead.thing.slot
            yield Event(ritual=ahead.thing.ritual, slot=slot.key, part=slot.part, due_utc=slot.due_utc)
    for seen in visible_to(person, store.history(person=person, limit=MOST), household, now):
        occurrence = seen.thing.occurrence
        ritual = ritual_called(household, occurrence.ritual)
        if ritual is not None and occurrence.due_utc >= now - BACK and _shows(seen, settings, now):
            yield Event(ritual=ritual, slot=occurrence.slot, part=occurrence.part, due_utc=occurrence.due_utc)


def _shows(seen: Visible[Entry], settings: Settings, now: datetime) -> bool:
    occurrence = seen.thing.occurrence
    return (
        occurrence.state in SPOKE
        and not notice_in(occurrence.ritual, occurrence.part)
        and _is_open(seen.thing, settings, now)
    )


def _is_open(thing: Upcoming | Entry, settings: Settings, now: datetime) -> bool:
    """Whether it is a secret from nobody."""
    return can_see(None, thing, settings.household, now) == "full"


def _calendar() -> Any:
    from icalendar import Calendar

    calendar = Calendar()
    for name, value in (
        ("PRODID", "-//ritualsd//ritualsd//EN"),
        ("VERSION", "2.0"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("NAME", "ritualsd"),
        ("X-WR-CALNAME", "ritualsd"),
        ("X-PUBLISHED-TTL", "PT6H"),
    ):
        calendar.add(name, value)
    calendar.add("REFRESH-INTERVAL", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    return calendar


def _component(event: Event, uid: str, change: Change) -> Any:
    from icalendar import Event as Component

    component = Component()
    component.add("UID", uid)
    component.add("DTSTAMP", change.at_utc)
    component.add("LAST-MODIFIED", change.at_utc)
    component.add("SEQUENCE", change.number)
    component.add("DTSTART", event.due_utc)
    component.add("DTEND", event.due_utc + LASTS)
    component.add("SUMMARY", title_of(event.ritual))
    component.add("CLASS", "PRIVATE")
    component.add("TRANSP", "TRANSPARENT")
    return component
