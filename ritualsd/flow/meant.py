"""Meant: replies that mean something only to what they answer, such as "swap" to a turn, or "kept" to a promise.

Finds out what follows; keeps nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ritualsd.core import swaps
from ritualsd.core.notices import PROMISE, SWAP
from ritualsd.core.phrases import Phrases
from ritualsd.core.replies import said
from ritualsd.flow.promises import promise_in, said_of
from ritualsd.flow.swap import given_back, taken_over
from ritualsd.model import NOTHING_ELSE, Action, ActionKind, Consequences, Occurrence, Ritual, Settings
from ritualsd.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """A reply as it was meant here, and what is to be kept with it."""

    action: Action
    also: Consequences


def meant(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, text: str, now: datetime, phrases: Phrases
) -> Meant | None:
    """What `text` means to this occurrence and to no other; None where it means what it would anywhere.

    Raises NotFound, RitualsdError as `flow.promises` says.
    """
    if swaps.gives_back(text, ritual, occurrence, phrases):
        also = given_back(world, settings, ritual, occurrence, now)
        return Meant(action=Action(kind=ActionKind.SKIP), also=also)
    if occurrence.ritual == SWAP and occurrence.part != swaps.THANKS:
        return _asked_to_take(world, settings, occurrence, text, now, phrases)
    if occurrence.ritual == PROMISE:
        found = said_of(world, settings, occurrence, text, None, now)
        return Meant(action=Action(kind=ActionKind.CHOICE, words=said(text)), also=found) if found else None
    return None


def beside(world: World, settings: Settings, occurrence: Occurrence, action: Action, now: datetime) -> Consequences:
    """What a reply of any meaning comes to beside the answer: a promise made, or one that is open again.

    Raises NotFound, RitualsdError as `flow.promises` says.
    """
    if action.kind is ActionKind.PROMISE:
        return promise_in(world, settings, occurrence.person, action.words, now)
    if action.kind is ActionKind.UNDO and occurrence.ritual == PROMISE:
        return said_of(world, settings, occurrence, "", action.kind, now) or NOTHING_ELSE
    return NOTHING_ELSE


def _asked_to_take(
    world: World, settings: Settings, ask: Occurrence, text: str, now: datetime, phrases: Phrases
) -> Meant | None:
    yes = swaps.takes(text, phrases)
    if yes is None:
        return None
    also = taken_over(world, settings, ask, now) if yes else NOTHING_ELSE
    answer = swaps.choices(phrases)[0 if yes else 1]
    return Meant(action=Action(kind=ActionKind.CHOICE, words=answer), also=also)
