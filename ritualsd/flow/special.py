"""Special: replies that mean something only to what they answer, such as "swap" to a turn, or "kept" to a promise.

Finds out what follows, and the line that confirms it; keeps nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ritualsd.core import swaps
from ritualsd.core.leaving import begun, ended, in_words
from ritualsd.core.notices import PROMISE, SWAP, notice_in
from ritualsd.core.nudges import OFFER, REST
from ritualsd.core.phrases import Phrases
from ritualsd.core.replies import is_rest, said
from ritualsd.flow.leaving import wished
from ritualsd.flow.promises import noted, said_of
from ritualsd.flow.swap import given_back, has_it, taken_over
from ritualsd.model import NOTHING_ELSE, Action, ActionKind, Consequences, Occurrence, Pause, Reply, Ritual, Settings
from ritualsd.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """A reply as it was meant here, and what is to be kept with it."""

    action: Action
    also: Consequences


def special(
    world: World,
    settings: Settings,
    ritual: Ritual | None,
    meant: Occurrence,
    slot: Occurrence,
    text: str,
    now: datetime,
    phrases: Phrases,
) -> Special | None:
    """What `text` means to this occurrence and to no other; None where it means what it would anywhere.

    `meant` is the message it came to, `slot` the one it answers.

    Raises NotFound, RitualsdError as `flow.promises` says.
    """
    if notice_in(meant.ritual, meant.part) == OFFER and is_rest(text, phrases):
        return Special(action=Action(kind=ActionKind.SKIP), also=Consequences(pause=_rest(slot, now)))
    if (wish := wished(meant, ritual, text, phrases)) is not None:
        also = Consequences(pause=begun(wish, slot.ritual, slot.person, now), resumes=ended(wish, slot.ritual))
        return Special(action=Action(kind=ActionKind.SILENCE, words=wish), also=also)
    if ritual is not None and swaps.gives_back(text, ritual, slot, phrases):
        also = given_back(world, settings, ritual, slot, now)
        return Special(action=Action(kind=ActionKind.SKIP), also=also)
    if slot.ritual == SWAP and slot.part != swaps.THANKS:
        return _asked_to_take(world, settings, slot, text, now, phrases)
    if slot.ritual == PROMISE:
        found = said_of(world, settings, slot, text, now)
        return Special(action=Action(kind=ActionKind.CHOICE, words=said(text)), also=found) if found else None
    return None


def confirmed(
    world: World, settings: Settings, slot: Occurrence, reply: Reply, also: Consequences, phrases: Phrases
) -> str:
    """The line for its writer once a reply that was special, or made a promise, is kept; "" for any other."""
    if also.promise is not None and reply.action is not ActionKind.UNDO:
        return noted(also.promise, ZoneInfo(settings.household.people[slot.person].zone), phrases)
    if reply.action is ActionKind.SILENCE:
        return in_words(reply.words, slot.person, phrases)
    if also.frees:
        return phrases.say("swap.asking" if also.notices else "swap.rests")
    if slot.ritual == SWAP and reply.words == swaps.choices(phrases)[0]:
        return phrases.say("swap.yours" if has_it(world, slot) else "swap.no-need")
    return ""


def _rest(slot: Occurrence, now: datetime) -> Pause:
    """The offer taken: the ritual rests for this person, and nobody else learns of it."""
    return Pause(ritual=slot.ritual, person=slot.person, since_utc=now, until_utc=now + REST)


def _asked_to_take(
    world: World, settings: Settings, ask: Occurrence, text: str, now: datetime, phrases: Phrases
) -> Special | None:
    yes = swaps.takes(text, phrases)
    if yes is None:
        return None
    also = taken_over(world, settings, ask, now) if yes else NOTHING_ELSE
    answer = swaps.choices(phrases)[0 if yes else 1]
    return Special(action=Action(kind=ActionKind.CHOICE, words=answer), also=also)
