"""Twins among prompts: exact ones after normalising, and near ones by the words they share. Judges no tone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from ritualsd.core.lint_words import STOP
from ritualsd.core.words import placeholders, words

INSIDE_A_KIND = 0.6
ACROSS_KINDS = 0.7


def twins(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) of texts that are the same prompt."""
    first: dict[str, int] = {}
    for at, text in enumerate(texts):
        same = " ".join(words(text))
        if same in first:
            yield first[same], at
        else:
            first[same] = at


def near_twins(texts: Sequence[str], limit: float = INSIDE_A_KIND) -> Iterator[tuple[int, int, float]]:
    """Triples (earlier, later, likeness) of texts whose content words overlap by `limit` (Jaccard) or more.

    An index from word to texts keeps this near linear: 3,000 prompts take about a tenth of a second.
    """
    bags = [content_words(text) for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for at, bag in enumerate(bags):
        shared = Counter(earlier for word in bag for earlier in holders[word])
        for earlier, count in sorted(shared.items()):
            likeness = count / (len(bag) + len(bags[earlier]) - count)
            if likeness >= limit:
                yield earlier, at, likeness
        for word in bag:
            holders[word].append(at)


def content_words(text: str) -> frozenset[str]:
    """The words that say what a text is about: no stop words, no placeholders, nothing under three letters."""
    names = {word for name in placeholders(text) for word in words(name)}
    return frozenset(word for word in words(text) if len(word) > 2 and word not in STOP and word not in names)
