"""The pages about plugins and decks: every hook has its heading, and every example does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ritualsd.content.fields import FIELDS
from ritualsd.content.find import find
from ritualsd.content.hooks import HOOKS
from ritualsd.content.lint import lint
from ritualsd.core.words import PLACEHOLDERS
from tests.content.hosting import Yard

DOCS = Path(__file__).resolve().parents[2] / "docs"
PLUGINS = (DOCS / "plugins.md").read_text("utf-8")
DECKS = (DOCS / "decks.md").read_text("utf-8")

EXAMPLES = re.findall(r"```python\n(.*?)```", PLUGINS, re.DOTALL)


def test_every_hook_has_one_heading_with_its_arguments() -> None:
    headings = re.findall(r"^### `(\w+)\(([^)]*)\)`$", PLUGINS, re.MULTILINE)
    assert {name: tuple(filter(None, arguments.split(", "))) for name, arguments in headings} == dict(HOOKS)
    assert len(headings) == len(HOOKS)


SECTIONS = dict(re.findall(r"^### `(ritualsd_\w+)\([^)]*\)`$(.*?)(?=^##)", PLUGINS, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_says_when_how_long_and_what_if_it_fails_and_shows_itself(hook: str) -> None:
    text = SECTIONS[hook]
    assert [word for word in ("*When:*", "*How long:*", "*If it fails:*") if word not in text] == []
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert f"def {hook}(" in example


@pytest.mark.parametrize("source", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_plugin_on_the_page_is_admitted_as_printed(yard: Yard, source: str) -> None:
    yard.plugin("towns", source)
    yard.deck("bedtime/stars.txt", "Which star is yours tonight? #evening")
    (yard.root / "decks").rename(yard.root / "plugins" / "decks")
    host = yard.host(strict=True)
    host.start()
    assert [row.status for row in host.plugins() if row.name == "towns"] == ["active"]


def test_the_bundled_plugins_on_the_page_are_those_we_ship(yard: Yard) -> None:
    row = next(line for line in PLUGINS.splitlines() if line.startswith("| bundled"))
    assert set(re.findall(r"`(\w+)`", row)) == {each.name for each in find(yard.settings(), no_plugins=True)}


def test_every_field_and_placeholder_is_on_the_page() -> None:
    fields = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", DECKS, re.MULTILINE)
    assert fields == list(FIELDS)
    assert all(f"`{{{name}}}`" in DECKS for name in PLACEHOLDERS)


def test_the_decks_on_the_page_are_read_without_an_error(yard: Yard) -> None:
    text = re.findall(r"```text\n(.*?)```", DECKS, re.DOTALL)[0]
    toml = re.findall(r"```toml\n(.*?)```", DECKS, re.DOTALL)[0]
    yard.deck("gratitude/mine.txt", text)
    yard.deck("gesture/home.toml", toml)
    mine = [deck for deck in yard.host().decks() if not deck.plugin]
    assert sorted(len(deck.entries) for deck in mine) == [2, 3]
    assert [problem for problem in lint(mine) if problem.severity == "error"] == []
