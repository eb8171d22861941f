"""Leaving: the words by which anybody mutes a ritual, pauses everything, leaves, or comes back. Pure.

All of it is kept as pauses of one person, so that whatever asks whether something rests knows of it; nobody else does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from ritualsd.core.days_said import listed, plain
from ritualsd.core.pauses import EVERYTHING, LEFT, WAITS
from ritualsd.core.phrases import Phrases
from ritualsd.model import Pause

Wish = Literal["stop", "pause", "leave", "start"]
"""stop: this ritual is muted. pause: everything is held. leave: nothing more is ever sent. start: all of it again."""

WISHES: tuple[Wish, ...] = ("stop", "pause", "leave", "start")

ASKS = "ask"
"""The part of a welcome that asks for a yes before anything else is sent."""


def wish_in(text: str, phrases: Phrases, choices: Sequence[str] = (), welcome: bool = False) -> Wish | None:
    """What a reply of one of these words wants, in English or in the writer's language; None for any other reply.

    `choices` are the answers a ritual offers itself: there such a word means what the ritual means by it. To a
    `welcome` a yes is a start, a no is to leave, and there is nothing to stop but all of it.
    """
    word = plain(text)
    if word in {plain(choice) for choice in choices}:
        return None
    wish = next((each for each in WISHES if word in listed(f"reply.{each}", phrases)), None)
    if welcome and wish is None and word in listed("welcome.yes", phrases):
        return "start"
    if welcome and (wish == "stop" or word in listed("welcome.no", phrases)):
        return "leave"
    return wish


def choices_to(part: str, phrases: Phrases) -> tuple[str, ...]:
    """What a welcome offers to tap."""
    keys = ("welcome.yes", "reply.leave") if part == ASKS else ("reply.pause", "reply.leave")
    return tuple(phrases.say(key).partition(",")[0].strip().capitalize() for key in keys)


def in_words(wish: str, person: str, phrases: Phrases) -> str:
    """What is said back. `person` is their id, for commands they may type."""
    return phrases.say(f"left.{wish}", person=person)


def begun(wish: Wish, ritual: str, person: str, now: datetime) -> Pause | None:
    """The pause that such a wish begins; None for a start."""
    held = {"stop": ritual, "pause": EVERYTHING, "leave": LEFT}
    return Pause(ritual=held[wish], person=person, since_utc=now) if wish in held else None


def ended(wish: Wish, ritual: str) -> tuple[str, ...]:
    """Of which rituals the person's own pauses end with such a wish."""
    return (LEFT, WAITS, EVERYTHING, ritual) if wish == "start" else ()


def has_left(pauses: Sequence[Pause], person: str, now: datetime) -> bool:
    """Whether this person has left, and did not come back."""
    return any(_is_on(pause, LEFT, person, now) for pause in pauses)


def is_waited_for(pauses: Sequence[Pause], person: str, now: datetime) -> bool:
    """Whether everything waits for this person's yes."""
    return any(_is_on(pause, WAITS, person, now) for pause in pauses)


def _is_on(pause: Pause, ritual: str, person: str, now: datetime) -> bool:
    ends = pause.until_utc
    return (pause.ritual, pause.person) == (ritual, person) and (ends is None or now < ends)
