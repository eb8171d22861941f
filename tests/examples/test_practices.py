"""Every practice has its ritual: each kind and tag the page names has words in every full language, and whatever
else it names is a command or a key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from ritualsd.cli.main import COMMANDS
from ritualsd.config.defaults import KINDS
from ritualsd.config.ritual_table import RitualTable
from ritualsd.config.schema import ConfigFile
from ritualsd.config.shape import fields
from ritualsd.core.fit import tags_of
from ritualsd.core.when import parse
from tests.examples.session import ROOT
from tests.shelf import shelf

PRACTICES = 73
A_FEW = 4
FULL = ("en", "de")
ROW = re.compile(r"^\| ([0-9]+) \| (.+) \| (.+) \| `(.+)` \|$", re.MULTILINE)
NAMED = re.compile(r"`([^`]+)`")
KEYS = {name for table in (RitualTable, ConfigFile) for name, _ in fields(table)}

ROWS = [row.groups() for row in ROW.finditer((ROOT / "docs/practices.md").read_text("utf-8"))]


def pairs(carried_by: str) -> Iterator[tuple[str, str]]:
    """Each kind that is named, with each tag that stands right behind it; "" where none does."""
    kind = ""
    for name in NAMED.findall(carried_by):
        if name.startswith("#"):
            yield kind, name[1:]
        elif name in KINDS:
            kind = name
            yield kind, ""


def others(carried_by: str) -> set[str]:
    return {name for name in NAMED.findall(carried_by) if name not in KINDS and not name.startswith("#")}


@cache
def there(language: str) -> Counter[tuple[str, str]]:
    """How many bundled prompts there are of each kind, and of each kind and tag."""
    counts: Counter[tuple[str, str]] = Counter()
    for deck in shelf().host.decks():
        if deck.language == language:
            counts.update((deck.kind, tag) for prompt in deck.prompts for tag in {"", *tags_of(prompt)})
    return counts


def test_no_practice_is_missing() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, PRACTICES + 1))


@pytest.mark.parametrize("language", FULL)
def test_every_kind_and_tag_that_carries_a_practice_has_words(language: str) -> None:
    poor = {
        (number, *pair): there(language)[pair]
        for number, _, carried_by, _ in ROWS
        for pair in pairs(carried_by)
        if there(language)[pair] < A_FEW
    }
    assert poor == {}


@pytest.mark.parametrize(("number", "carried_by"), [(number, carried_by) for number, _, carried_by, _ in ROWS])
def test_a_practice_names_only_what_there_is(number: str, carried_by: str) -> None:
    unknown = {
        name for name in others(carried_by) if name not in KEYS and name.removeprefix("ritualsd ") not in COMMANDS
    }
    assert unknown == set()
    assert NAMED.findall(carried_by), f"nothing carries practice {number}"


def test_every_example_is_a_time_that_ritualsd_understands() -> None:
    for *_, when in ROWS:
        parse(when)


def test_every_kind_carries_a_practice() -> None:
    assert {kind for *_, carried_by, _ in ROWS for kind, _ in pairs(carried_by)} == set(KINDS)
