"""Collect: keep what a person sent back, and do what follows from it. Every source of replies hands over here.

Only what is on disk is ever confirmed. Must not send, and tells nobody what was said, nor that anything was: of two
people, who has not answered knows by that who has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ritualsd.core.asking import asked
from ritualsd.core.events import E
from ritualsd.core.notices import UNCLEAR, base_of, notice_in, ritual_called
from ritualsd.core.nudges import OFFER, number_in
from ritualsd.core.phrases import Phrases
from ritualsd.core.plan import next_due_after
from ritualsd.core.recur import needs_done
from ritualsd.core.replies import Ask, come_back_after, parse_reply, said
from ritualsd.core.reveal import REVEAL, shares
from ritualsd.core.sign_post import says_unsafe, stays_private
from ritualsd.core.visibility import may_be_theirs
from ritualsd.core.when import parse
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.flow.follow_up import to_follow
from ritualsd.flow.following import Following, following
from ritualsd.flow.leaving import wished
from ritualsd.flow.lived import lived
from ritualsd.flow.opened import opened
from ritualsd.flow.reveal import is_revealed, rests_utc
from ritualsd.flow.special import Special, confirmed, special
from ritualsd.flow.telling import tell
from ritualsd.model import (
    Action,
    ActionKind,
    Consequences,
    Incoming,
    Occurrence,
    Reply,
    Ritual,
    Settings,
)
from ritualsd.model.decision import AHEAD
from ritualsd.ports import World

SAID_BACK = {
    ActionKind.UNDO: "replied.undone",
    ActionKind.WIN: "replied.win",
    ActionKind.COME_BACK: "replied.come-back",
    ActionKind.PASS_ON: "replied.pass-on",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A reply on record. `counts`: its ritual counts from when it was done; `next_utc`: when it comes next by that.

    `words` is the line that confirms it to its writer, in their language; it is the same whatever others answered.
    """

    reply: Reply
    counts: bool
    next_utc: datetime | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What a reply is about. `meant` is the message it came to, `slot` the one it answers; they differ for a nudge.
    `ritual` None: it is gone."""

    settings: Settings
    meant: Occurrence
    slot: Occurrence
    ritual: Ritual | None
    phrases: Phrases


def collect(world: World, settings: Settings, incoming: Incoming, now: datetime) -> Collected:
    """Keep one reply, and how far its source has read; a message told of twice is kept once.

    Raises NotFound for an occurrence that is not this person's and for a link that leads nowhere (unknown, expired,
    revoked), RitualsdError for what is no answer to it, and for a snooze that cannot be. Then nothing is kept.
    """
    meant = _theirs(world, settings, incoming, now)
    heard = _heard(world, lived(world.store, settings), meant, incoming.text)
    ritual, slot = heard.ritual, heard.slot
    answer = come_back_after(incoming.text, heard.phrases)
    if answer is not None:
        incoming = replace(incoming, text=answer)
    own = special(world, heard.settings, ritual, heard.meant, slot, incoming.text, now, heard.phrases)
    reply = _read(world, heard, incoming, own)
    words = _confirmed(world, heard, reply)
    counting = ritual if ritual is not None and ritual.when and needs_done(parse(ritual.when)) else None
    if _is_known(world, reply):
        skip_past(world, incoming.cursor)
    else:
        thread = to_follow(world, heard.settings, slot, reply, answer is not None, now)
        lets_go = counting.to if counting is not None and reply.action.answers else ()
        beside = Consequences(cursor=incoming.cursor, later=thread, lets_go=lets_go)
        words = _keep(world, heard, reply, own, beside, now) or words
    next_utc = _next(world, heard.settings, slot, counting, now) if counting is not None else None
    return Collected(reply=reply, counts=counting is not None, next_utc=next_utc, words=words)


def skip_past(world: World, cursor: tuple[str, str] | None) -> None:
    """Keep how far a source has read where what it read is no reply to keep."""
    if cursor is not None:
        world.store.remember(*cursor)


def _heard(world: World, settings: Settings, meant: Occurrence, text: str) -> _Heard:
    household = settings.household
    reader, ritual = household.people.get(meant.person), ritual_called(household, meant.ritual)
    phrases = world.content.phrases(reader.language if reader is not None else household.language)
    slot = meant if wished(meant, ritual, text, phrases) else _answered(world, meant)
    return _Heard(settings=settings, meant=meant, slot=slot, ritual=ritual, phrases=phrases)


def _keep(
    world: World, heard: _Heard, reply: Reply, own: Special | None, beside: Consequences, now: datetime
) -> str:  # fmt: skip
    """Store it with all that follows from it; the line that confirms what was special about it."""
    settings, slot = heard.settings, heard.slot
    if own is not None:
        follows = Following(reply=reply, also=own.also)
    else:
        follows = following(world, settings, slot, heard.ritual, reply, now)
    also = replace(follows.also, cursor=beside.cursor, later=beside.later, lets_go=beside.lets_go)
    ending = _unsent(world, slot, beside.lets_go, now)
    world.store.reply(follows.reply, follows.again, now, also)
    for each in ending:
        tell(world, settings, E.OCCURRENCE_ENDED, each.ritual, each.person, occurrence=each.name, code="done")
    if follows.also.redraw is not None:
        return heard.phrases.say("replied.other")
    if reply.action is ActionKind.UNDO and _was_undone(world, follows.reply):
        return heard.phrases.say("replied.undone-before")
    return confirmed(world, settings, slot, reply, follows.also, heard.phrases)


def _was_undone(world: World, undo: Reply) -> bool:
    """Whether another undo had taken back just this."""
    given = world.store.replies(undo.occurrence)
    return sum(each.action is ActionKind.UNDO and each.words == undo.words for each in given) > 1


def _theirs(world: World, settings: Settings, incoming: Incoming, now: datetime) -> Occurrence:
    """The occurrence meant. What does not exist and what is somebody else's get the same answer, as soon."""
    if incoming.token:
        return opened(world, settings, incoming.token, now, incoming.person).occurrence
    entry = world.store.find(incoming.occurrence) if may_be_theirs(incoming.person, incoming.occurrence) else None
    if entry is None or entry.occurrence.person != incoming.person:
        raise NotFound(f"nothing of {incoming.person} has that name", todo="see the names with: ritualsd log --json")
    return entry.occurrence


