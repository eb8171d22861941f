"""Seasons of life: which ones hold for a person at an instant, and what each lets rest. Pure; tells nobody anything.

Not the seasons of the year: those are a prompt's `season`, and `core.fit` reads them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from ritualsd.core.fit import APART, FAR_ONLY
from ritualsd.core.notices import MARK
from ritualsd.core.words import placeholders
from ritualsd.model import Ask, LifeSeason, Prompt

ORDINARY = "ordinary"
APART_SEASON = APART
CONFLICT = "conflict"
SEPARATED = "separated"
GRIEF = "grief"

EVERYONE = ""
REPAIR = f"{MARK}repair"
"""Whose season a repair is: it holds for everyone, and no listing shows it to anyone."""

ANY_LENGTH = 24 * 60  # minutes
A_FEW = 10  # with fewer prompts made for people who are apart, they would soon repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """What the seasons that hold together ask for. The default asks for nothing.

    `kinds` rest altogether, and so do prompts with one of `tags`, and those made to be avoided in one of `names`.
    `depth`, `effort` and `minutes` are the most a prompt may have. `halved`: of two weeks one is kept. `a_week`: at
    most so many messages, None for no limit. `plain_dates`: a day of the year is named, and no years are counted.
    `apart`: people are far from each other. `alone`: nothing is joint.
    """

    names: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    depth: int = 5
    effort: int = 3
    minutes: int = ANY_LENGTH
    halved: bool = False
    a_week: int | None = None
    no_surprises: bool = False
    plain_dates: bool = False
    apart: bool = False
    alone: bool = False


_TIRED = Mood(kinds=frozenset({"date"}), depth=2, effort=2, minutes=10, halved=True)
MOODS = {
    "newborn": _TIRED,
    "illness": _TIRED,
    "exam": _TIRED,
    GRIEF: Mood(
        kinds=frozenset({"celebrate", "date", "growth", "curiosity", "memory"}),
        tags=frozenset({"playful"}),
        depth=2,
        a_week=2,
        plain_dates=True,
    ),
    CONFLICT: Mood(
        kinds=frozenset({"celebrate", "date", "curiosity", "affection", "repair"}),
        tags=frozenset({"playful"}),
        depth=2,
        no_surprises=True,
    ),
    APART_SEASON: Mood(apart=True),
    SEPARATED: Mood(kinds=frozenset({"memory"}), alone=True),
}
"""By the name of the season. A repair comes on request in a conflict, and so never by itself."""

NAMES = (*MOODS, ORDINARY)


def holding(seasons: Iterable[LifeSeason], person: str, at_utc: datetime) -> tuple[LifeSeason, ...]:
    """The seasons that are on at `at_utc` for `person`: their own, and everyone's. "" asks for everyone's alone."""
    return tuple(
        season
        for season in seasons
        if season.person in (EVERYONE, REPAIR, person)
        and season.since_utc <= at_utc
        and (season.until_utc is None or at_utc < season.until_utc)
    )


def seen_by(seasons: Iterable[LifeSeason], viewer: str | None) -> tuple[LifeSeason, ...]:
    """The seasons this viewer may know of: everyone's, and their own. None reads for nobody in particular."""
    return tuple(season for season in seasons if season.person in (EVERYONE, viewer or EVERYONE))


def mood_of(seasons: Iterable[LifeSeason]) -> Mood:
    """What these seasons ask for together: the most careful of each."""
    named = (replace(MOODS[each.name], names=frozenset({each.name})) for each in seasons if each.name in MOODS)
    return reduce(_both, named, Mood())


def _both(one: Mood, other: Mood) -> Mood:
    limits = [most for most in (one.a_week, other.a_week) if most is not None]
    return Mood(
        names=one.names | other.names,
        kinds=one.kinds | other.kinds,
        tags=one.tags | other.tags,
        depth=min(one.depth, other.depth),
        effort=min(one.effort, other.effort),
        minutes=min(one.minutes, other.minutes),
        halved=one.halved or other.halved,
        a_week=min(limits, default=None),
        no_surprises=one.no_surprises or other.no_surprises,
        plain_dates=one.plain_dates or other.plain_dates,
        apart=one.apart or other.apart,
        alone=one.alone or other.alone,
    )


def apart_is_over(seasons: Iterable[LifeSeason], at_utc: datetime) -> bool:
    """Whether everyone's last season was one of days apart that has ended: then home is home again."""
    return any(
        season.name == APART_SEASON and season.person == EVERYONE and season.until_utc is not None
        and season.until_utc <= at_utc
        for season in seasons
    )  # fmt: skip


def suits(prompt: Prompt, mood: Mood) -> bool:
    """Whether a prompt may be said in this mood."""
    return (
        prompt.depth <= mood.depth
        and prompt.effort <= mood.effort
        and prompt.minutes <= mood.minutes
        and not prompt.tags & mood.tags
        and not prompt.avoid & mood.names
        and (not mood.apart or not prompt.place or APART in prompt.place)
        and (not mood.alone or _stands_alone(prompt))
    )


def _stands_alone(prompt: Prompt) -> bool:
    return (not prompt.who or "solo" in prompt.who) and not placeholders(prompt.text) & {"other", "others"}


def in_mood(prompts: Iterable[Prompt], ask: Ask, mood: Mood) -> tuple[tuple[Prompt, ...], Ask]:
    """The prompts that suit the mood, and the ask as it is then: of people who are apart it asks for prompts made for
    that, where the kind has enough of them."""
    suiting = tuple(prompt for prompt in prompts if suits(prompt, mood))
    ask = replace(ask, depth=min(ask.depth, mood.depth))
    if not mood.apart:
        return suiting, ask
    for_far = tuple(prompt for prompt in suiting if APART in prompt.place | prompt.tags)
    if len(for_far) < A_FEW:
        return tuple(prompt for prompt in suiting if prompt.place != FAR_ONLY), ask
    return for_far, replace(ask, tags=ask.tags | {APART})
