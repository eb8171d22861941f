"""Applies the lint to decks: findings become problems with a file and a line. Decides no rule itself.

Each deck is judged by the words of its own language. In a deck of the user's own the rules of tone are warnings: it is
their house.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from ritualsd.content.deck import Deck, Entry
from ritualsd.core.languages import ENGLISH, base
from ritualsd.core.lint import ALWAYS_ERRORS, Finding, lint_prompt
from ritualsd.core.lint_deck import lint_deck
from ritualsd.core.lint_words import IN_ENGLISH, UNHEARD, WordLists
from ritualsd.core.near import ACROSS_KINDS, INSIDE_A_KIND, near_twins, twins
from ritualsd.model import Problem

Languages = Mapping[str, WordLists]
"""What the lint listens for, by language."""

MOST_NEAR_TWINS = 1_000
"""Pairs looked at in one language. Ten thousand prompts of one pattern have fifty million of them, and a reader who is
told of a thousand knows enough."""

_Place = tuple[Deck, Entry]


def lint(decks: Iterable[Deck], languages: Languages | None = None, *, home: str = ENGLISH) -> list[Problem]:
    """Every problem of form and tone in these decks, by file, then twins across those of one language.

    A deck that names no language is in that of the house, `home`.
    """
    heard = languages or {ENGLISH: IN_ENGLISH}
    found: list[Problem] = []
    places: dict[str, list[_Place]] = defaultdict(list)
    for deck in decks:
        language = base(deck.language or home)
        lists = heard.get(language, UNHEARD)
        found += deck.problems
        found += _one_by_one(deck, lists)
        found += [_problem(deck, None, finding) for finding in lint_deck(deck.prompts, lists)]
        places[language] += [(deck, entry) for entry in deck.entries]
    for language, told in places.items():
        found += _same_id(told)
        found += _alike(told, heard.get(language, UNHEARD).stop)
    return found


def _one_by_one(deck: Deck, lists: WordLists) -> Iterator[Problem]:
    for entry in deck.entries:
        for finding in lint_prompt(entry.prompt, deck.kind, written=entry.written, lists=lists):
            if finding.rule not in entry.allow:
                yield _problem(deck, entry, finding)


def _same_id(places: Sequence[_Place]) -> Iterator[Problem]:
    """The same id twice in one language: only the first would ever be drawn."""
    first: dict[tuple[str, str], _Place] = {}
    for deck, entry in places:
        before = first.setdefault((deck.language, entry.prompt.id), (deck, entry))
        if before[1] is not entry and not entry.prompt.id.startswith("text."):
            finding = Finding(
                rule="L12", severity="error", message=f"has the id of {_where(before)}", hint="give it its own"
            )
            yield _problem(deck, entry, finding)


def _alike(places: Sequence[_Place], stop: frozenset[str]) -> Iterator[Problem]:
    texts = [entry.prompt.text for _, entry in places]
    exact = set(twins(texts))
    for earlier, later in sorted(exact):
        finding = Finding(
            rule="L12", severity="error", message=f"is the same as {_where(places[earlier])}", hint="keep one"
        )
        yield _problem(*places[later], finding)
    for earlier, later, likeness in islice(near_twins(texts, stop=stop), MOST_NEAR_TWINS):
        inside = places[earlier][0].kind == places[later][0].kind
        if (earlier, later) in exact or likeness < (INSIDE_A_KIND if inside else ACROSS_KINDS):
            continue
        if not _mirrors(places[earlier][1], places[later][1]):
            finding = Finding(
                rule="L13",
                severity="error" if inside else "warning",
                message=f"is very close to {_where(places[earlier])}",
                hint="reword one, or name its twin in mirror_of",
            )
            yield _problem(*places[later], finding)


def _mirrors(one: Entry, other: Entry) -> bool:
    """Whether the pair is meant to be alike, as "more" and "less" are."""
    return one.mirror_of == other.prompt.id or other.mirror_of == one.prompt.id or "L13" in one.allow | other.allow


def _where(place: _Place) -> str:
    deck, entry = place
    return f"{deck.path}:{entry.line}" if entry.line else deck.path


def _problem(deck: Deck, entry: Entry | None, finding: Finding) -> Problem:
    strict = bool(deck.plugin) or finding.rule in ALWAYS_ERRORS
    return Problem(
        severity=finding.severity if strict else "warning",
        file=deck.path,
        line=entry.line if entry else 0,
        key=finding.rule,
        message=finding.message,
        hint=finding.hint,
    )
