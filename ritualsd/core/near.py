"""Twins among prompts: exact ones after normalising, and near ones by the words they share. Judges no tone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil

from ritualsd.core.lint_words import IN_ENGLISH
from ritualsd.core.words import placeholders, words

INSIDE_A_KIND = 0.6
ACROSS_KINDS = 0.7
ROUNDING = 1e-9
FEWEST_SHARED = 2  # one word in common makes no twins, however short the texts


def twins(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) of texts that are the same prompt."""
    first: dict[str, int] = {}
    for at, text in enumerate(texts):
        same = " ".join(words(text))
        if same in first:
            yield first[same], at
        else:
            first[same] = at


def near_twins(
    texts: Sequence[str], limit: float = INSIDE_A_KIND, stop: frozenset[str] = IN_ENGLISH.stop
) -> Iterator[tuple[int, int, float]]:
    """Triples (earlier, later, likeness) of texts whose content words overlap by `limit` (Jaccard) or more.

    `stop` are the words that say nothing about a topic, in the language of the texts.

    Two texts that alike share one of their rarest words, so only those are indexed: near linear, and exact.
    """
    bags = [content_words(text, stop) for text in texts]
    common = Counter(word for bag in bags for word in bag)
    holders: dict[str, list[int]] = defaultdict(list)
    for at, bag in enumerate(bags):
        rarest = sorted(bag, key=lambda word: (common[word], word))[: len(bag) - ceil(limit * len(bag) - ROUNDING) + 1]
        for earlier in sorted({earlier for word in rarest for earlier in holders[word]}):
            shared = len(bag & bags[earlier])
            likeness = shared / (len(bag) + len(bags[earlier]) - shared)
            if likeness >= limit and shared >= FEWEST_SHARED:
                yield earlier, at, likeness
        for word in rarest:
            holders[word].append(at)


def content_words(text: str, stop: frozenset[str]) -> frozenset[str]:
    """The words that say what a text is about: no stop words, no placeholders, nothing under three letters."""
    names = {word for name in placeholders(text) for word in words(name)}
    return frozenset(word for word in words(text) if len(word) > 2 and word not in stop and word not in names)
