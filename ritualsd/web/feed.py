"""A person's calendar as iCalendar: when, and by what name. No words, no answer, and nothing that is a secret from
anyone, since a calendar lies open on many screens. The only place that writes iCalendar: so few and so plain properties
need no library, which takes many times as long.

The same record gives the same bytes: nothing in it says when it was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import digest

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
LONGEST = 75  # bytes of a line
HEAD = (
    "BEGIN:VCALENDAR", "PRODID:-//ritualsd//ritualsd//EN", "VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
    "NAME:ritualsd", "X-WR-CALNAME:ritualsd", "X-PUBLISHED-TTL:PT6H", "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
)  # fmt: skip
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
    lines = [*HEAD]
    for key, event in sorted(found.items(), key=lambda pair: (pair[1].due_utc, pair[0])):
        lines += _lines(event, uid(installation.secret, person, *key), changes[key[0]])
    return b"".join(_folded(line) for line in [*lines, "END:VCALENDAR"])


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


def _lines(event: Event, uid: str, change: Change) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{_utc(change.at_utc)}", f"LAST-MODIFIED:{_utc(change.at_utc)}")
    yield from (f"SEQUENCE:{change.number}", f"DTSTART:{_utc(event.due_utc)}", f"DTEND:{_utc(event.due_utc + LASTS)}")
    yield from (f"SUMMARY:{_text(title_of(event.ritual))}", "CLASS:PRIVATE", "TRANSP:TRANSPARENT", "END:VEVENT")


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A value of type TEXT. A name holds no line break: the configuration takes none."""
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """A line in pieces of at most 75 bytes, none of which cuts a character."""
    pieces = [b""]
    for character in line:
        encoded = character.encode("utf-8", "replace")
        if len(pieces[-1]) + len(encoded) > LONGEST:
            pieces.append(b" ")
        pieces[-1] += encoded
    return b"\r\n".join(pieces) + b"\r\n"
