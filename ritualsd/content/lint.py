"""Applies the lint to decks: findings become problems with a file and a line. Decides no rule itself.

In a deck of the user's own the rules of tone are warnings: it is their house.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ritualsd.content.deck import Deck, Entry
from ritualsd.core.lint import ALWAYS_ERRORS, Finding, lint_prompt
from ritualsd.core.lint_deck import lint_deck
from ritualsd.core.near import ACROSS_KINDS, INSIDE_A_KIND, near_twins, twins
from ritualsd.model import Problem

_Place = tuple[Deck, Entry]


def lint(decks: Iterable[Deck]) -> list[Problem]:
    """Every problem of form and tone in these decks, by file, then twins across them."""
    shelf = list(decks)
    found: list[Problem] = []
    for deck in shelf:
        found += deck.problems
        found += _one_by_one(deck)
        found += [_problem(deck, None, finding) for finding in lint_deck(deck.prompts)]
    places = [(deck, entry) for deck in shelf for entry in deck.entries]
    found += _same_id(places)
    found += _alike(places)
    return found


def _one_by_one(deck: Deck) -> Iterator[Problem]:
    english = deck.language in ("", "en")
    for entry in deck.entries:
        for finding in lint_prompt(entry.prompt, deck.kind, written=entry.written, english=english):
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


def _alike(places: Sequence[_Place]) -> Iterator[Problem]:
    texts = [entry.prompt.text for _, entry in places]
    exact = set(twins(texts))
    for earlier, later in sorted(exact):
        finding = Finding(
            rule="L12", severity="error", message=f"is the same as {_where(places[earlier])}", hint="keep one"
        )
        yield _problem(*places[later], finding)
    for earlier, later, likeness in near_twins(texts):
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
