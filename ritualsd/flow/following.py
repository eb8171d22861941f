"""Following: what a reply leads to beside being kept. Decides it all before anything is stored, and stores nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ritualsd.core.draw import NoPrompt
from ritualsd.core.notices import PROMISE
from ritualsd.core.replies import standing, undoable
from ritualsd.core.reveal import awaited
from ritualsd.errors import RitualsdError
from ritualsd.flow.choose import drawn_for
from ritualsd.flow.grant import granted
from ritualsd.flow.pass_on import passed_on
from ritualsd.flow.prepare import worded
from ritualsd.flow.promises import open_again, promise_in
from ritualsd.flow.reveal import set_off
from ritualsd.flow.snooze import said_again, snoozed
from ritualsd.model import (
    NOTHING_ELSE,
    ActionKind,
    Consequences,
    Delivery,
    Occurrence,
    Redraw,
    Reply,
    Ritual,
    Settings,
    Taste,
    Verdict,
)
from ritualsd.model.record import VERDICTS
from ritualsd.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """The reply as it is to be kept, the message that comes again, and the rest."""

    reply: Reply
    again: Delivery | None = None
    also: Consequences = NOTHING_ELSE


def following(
    world: World, settings: Settings, slot: Occurrence, ritual: Ritual | None, reply: Reply, now: datetime
) -> Following:
    """What follows from `reply` to `slot`. `settings` as they are lived; `ritual` None: it is gone.

    Raises RitualsdError for a snooze that cannot be, for an undo with nothing to take back, and for no promise.
    """
    if reply.until_utc is not None:
        return _again(world, Following(reply=reply), snoozed(world, settings, slot, ritual, reply.until_utc), now)
    if reply.action is ActionKind.UNDO:
        return _undone(world, settings, slot, ritual, reply, now)
    if reply.action in VERDICTS:
        return _judged(world, settings, slot, ritual, reply, now)
    if reply.action is ActionKind.PROMISE:
        return Following(reply=reply, also=promise_in(world, settings, slot.person, reply.words, now))
    if reply.action is ActionKind.PASS_ON:
        return Following(reply=reply, also=Consequences(notices=passed_on(world, settings, ritual, slot, now)))
    if ritual is None or reply.late or not reply.action.answers:
        return Following(reply=reply)
    notices, when_all = set_off(settings, ritual, slot, now), awaited(ritual, settings.household.people)
    return Following(reply=reply, also=Consequences(notices=notices, when_all=when_all))


def _again(world: World, so_far: Following, delivery: Delivery, now: datetime) -> Following:
    """The same with a message that goes out (once more), by a link of its own."""
    token, grant = granted(world, delivery.person, delivery.occurrence, delivery.expires_utc, now)
    return replace(so_far, again=replace(delivery, reply_token=token), also=replace(so_far.also, grant=grant))


def _undone(
    world: World, settings: Settings, slot: Occurrence, ritual: Ritual | None, undo: Reply, now: datetime
) -> Following:
    before = world.store.replies(slot.id)
    taken = undoable(before)
    if taken is None:
        raise RitualsdError("there is nothing to take back", todo="answer as you like")
    undo = replace(undo, words=str(taken.id))
    if slot.ritual == PROMISE:
        return Following(reply=undo, also=open_again(world, settings, slot, now))
    if taken.action in VERDICTS:
        return Following(reply=undo, also=_taste_before(world, slot, ritual, taken))
    stands = standing([*before, undo]) if taken.action.stands else None
    if stands is None or stands.until_utc is None or stands.until_utc <= now:
        return Following(reply=undo)
    try:
        delivery = snoozed(world, settings, slot, ritual, stands.until_utc)
    except RitualsdError:  # what was asked for before can no longer be; taking back is all there is to do
        return Following(reply=undo)
    return _again(world, Following(reply=undo), delivery, now)


def _taste_before(world: World, slot: Occurrence, ritual: Ritual | None, taken: Reply) -> Consequences:
    """A verdict gives way to the one it had taken the place of."""
    taste = _taste(world, slot, ritual, taken)
    if taste is None:
        return Consequences()
    if not taken.words:
        return Consequences(untaste=taste)
    return Consequences(taste=replace(taste, verdict=Verdict(taken.words)))


def _judged(
    world: World, settings: Settings, slot: Occurrence, ritual: Ritual | None, reply: Reply, now: datetime
) -> Following:
    taste = _taste(world, slot, ritual, reply)
    if taste is None or ritual is None:
        return Following(reply=reply)  # words that were drawn from nothing: there is nothing to draw more or less often
    known = (each for each in world.store.personal.tastes(slot.person) if _same(each, taste))
    kept = replace(reply, words=next((each.verdict.value for each in known), ""))
    judged = Following(reply=kept, also=Consequences(taste=taste))
    return _redrawn(world, settings, slot, ritual, judged, taste, now)


def _taste(world: World, slot: Occurrence, ritual: Ritual | None, reply: Reply) -> Taste | None:
    drawn = world.store.drawn(slot.id)
    if drawn is None or ritual is None:
        return None
    return Taste(
        person=slot.person, kind=ritual.kind or ritual.deck, prompt_id=drawn.prompt.id,
        verdict=Verdict(reply.action.value), at_utc=reply.received_utc,
    )  # fmt: skip


def _same(one: Taste, other: Taste) -> bool:
    return (one.kind, one.prompt_id) == (other.kind, other.prompt_id)


def _redrawn(
    world: World, settings: Settings, slot: Occurrence, ritual: Ritual, judged: Following, taste: Taste, now: datetime
) -> Following:
    """ "Not tonight" brings other words to this person alone, once at a slot, while there is time to answer."""
    asked_before = any(reply.action is ActionKind.NOT_TONIGHT for reply in world.store.replies(slot.id))
    if judged.reply.action is not ActionKind.NOT_TONIGHT or asked_before or judged.reply.late:
        return judged
    drawn = drawn_for(world, settings, ritual, slot, instead_of=taste.prompt_id)
    if isinstance(drawn, NoPrompt):
        return judged
    message = worded(world, drawn, ritual, slot, settings.household)
    delivery = said_again(world, settings, replace(slot, title=message.title, body=message.body), ritual, now)
    if delivery is None:
        return judged
    redraw = Redraw(message=message, drawn=drawn, scope=slot.person, kind=taste.kind)
    return _again(world, replace(judged, also=replace(judged.also, redraw=redraw)), delivery, now)
