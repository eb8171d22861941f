"""Which prompts of a pool fit an ask, and how the filters widen when nothing does. Chooses nothing.

Depth, placeholders and `who` never widen: the first is consent, the others would leave a hole or a missing person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from ritualsd.core.words import placeholders as placeholders_of
from ritualsd.model import Ask, Prompt

FALLBACK = "fallback"
"""The tag of prompts for any kind, which are drawn only when no prompt of the kind itself can be."""

DEEPEST_DRAWN = 4
"""Depth 5 is only ever picked by hand."""

APART = "apart"
FAR_ONLY = frozenset({APART})
"""The place of prompts that only make sense for people who are far from each other: a ritual asks for them by tag."""

RECEIVE = "receive"
"""The tag of prompts for the moment after somebody has opened up: out of place on an ordinary day."""

TIME_TAGS = frozenset({"morning", "evening", "weekend"})

_YEAR = ("winter", "spring", "summer", "autumn")
_TROPIC = 23.44


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The prompts that fit, and a sentence for each filter that had to be widened."""

    prompts: tuple[Prompt, ...]
    notes: tuple[str, ...] = ()


def fitting(pool: Iterable[Prompt], *, ask: Ask, people: int, season: str, placeholders: Collection[str]) -> Fit:
    """The prompts that may be drawn for `ask`. Empty `prompts` when not even the fallback ones may.

    `people` counts everyone the ritual is among, the reader included. `season` is the time of year, or "" when
    unknown: then prompts bound to one are left out. `placeholders` are those that have a value.
    """
    allowed = [prompt for prompt in pool if _may(prompt, ask, people, placeholders)]
    spare = [prompt for prompt in allowed if FALLBACK in prompt.tags]
    own = [prompt for prompt in allowed if FALLBACK not in prompt.tags]
    if own:
        return _narrow(own, ask, season)
    return Fit(prompts=tuple(spare), notes=("nothing of its own kind fits, so a prompt for any kind",) if spare else ())


def _narrow(pool: Sequence[Prompt], ask: Ask, season: str) -> Fit:
    wishes = _wishes(ask, season)
    notes: list[str] = []
    while True:
        found = tuple(prompt for prompt in pool if all(wish(prompt) for _, wish in wishes))
        if found:
            return Fit(prompts=found, notes=tuple(notes))
        notes.append(wishes.pop(0)[0])


def _wishes(ask: Ask, season: str) -> list[tuple[str, Callable[[Prompt], bool]]]:
    """The filters that may widen, the first to go first, each with the sentence that says it went."""
    tags, moment = ask.tags, times_of(ask.at)
    wishes: list[tuple[str, Callable[[Prompt], bool]]] = []
    if tags:
        named = ", ".join(sorted(tags))
        wishes.append((f"nothing tagged {named} fits, so any tag", lambda prompt: bool(tags & tags_of(prompt))))
    wishes.append(("nothing fits this time of year, so any", lambda p: not p.season or season in p.season))
    wishes.append(("nothing fits this time of day, so any", lambda p: (p.tags & TIME_TAGS) <= moment))
    return wishes


def _may(prompt: Prompt, ask: Ask, people: int, placeholders: Collection[str]) -> bool:
    return (
        prompt.depth <= min(ask.depth, DEEPEST_DRAWN)
        and prompt.weight > 0
        and (not prompt.who or company(people) in prompt.who)
        and (prompt.place != FAR_ONLY or APART in ask.tags)
        and (RECEIVE not in prompt.tags or RECEIVE in ask.tags)
        and placeholders_of(prompt.text) <= frozenset(placeholders)
    )


def tags_of(prompt: Prompt) -> frozenset[str]:
    """The tags of a prompt; its times of year, places and `who` count as tags too."""
    return prompt.tags | prompt.season | prompt.place | prompt.who


def company(people: int) -> str:
    """The `who` word for so many people, the reader included."""
    return "solo" if people <= 1 else "pair" if people == 2 else "group"


def times_of(local: datetime) -> frozenset[str]:
    """The time tags that are true at a local moment; Friday evening counts as weekend."""
    clock, day = local.time(), local.weekday()
    found = set()
    if time(4) <= clock < time(12):
        found.add("morning")
    if clock >= time(16) or clock < time(3):
        found.add("evening")
    if day >= 5 or (day == 4 and clock >= time(16)):
        found.add("weekend")
    return frozenset(found)


def season_of(day: date, latitude: float | None) -> str:
    """The time of year there, by whole months; "" without a place, and between the tropics: it would be a guess."""
    if latitude is None or abs(latitude) < _TROPIC:
        return ""
    shift = 0 if latitude > 0 else 2
    return _YEAR[(day.month % 12 // 3 + shift) % 4]
