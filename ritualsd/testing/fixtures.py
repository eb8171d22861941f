"""Fixtures for the tests of a plugin. Loaded by pytest alone, through `pytest_plugins = "ritualsd.testing"`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from ritualsd.content.conform import conformance
from ritualsd.content.trace import HookCall
from ritualsd.model import Ask, Prompt
from ritualsd.testing.daemon import StagedDaemon
from ritualsd.testing.doubles import HeldClock, ScriptedSender
from ritualsd.testing.plugin import LoadedPlugin, Source, candidate_for


@pytest.fixture
def clock() -> HeldClock:
    """A clock that stands at Monday 2 March 2026, 09:00 UTC, until it is told `to("21:00")` or to `sleep(days=3)`."""
    return HeldClock()


@pytest.fixture
def sent() -> ScriptedSender:
    """The sender: `sent.bodies` is what went out, `sent.fail()` lets the next attempt fail."""
    return ScriptedSender()


@pytest.fixture
def hook_calls() -> list[HookCall]:
    """Every call into a plugin in this test: `plugin`, `hook`, `arguments`, `outcome`, `seconds`, `ok`."""
    return []


@pytest.fixture
def ask(clock: HeldClock) -> Callable[..., Ask]:
    """`ask("gratitude", at=…, depth=2)`: an Ask; `at` is what the clock says when it is not given."""

    def make(kind: str = "gratitude", **over: Any) -> Ask:
        given: dict[str, Any] = {"kind": kind, "ritual": "a-ritual", "at": clock.local} | over
        return Ask(**given)

    return make


@pytest.fixture
def load_plugin(tmp_path: Path, hook_calls: list[HookCall]) -> Callable[..., LoadedPlugin]:
    """`load_plugin(source, **settings)`: an admitted plugin. `source` is its text, its path, or its module.

    Raises PluginProblem with the sentence `plugins list` would show when it is not admitted.
    """

    def load(source: Source, **settings: Any) -> LoadedPlugin:
        candidate = candidate_for(source, tmp_path / "given")
        return LoadedPlugin(candidate, settings, hook_calls.append, tmp_path)

    return load


@pytest.fixture
def offers() -> Callable[[LoadedPlugin, Ask], tuple[Prompt, ...]]:
    """`offers(plugin, ask)`: the prompts it offers, as they reach the pool. Raises PluginProblem when it fails."""
    return LoadedPlugin.offers


@pytest.fixture
def daemon(
    tmp_path: Path, clock: HeldClock, sent: ScriptedSender, hook_calls: list[HookCall]
) -> Iterator[Callable[..., StagedDaemon]]:
    """`daemon(config_toml, *plugins)`: the whole of ritualsd in memory, on the clock and the sender of this test.

    Files named in the configuration, decks and plugins lie beside it, in `tmp_path`.
    """

    def start(config_toml: str, *plugins: Source) -> StagedDaemon:
        config = tmp_path / "config.toml"
        config.write_text(dedent(config_toml), "utf-8")
        given = [candidate_for(source, tmp_path / "given") for source in plugins]
        started.append(StagedDaemon(config, given, clock, sent, hook_calls.append))
        return started[-1]

    started: list[StagedDaemon] = []
    yield start
    for each in started:
        each.close()


@pytest.fixture
def conforms(tmp_path: Path) -> Callable[..., None]:
    """`conforms(plugin, **settings)`: everything `ritualsd plugins check` looks at; fails with each finding."""

    def check(source: Source, **settings: Any) -> None:
        __tracebackhide__ = True
        verdicts = conformance(candidate_for(source, tmp_path / "given"), settings)
        failed = [str(verdict) for verdict in verdicts if verdict.failed]
        if failed:
            pytest.fail("\n".join(failed), pytrace=False)

    return check
