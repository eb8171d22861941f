"""Counts what the shelf holds: prompts of a kind in a language, and their share of the English ones. Judges none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ritualsd.content.deck import ANY_KIND, Deck
from ritualsd.core.languages import ENGLISH

TARGETS = {
    "gratitude": 150, "check-in": 200, "gesture": 200, "date": 150, "listening": 80, "note": 60, "reflection": 100,
    "affection": 60, "curiosity": 150, "repair": 60, "celebrate": 60, "quality-time": 80, "promise": 40,
    "boundaries": 40, "growth": 60, ANY_KIND: 20,
}  # fmt: skip
"""How many prompts we ship of a kind at least, in English; a full language has nearly all of them."""

FULL = 0.95
"""The share of the English prompts of every kind from which a language counts as full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The prompts of one kind in one language ("" where nobody said which), each id once.

    `target` is how many we promise of the kind, 0 for a kind of somebody's own. `share` is the part of the English ids
    that this language says, 1.0 where English has none.
    """

    kind: str
    language: str
    prompts: int
    target: int
    share: float


def tallies(decks: Iterable[Deck]) -> tuple[Tally, ...]:
    """One for every kind and language there is, by kind, English first."""
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for deck in decks:
        ids[deck.kind, deck.language] |= {prompt.id for prompt in deck.prompts}
    order = sorted(ids, key=lambda each: (each[0], each[1] != ENGLISH, each[1]))
    return tuple(
        _tally(kind, language, ids[kind, language], ids.get((kind, ENGLISH), set())) for kind, language in order
    )


def _tally(kind: str, language: str, own: set[str], english: set[str]) -> Tally:
    share = len(own & english) / len(english) if english else 1.0
    return Tally(kind=kind, language=language, prompts=len(own), target=TARGETS.get(kind, 0), share=share)
