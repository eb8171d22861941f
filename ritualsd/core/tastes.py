"""Tastes: what people's verdicts on prompts do to the next draw. Pure, and never tells whose verdict it was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ritualsd.model import Taste, Verdict
from ritualsd.model.people import empty

FAVOURITE = 2.0
NOT_TONIGHT = 0.25
RESTS_FOR = timedelta(days=60)
"""How long "not tonight" makes a prompt come less often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """Prompts that must not come, by id, and how much likelier than others some are."""

    never: frozenset[str] = frozenset()
    weights: Mapping[str, float] = field(default_factory=empty)


def weighed(tastes: Iterable[Taste], people: Collection[str], at: datetime) -> Weighing:
    """What everyone asked together makes of the prompts. One never is a never for all; weights multiply.

    A prompt is known by its id alone, whatever kind or deck it was drawn for: never means never.
    """
    never: set[str] = set()
    weights: dict[str, float] = {}
    for taste in tastes:
        if taste.person in people:
            if taste.verdict is Verdict.NEVER:
                never.add(taste.prompt_id)
            weights[taste.prompt_id] = weights.get(taste.prompt_id, 1.0) * weight_of(taste, at)
    return Weighing(never=frozenset(never), weights=weights)


def weight_of(taste: Taste, at: datetime) -> float:
    """How much likelier one verdict makes its prompt at a moment: 1.0 is as likely as any other."""
    if taste.verdict is Verdict.FAVOURITE:
        return FAVOURITE
    if taste.verdict is Verdict.NOT_TONIGHT and at - taste.at_utc < RESTS_FOR:
        return NOT_TONIGHT
    return 1.0
