"""Collect: keep what a person sent back, and do what follows from it. Every source of replies hands over here.

Only what is on disk is ever confirmed. Must not send, and tells nobody what was said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ritualsd.core.events import E
from ritualsd.core.notices import ritual_called
from ritualsd.core.plan import next_due_after
from ritualsd.core.reasons import reason
from ritualsd.core.recur import needs_done
from ritualsd.core.replies import parse_reply
from ritualsd.core.when import parse
from ritualsd.errors import NotFound
from ritualsd.flow.opened import opened
from ritualsd.flow.snooze import snoozed
from ritualsd.flow.telling import tell
from ritualsd.model import Consequences, Incoming, Occurrence, OccurrenceState, Reply, Ritual, Settings
from ritualsd.ports import World

AHEAD = timedelta(days=1)  # further than anything is ever planned


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A reply on record. `counts`: its ritual counts from when it was done; `next_utc`: when it comes next by that."""

    reply: Reply
    counts: bool
    next_utc: datetime | None


def collect(world: World, settings: Settings, incoming: Incoming, now: datetime) -> Collected:
    """Keep one reply, and how far its source has read; a message told of twice is kept once.

    Raises NotFound for an occurrence that is not this person's and for a link that leads nowhere (unknown, expired,
    revoked), RitualsdError for what is no answer to it, and for a snooze that cannot be. Then nothing is kept.
    """
    occurrence = _theirs(world, settings, incoming, now)
    ritual = ritual_called(settings.household, occurrence.ritual)
    reply = _read(incoming, occurrence, ritual)
    counting = ritual if ritual is not None and needs_done(parse(ritual.when)) else None
    also = Consequences(cursor=incoming.cursor)
    if _is_known(world, reply):
        skip_past(world, incoming.cursor)
    else:
        again = snoozed(world, settings, occurrence, ritual, reply.until_utc) if reply.until_utc is not None else None
        world.store.reply(reply, again, now, also)
        tell(world, settings, E.REPLY_KEPT, reply.ritual, reply.person, occurrence=occurrence.name, source=reply.source)
        if counting is not None and reply.action.answers:
            _let_go(world, settings, counting, now)
    next_utc = _next(world, settings, occurrence, counting, now) if counting is not None else None
    return Collected(reply=reply, counts=counting is not None, next_utc=next_utc)


def skip_past(world: World, cursor: tuple[str, str] | None) -> None:
    """Keep how far a source has read where what it read is no reply to keep."""
    if cursor is not None:
        world.store.remember(*cursor)


def _theirs(world: World, settings: Settings, incoming: Incoming, now: datetime) -> Occurrence:
    """The occurrence meant. What does not exist and what is somebody else's get the same answer."""
    if incoming.token:
        return opened(world, settings, incoming.token, now).occurrence
    entry = world.store.find(incoming.occurrence)
    if entry is None or entry.occurrence.person != incoming.person:
        raise NotFound(f"nothing of {incoming.person} has that name", todo="see the names with: ritualsd log --json")
    return entry.occurrence


def _read(incoming: Incoming, occurrence: Occurrence, ritual: Ritual | None) -> Reply:
    """The reply as it was meant. A ritual that is gone can no longer say what it asked, so any words are kept."""
    action = parse_reply(incoming.text, ritual.ask if ritual is not None else "text")
    return Reply(
        occurrence=occurrence.id,
        ritual=occurrence.ritual,
        person=occurrence.person,
        action=action.kind,
        words=action.words,
        until_utc=incoming.received_utc + action.wait if action.wait is not None else None,
        source=incoming.source,
        source_msg_id=incoming.source_msg_id,
        received_utc=incoming.received_utc,
        household=occurrence.household,
    )


def _is_known(world: World, reply: Reply) -> bool:
    message = (reply.source, reply.source_msg_id)
    return any((kept.source, kept.source_msg_id) == message for kept in world.store.replies(reply.occurrence))


def _next(world: World, settings: Settings, occurrence: Occurrence, ritual: Ritual, now: datetime) -> datetime | None:
    secret, done_utc = world.store.installation().secret, world.store.last_done(ritual.id)
    return next_due_after(replace(occurrence, due_utc=now), ritual, settings.household, secret, done_utc)


def _let_go(world: World, settings: Settings, ritual: Ritual, now: datetime) -> None:
    """What was on its way of a ritual that has just been done needs no saying any more."""
    for person in ritual.to:
        for waiting in world.store.unsent_before(ritual.id, person, now + AHEAD):
            world.store.end(waiting.id, OccurrenceState.SKIPPED, reason("done"), now)
            tell(world, settings, E.OCCURRENCE_ENDED, ritual.id, person, occurrence=waiting.name, code="done")
