"""The word lists of the prompt lint, in English. Lists only: `core.lint` decides what a hit means."""

from __future__ import annotations

import re
from collections.abc import Iterable


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern for whole words and phrases; a phrase ending in "-" is the beginning of a word."""
    parts = [re.escape(p[:-1]) + r"\w*" if p.endswith("-") else re.escape(p) + r"\b" for p in phrases]
    return re.compile(r"\b(?:" + "|".join(parts) + ")")


GUILT = _any_of((
    "should", "must", "have to", "ought", "forgot", "forget", "still haven't", "finally", "overdue", "streak",
    "disappointed", "no excuse", "why didn't you",
))  # fmt: skip
GUILT_SOFT = _any_of(("late", "behind", "missed", "at least"))

CLICHE = _any_of((
    "journey", "soulmate", "soulmates", "spark", "better half", "love language", "love languages", "safe space",
    "hold space", "inner child", "toxic", "self-care", "cherish", "nurture", "cultivate", "intimacy", "vulnerab-",
    "deep bond", "deeper bond", "heart and soul", "date night", "make memories", "unconditional", "unconditionally",
))  # fmt: skip

ASSUMED = _any_of((
    "husband", "wife", "spouse", "boyfriend", "girlfriend", "he", "she", "his", "her", "hers", "him", "man", "woman",
    "married", "wedding", "both of you", "two of you", "parents", "mum", "mom", "dad", "kids", "wine", "beer", "church",
))  # fmt: skip
ASSUMED_SOFT = _any_of(("partner", "partners", "couple", "couples"))

AIMED = re.compile(r"\b(?:tell|get|make|ask) \{other\} to\b|\bcheck \{other\}['’]s\b|\bfind out if\b")

COMPARING = re.compile(r"\b(?:who does|who gave|score|rate \{other\}|keep track|better than last)\b")
COMPARING_SOFT = _any_of(("more than", "win"))

SCRIPT_VERB = _any_of(("send this", "copy", "forward", "text them"))

ABSOLUTE = _any_of(("always", "never", "everything", "perfect", "perfectly", "forever"))

TIME_WORDS = {
    "evening": _any_of(("tonight", "this evening")),
    "morning": _any_of(("this morning",)),
    "weekend": _any_of(("weekend",)),
}

STOP = frozenset(
    """
    a about after again all also am an and any are around as at be because been before being but by can could did do
    does doing done down during each else ever every few for from had has have having here how if in into is it its
    just let lately like made make may me might more most much my near no not now of off on once one only or other our
    out over own per put say said same she should since so some someone something somebody still such take tell than
    that the their them then there these they thing things think this those through time to today too under until up
    us very want was way we week were what when where which while who whom whose why will with without would yet you
    your yours youd
    """.split()  # noqa: SIM905 - a list of 170 quoted words would hide them
)
"""Words that say nothing about what a prompt is about."""
