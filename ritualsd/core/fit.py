"""Which prompts of a pool fit an ask, and how the filters widen when nothing does. Chooses nothing.

Wishes widen, one after the other. Depth, placeholders, `who` and everything in `Limits` never do: they are consent, or
would leave a hole or a missing person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from ritualsd.core.ladder import DEEPEST_DRAWN
from ritualsd.core.words import placeholders as placeholders_of
from ritualsd.model import Ask, Prompt

FALLBACK = "fallback"
"""The tag of prompts for any kind, which are drawn only when no prompt of the kind itself can be."""

APART = "apart"
FAR_ONLY = frozenset({APART})
"""The place of prompts that only make sense for people who are far from each other: a ritual asks for them by tag."""

RECEIVE = "receive"
"""The tag of prompts for the moment after somebody has opened up: out of place on an ordinary day."""

TOUCH = "touch"
"""The tag of prompts that are about touch: drawn only where everyone concerned has said yes to it."""

TIME_TAGS = frozenset({"morning", "evening", "weekend"})

_YEAR = ("winter", "spring", "summer", "autumn")
_TROPIC = 23.44


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a ritual would rather have than not. `place` empty is anywhere; None is any amount."""

    place: frozenset[str] = frozenset()
    max_cost: int | None = None
    max_minutes: int | None = None
    max_effort: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What holds whatever a ritual wishes. Whose limit it is does not matter here, and is said nowhere.

    `never` are ids of prompts. `touch`: it is welcome to everyone concerned.
    """

    never: frozenset[str] = frozenset()
    touch: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The prompts that fit, a sentence for each filter that had to be widened, and how many fitted before anybody's
    own verdicts were heard: a number that tells nothing about them."""

    prompts: tuple[Prompt, ...]
    notes: tuple[str, ...] = ()
    among: int = 0


NO_WISHES, NO_LIMITS = Wishes(), Limits()


def fitting(
    pool: Iterable[Prompt],
    *,
    ask: Ask,
    people: int,
    season: str,
    placeholders: Collection[str],
    wishes: Wishes = NO_WISHES,
    limits: Limits = NO_LIMITS,
    times: frozenset[str] | None = None,
) -> Fit:
    """The prompts that may be drawn for `ask`. Empty `prompts` when not even the fallback ones may.

    `people` counts everyone the ritual is among, the reader included. `season` is the time of year, or "" when
    unknown: then prompts bound to one are left out. `placeholders` are those that have a value. `times` are the time
    tags that are true for everyone asked (default: for the reader).
    """
    allowed = [prompt for prompt in pool if _may(prompt, ask, people, placeholders, limits)]
    spare = [prompt for prompt in allowed if FALLBACK in prompt.tags]
    own = [prompt for prompt in allowed if FALLBACK not in prompt.tags]
    if any(prompt.id not in limits.never for prompt in own):
        return _narrow(own, _wishes(ask, season, wishes, times_of(ask.at) if times is None else times), limits.never)
    told = "nothing of its own kind fits, so a prompt for any kind"
    welcome = tuple(prompt for prompt in spare if prompt.id not in limits.never)
    return Fit(prompts=welcome, notes=(told,) if welcome else (), among=len(spare))


_Wish = tuple[str, Callable[[Prompt], bool]]


def _narrow(pool: Sequence[Prompt], wishes: list[_Wish], never: frozenset[str]) -> Fit:
    """The prompts that meet as many wishes as they must; one of the pool at least is not among `never`."""
    notes: list[str] = []
    while True:
        found = [prompt for prompt in pool if all(wish(prompt) for _, wish in wishes)]
        welcome = tuple(prompt for prompt in found if prompt.id not in never)
        if welcome:
            return Fit(prompts=welcome, notes=tuple(notes), among=len(found))
        notes.append(wishes.pop(0)[0])


def _wishes(ask: Ask, season: str, wishes: Wishes, times: frozenset[str]) -> list[_Wish]:
    """The filters that may widen, the first to go first, each with the sentence that says it went."""
    found: list[_Wish] = []
    if tags := ask.tags:
        named = ", ".join(sorted(tags))
        found.append((f"nothing tagged {named} fits, so any tag", lambda prompt: bool(tags & tags_of(prompt))))
    found.append(("nothing fits this time of year, so any", lambda p: not p.season or season in p.season))
    if (effort := wishes.max_effort) is not None:
        found.append(("nothing so easy fits, so any effort", lambda prompt: prompt.effort <= effort))
    if (minutes := wishes.max_minutes) is not None:
        found.append(("nothing so short fits, so any length", lambda prompt: prompt.minutes <= minutes))
    if place := wishes.place:
        found.append(("nothing fits that place, so any", lambda p: not p.place or bool(p.place & place)))
    found.append(("nothing fits this time of day, so any", lambda p: (p.tags & TIME_TAGS) <= times))
    if (cost := wishes.max_cost) is not None:
        found.append(("nothing costs so little, so any cost", lambda prompt: prompt.cost <= cost))
    return found


def _may(prompt: Prompt, ask: Ask, people: int, placeholders: Collection[str], limits: Limits) -> bool:
    return (
        agreed(prompt, ask, placeholders, limits)
        and prompt.weight > 0
        and (not prompt.who or company(people) in prompt.who)
        and (prompt.place != FAR_ONLY or APART in ask.tags)
        and (RECEIVE not in prompt.tags or RECEIVE in ask.tags)
    )


def agreed(prompt: Prompt, ask: Ask, placeholders: Collection[str], limits: Limits) -> bool:
    """Whether everyone has opened up to what a prompt says, and it has no hole. Their verdicts on it are not heard."""
    return (
        prompt.depth <= min(ask.depth, DEEPEST_DRAWN)
        and (TOUCH not in prompt.tags or limits.touch)
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
