"""The word lists of the prompt lint, one set for each language. Lists only: `core.lint` decides what a hit means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ritualsd.core import lint_english

NOTHING = re.compile(r"(?!)")

LISTS = (
    "guilt", "guilt_soft", "cliche", "assumed", "assumed_soft", "aimed", "comparing", "comparing_soft", "script_verb",
    "absolute", "skip", "stop", "evening", "morning", "weekend",
)  # fmt: skip
"""What a language's lists are called, in Python and in a `lint.toml`."""

TIMES = ("evening", "morning", "weekend")

Lists = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLists:
    """What the lint listens for in one language, as patterns for casefolded text; a list left out never hits.

    `longer` is how much longer its prompts may be than English ones; `long_word` is the number of letters from which a
    word counts as long (see `core.reading`).
    """

    language: str = "en"
    longer: float = 1.0
    long_word: int = 7
    stop: frozenset[str] = frozenset()
    times: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    patterns: Mapping[str, re.Pattern[str]] = field(default_factory=dict)

    def hit(self, name: str, text: str) -> str:
        """What of the list `name` stands in a text, or ""."""
        found = self.patterns.get(name, NOTHING).search(plain(text))
        return found[0] if found else ""

    def untimed(self, text: str, tags: frozenset[str]) -> tuple[str, str]:
        """The first word bound to a time whose tag is missing, and that tag; empty where there is none."""
        for tag, pattern in self.times.items():
            if tag not in tags and (found := pattern.search(plain(text))):
                return found[0], tag
        return "", ""


def word_lists(language: str, lists: Lists, *, longer: float = 1.0, long_word: int = 7) -> WordLists:
    """The patterns for lists of words and phrases; one that ends in "-" is the beginning of a word."""
    patterns = {name: any_of(phrases) for name, phrases in lists.items() if phrases}
    return WordLists(
        language=language,
        longer=longer,
        long_word=long_word,
        stop=frozenset(plain(word).replace("'", "") for word in lists.get("stop", ())),
        times={name: patterns[name] for name in TIMES if name in patterns},
        patterns=patterns,
    )


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern for whole words and phrases in plain text."""
    return re.compile(r"(?<!\w)(?:" + "|".join(map(_part, phrases)) + ")")


def _part(phrase: str) -> str:
    words = plain(phrase)
    return re.escape(words[:-1]) + r"\w*" if words.endswith("-") else re.escape(words) + r"(?!\w)"


def plain(text: str) -> str:
    """Casefolded, with straight apostrophes."""
    return text.casefold().replace("’", "'")


IN_ENGLISH = word_lists("en", lint_english.LISTS)
UNHEARD = WordLists(language="")
"""For a language nobody has lists for: its form is checked, its tone is not."""
