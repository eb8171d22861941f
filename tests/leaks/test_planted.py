"""Planted faults: were one question about who may see what left out, the tests of this folder would notice."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import ritualsd
from ritualsd.core import visibility
from ritualsd.model import Entry
from tests.leaks.acts import WORDS, answers
from tests.leaks.home import SECRET, everything, home, say

ROOT = Path(ritualsd.__file__).parent


@contextmanager
def planted(name: str, faulty: Callable[..., Any]) -> Iterator[None]:
    """`name` of core.visibility as `faulty`, in that module and in every one that took it from there."""
    right = getattr(visibility, name)
    modules = [each for each in list(sys.modules.values()) if _holds(each, name, right)]
    for module in modules:
        setattr(module, name, faulty)
    try:
        yield
    finally:
        for module in modules:
            setattr(module, name, right)


def _holds(module: ModuleType, name: str, right: object) -> bool:
    is_ours = getattr(module, "__name__", "").startswith("ritualsd.")
    return is_ours and vars(module).get(name) is right


def shows_everything(*_: object) -> str:
    return "full"


def test_a_home_where_nobody_asks_who_may_see_what_is_noticed() -> None:
    with home(SECRET) as site, planted("can_see", shows_everything):
        answers(site)
        say(site, "ana", "1", "mood")
        site.stage.turn()
        assert any("surprise" in text for text in everything(site, None).values())


@pytest.mark.parametrize("rule", ["_hears", "_turn"])
def test_a_single_rule_that_is_left_out_is_noticed(rule: str) -> None:
    def careless(*_: object) -> object:
        return True if rule == "_hears" else "full"

    with home(SECRET) as site, planted(rule, careless):
        answers(site)
        site.stage.turn()
        seen = everything(site, "ben") | everything(site, None)
    assert any(WORDS in text or "surprise" in text for text in seen.values())


def test_a_thing_that_is_not_made_less_of_is_noticed() -> None:
    from tests.leaks.acts import puts_it_off

    def as_it_is(_: object, thing: Entry) -> Entry:
        return thing

    with home() as site, home() as twin, planted("_as_seen", as_it_is):
        puts_it_off(site)
        assert everything(site, None) != everything(twin, None)


# ── what shows anything takes only what is visible ────────────────────────────────────────────────

UNSEEN = {"Entry", "Upcoming"}
"""What only `visible_to` may hand to a function that shows something."""


def shown_without_asking(source: str) -> list[str]:
    """The functions of a module that say in their signature that they turn an unfiltered thing into text or rows."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and any(_names(each.annotation) & UNSEEN for each in node.args.args)
        and not any("Visible" in ast.unparse(each.annotation) for each in node.args.args if each.annotation)
        and node.returns is not None
        and not _names(node.returns) & {"bool", "datetime"}
    ]


def _names(annotation: ast.expr | None) -> set[str]:
    return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)} if annotation is not None else set()


@pytest.mark.parametrize("room", ["cli", "web"])
def test_what_a_surface_shows_is_visible_by_its_type(room: str) -> None:
    found = {
        file.name: names
        for file in sorted((ROOT / room).glob("*.py"))
        if (names := shown_without_asking(file.read_text("utf-8")))
    }
    assert found == {}


def test_a_renderer_that_takes_anything_is_noticed() -> None:
    assert shown_without_asking("def line(entry: Entry) -> str: ...") == ["line"]
    assert shown_without_asking("def line(seen: Visible[Entry]) -> str: ...") == []


def test_only_one_function_makes_something_visible() -> None:
    makers = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sorted(ROOT.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Visible"
    ]
    assert len(makers) == 1
    assert "Visible(_KEY" in inspect.getsource(visibility.visible_to)
