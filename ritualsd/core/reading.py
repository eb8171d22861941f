"""How hard a text is to read: a number, the same simple one for every language. Judges nothing by itself."""

from __future__ import annotations

import re

from ritualsd.core.lint_words import WordLists
from ritualsd.core.words import fill, placeholders, words

HARD_PROMPT, HARD_DECK = 60, 30
"""On a scale by which picture books have 20 and newspapers 50; one short prompt is allowed more than all of a deck."""

_PARTS = re.compile(r"(?<=[.?!…:;])\s+")


def reading(text: str, lists: WordLists) -> float:
    """How much reading a text asks: the words of a sentence, and the share of long ones in per cent (the LIX)."""
    plain = fill(text, dict.fromkeys(placeholders(text), "Ana"))
    there = words(plain)
    long = sum(len(word) >= lists.long_word for word in there)
    return len(there) / len(_PARTS.split(plain)) + 100 * long / max(1, len(there))
