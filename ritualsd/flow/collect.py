"""Collect: keep what a person sent back, and do what follows: end what needs no sending, send again later, count anew.

Every source of replies hands over here. Only what is on disk is ever confirmed; must not send, and logs no words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.events import E
from ritualsd.core.gate import latest_of
from ritualsd.core.plan import next_due_after
from ritualsd.core.reasons import reason
from ritualsd.core.recur import needs_done
from ritualsd.core.replies import parse_reply
from ritualsd.core.when import parse
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.flow.plan import last_done
from ritualsd.flow.prepare import channels_for
from ritualsd.model import (
    ActionKind,
    Delivery,
    Entry,
    Event,
    Incoming,
    Occurrence,
    OccurrenceState,
    Reply,
    Ritual,
    Settings,
)
from ritualsd.ports import World

AHEAD = timedelta(days=1)  # further than anything is ever planned
SNOOZED = "snooze"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A reply that is on record. Where its ritual counts from done: `counts`, and when it comes next, if that is known."""

    reply: Reply
    counts: bool = False
    next_utc: datetime | None = None


def collect(world: World, settings: Settings, incoming: Incoming, now: datetime) -> Collected:
    """Keep one reply; the same message told of again changes nothing.

    Raises NotFound for an occurrence that is not this person's, RitualsdError for what is no answer to it and for a
    snooze that cannot be.
    """
    entry = _theirs(world, incoming)
    ritual = settings.household.rituals.get(entry.occurrence.ritual)
    reply = _read(incoming, entry.occurrence, ritual)
    if _is_known(world, reply):
        return _collected(world, settings, entry.occurrence, ritual, reply, now)
    again = _again(world, settings, entry, ritual, reply.until_utc, now) if reply.until_utc is not None else None
    if world.store.reply(reply, again, now):
        fields = {"occurrence": entry.occurrence.name, "source": reply.source}
        world.emit(Event(name=E.REPLY_KEPT, fields=fields))
    collected = _collected(world, settings, entry.occurrence, ritual, reply, now)
    if ritual is not None and collected.counts and reply.action.answers:
        _let_go(world, ritual, now)
    return collected


def _theirs(world: World, incoming: Incoming) -> Entry:
    """The occurrence meant. What does not exist and what is somebody else's get the same answer."""
    entry = world.store.find(incoming.occurrence)
    if entry is None or entry.occurrence.person != incoming.person:
        raise NotFound(f"nothing of {incoming.person} has that name", todo="see the names with: ritualsd log --json")
    return entry


def _read(incoming: Incoming, occurrence: Occurrence, ritual: Ritual | None) -> Reply:
    """The reply as it was meant. A ritual that is gone can no longer say what it asked, so any words are kept."""
    action = parse_reply(incoming.text, ritual.ask if ritual is not None else "text")
    return Reply(
        occurrence=occurrence.id,
        ritual=occurrence.ritual,
        person=incoming.person,
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


def _again(
    world: World, settings: Settings, entry: Entry, ritual: Ritual | None, until_utc: datetime, now: datetime
) -> Delivery:
    """The same words, due again at `until_utc`. Raises RitualsdError where that cannot be."""
    occurrence, household = entry.occurrence, settings.household
    if ritual is None or occurrence.person not in ritual.to:
        raise RitualsdError("it cannot come again: its ritual was changed or removed", todo="answer done or skip")
    if not occurrence.body:
        raise RitualsdError("it cannot come again: there are no words of it", todo="answer done or skip")
    channels = channels_for(ritual, occurrence.person, household)
    if not channels:
        raise RitualsdError("it cannot come again: there is no channel it may go to", todo="answer done or skip")
    secret = world.store.installation().secret
    following = next_due_after(occurrence, ritual, household, secret, last_done(world, ritual))
    if following is not None and until_utc >= following:
        at = f"{following.astimezone(ZoneInfo(occurrence.zone)):%a %d %b %H:%M}"
        raise RitualsdError(f"its next one comes before that, on {at}", todo="snooze for less, or answer skip")
    own = latest_of(until_utc, ritual)
    return Delivery(
        occurrence=occurrence.id,
        ritual=ritual.id,
        person=occurrence.person,
        channel=channels[0].name,
        title=occurrence.title,
        body=occurrence.body,
        due_utc=until_utc,
        expires_utc=min(own, following) if following is not None else own,
        next_attempt_utc=max(until_utc, now),
        code=SNOOZED,
        household=occurrence.household,
    )


def _collected(
    world: World, settings: Settings, occurrence: Occurrence, ritual: Ritual | None, reply: Reply, now: datetime
) -> Collected:
    if ritual is None or not needs_done(parse(ritual.when)):
        return Collected(reply=reply)
    secret, done_utc = world.store.installation().secret, world.store.last_done(ritual.id)
    from_now = replace(occurrence, due_utc=now)
    following = next_due_after(from_now, ritual, settings.household, secret, done_utc)
    return Collected(reply=reply, counts=True, next_utc=following)


def _let_go(world: World, ritual: Ritual, now: datetime) -> None:
    """What was on its way of a ritual that has just been done needs no saying any more."""
    for person in ritual.to:
        for waiting in world.store.unsent_before(ritual.id, person, now + AHEAD):
            world.store.end(waiting.id, OccurrenceState.SKIPPED, reason("done"), now)
            fields = {"occurrence": waiting.name, "reason": "done"}
            world.emit(Event(name=E.OCCURRENCE_ENDED, fields=fields))