def _answered(world: World, meant: Occurrence) -> Occurrence:
    """What a reply to `meant` answers: to a nudge or an offer, the message it is about. Raises RitualsdError for what
    asks nothing."""
    notice = notice_in(meant.ritual, meant.part)
    if notice.startswith(REVEAL):
        raise RitualsdError("there is nothing to answer here", todo="answer the message it is about")
    if not number_in(notice) and notice not in (OFFER, UNCLEAR):
        return meant
    entry = world.store.find(base_of(meant).name)
    return entry.occurrence if entry is not None else meant


def _read(world: World, heard: _Heard, incoming: Incoming, own: Special | None) -> Reply:
    """The reply as it was meant."""
    slot, ritual, writer = heard.slot, heard.ritual, heard.settings.household.people.get(heard.slot.person)
    at = incoming.received_utc.astimezone(ZoneInfo(writer.zone if writer is not None else slot.zone))
    ask = asked(ritual, slot, heard.phrases) or "none"
    action = own.action if own is not None else _meant(incoming.text, ask, heard.phrases, at)
    return Reply(
        occurrence=slot.id,
        ritual=slot.ritual,
        person=slot.person,
        action=action.kind,
        words=action.words,
        until_utc=incoming.received_utc + action.wait if action.wait is not None else None,
        source=incoming.source,
        source_msg_id=incoming.source_msg_id,
        received_utc=incoming.received_utc,
        late=stays_private(action.kind, action.words, heard.phrases)
        or (ritual is not None and incoming.received_utc >= rests_utc(world, heard.settings, ritual, slot)),
        household=slot.household,
    )


def _meant(text: str, ask: Ask, phrases: Phrases, at: datetime) -> Action:
    """What was meant. That somebody does not feel safe is heard in words, whatever was asked for."""
    try:
        return parse_reply(text, ask, phrases, at)
    except RitualsdError:
        if not says_unsafe(text, phrases):
            raise
        return Action(kind=ActionKind.TEXT, words=said(text))


def _is_known(world: World, reply: Reply) -> bool:
    message = (reply.source, reply.source_msg_id)
    return any((kept.source, kept.source_msg_id) == message for kept in world.store.replies(reply.occurrence))


def _confirmed(world: World, heard: _Heard, reply: Reply) -> str:
    """What is said back. Waiting for others is said in the same words whether or not anybody is waited for."""
    phrases, ritual = heard.phrases, heard.ritual
    if reply.until_utc is not None:
        local = reply.until_utc.astimezone(ZoneInfo(heard.settings.household.people[reply.person].zone))
        return phrases.say("replied.again", when=f"{phrases.day(local.date())} {phrases.time(local)}")
    if reply.action in SAID_BACK:
        return phrases.say(SAID_BACK[reply.action])
    together = ritual is not None and shares(ritual) and ritual.reveal == "together" and not reply.late
    if together and reply.action.answers and not is_revealed(world, heard.slot):
        return phrases.say("replied.waiting")
    return phrases.say("replied.kept")


def _next(world: World, settings: Settings, occurrence: Occurrence, ritual: Ritual, now: datetime) -> datetime | None:
    secret, done_utc = world.store.installation().secret, world.store.last_done(ritual.id)
    return next_due_after(replace(occurrence, due_utc=now), ritual, settings.household, secret, done_utc)


def _unsent(world: World, slot: Occurrence, people: Iterable[str], now: datetime) -> list[Occurrence]:
    """What else is on its way of a ritual that has just been done: it needs no saying any more."""
    waiting = (each for person in people for each in world.store.unsent_before(slot.ritual, person, now + AHEAD))
    return [each for each in waiting if each.id != slot.id]
