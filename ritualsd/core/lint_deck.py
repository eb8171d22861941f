"""The lint of a whole deck: how long its prompts are, how hard to read, and whether too many open alike. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import mean, median

from ritualsd.core.lint import Finding
from ritualsd.core.lint_words import IN_ENGLISH, WordLists
from ritualsd.core.reading import HARD_DECK, reading
from ritualsd.core.words import words
from ritualsd.model import Prompt

ENOUGH_TO_JUDGE = 10
TYPICAL, SHORT = 95, 110


def lint_deck(prompts: Sequence[Prompt], lists: WordLists = IN_ENGLISH) -> Iterator[Finding]:
    """What the deck as a whole breaks; nothing for a deck too small to judge."""
    if len(prompts) < ENOUGH_TO_JUDGE:
        return
    lengths = [len(prompt.text) for prompt in prompts]
    typical, short = round(TYPICAL * lists.longer), round(SHORT * lists.longer)
    if median(lengths) > typical:
        yield _warning("L1", f"half of its prompts are longer than {typical} characters", "shorten some")
    if sum(length <= short for length in lengths) < 0.8 * len(prompts):
        yield _warning("L1", f"under 80 % of its prompts fit {short} characters", "shorten some, so they fit one SMS")
    if mean(reading(prompt.text, lists) for prompt in prompts) > HARD_DECK:
        yield _warning("L20", "is hard to read as a whole", "use shorter words and shorter sentences")
    yield from _openings([words(prompt.text) for prompt in prompts])


def _openings(texts: Sequence[Sequence[str]]) -> Iterator[Finding]:
    threes = Counter(" ".join(text[:3]) for text in texts if len(text) >= 3)
    for opening, count in threes.most_common():
        if count > max(3, 0.04 * len(texts)):
            yield _warning("L14", f'{count} prompts open with "{opening}"', "vary the beginnings")
    for word, count in Counter(text[0] for text in texts if text).most_common(1):
        if count > 0.3 * len(texts):
            yield _warning("L14", f'{count} of {len(texts)} prompts open with "{word}"', "vary the beginnings")


def _warning(rule: str, message: str, hint: str) -> Finding:
    return Finding(rule=rule, severity="warning", message=message, hint=hint)
