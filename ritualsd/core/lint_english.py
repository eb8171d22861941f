"""The word lists of the prompt lint in English. Other languages have the same in the `lint.toml` of their pack."""

from __future__ import annotations

LISTS: dict[str, tuple[str, ...]] = {
    "guilt": (
        "should", "must", "have to", "ought", "forgot", "forget", "still haven't", "finally", "overdue", "streak",
        "disappointed", "no excuse", "why didn't you",
    ),
    "guilt_soft": ("late", "behind", "missed", "at least"),
    "cliche": (
        "journey", "soulmate", "soulmates", "spark", "better half", "love language", "love languages", "safe space",
        "hold space", "inner child", "toxic", "self-care", "cherish", "nurture", "cultivate", "intimacy", "vulnerab-",
        "deep bond", "deeper bond", "heart and soul", "date night", "make memories", "unconditional", "unconditionally",
    ),
    "assumed": (
        "husband", "wife", "spouse", "boyfriend", "girlfriend", "he", "she", "his", "her", "hers", "him", "man",
        "woman", "married", "wedding", "both of you", "two of you", "parents", "mum", "mom", "dad", "kids", "wine",
        "beer", "church",
    ),
    "assumed_soft": ("partner", "partners", "couple", "couples"),
    "aimed": (
        "tell {other} to", "get {other} to", "make {other} to", "ask {other} to", "check {other}'s", "find out if",
    ),
    "comparing": ("who does", "who gave", "score", "rate {other}", "keep track", "better than last"),
    "comparing_soft": ("more than", "win"),
    "script_verb": ("send this", "copy", "forward", "text them"),
    "absolute": ("always", "never", "everything", "perfect", "perfectly", "forever"),
    "skip": ("skip-", "pass-", "as much or as little", "leave it", "closed if you like"),
    "evening": ("tonight", "this evening"),
    "morning": ("this morning",),
    "weekend": ("weekend",),
    "stop": tuple(
        """
        a about after again all also am an and any are around as at be because been before being but by can could did
        do does doing done down during each else ever every few for from had has have having here how if in into is it
        its just let lately like made make may me might more most much my near no not now of off on once one only or
        other our out over own per put say said same she should since so some someone something somebody still such
        take tell than that the their them then there these they thing things think this those through time to today
        too under until up us very want was way we week were what when where which while who whom whose why will with
        without would yet you your yours youd
        """.split()  # noqa: SIM905 - a list of 170 quoted words would hide them
    ),
}  # fmt: skip
"""By what they are for; a phrase that ends in "-" is the beginning of a word. `stop` says nothing about a topic."""
