"""One plugin in a host of its own, admitted as the daemon would admit it, and strict: its problems are exceptions."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any, TypeAlias

from ritualsd.content.api import PROJECT
from ritualsd.content.deck import Deck
from ritualsd.content.find import candidate_at, plugin_name
from ritualsd.content.host import ContentHost
from ritualsd.content.record import Candidate, Record
from ritualsd.content.trace import Trace
from ritualsd.model import Ask, Event, Household, Message, PluginTable, Prompt, Settings

Source: TypeAlias = str | Path | ModuleType
"""A plugin as its source text, as the path of its file or folder, or as the module of an installed package."""


class LoadedPlugin:
    """A plugin ready to be asked. `record` is what the host knows of it."""

    def __init__(self, candidate: Candidate, given: Mapping[str, Any], trace: Trace, root: Path) -> None:
        table = PluginTable(
            isolation="thread", settings=given, reads=frozenset({"replies"}), where=f"{root}/config.toml:1"
        )
        settings = Settings(root=str(root), household=Household(), plugins={candidate.name: table})
        self.host = ContentHost(
            settings, no_plugins=False, emit=lambda _: None, strict=True, candidates=[candidate], trace=trace
        )
        self.host.start()

    @property
    def record(self) -> Record:
        return self.host.records()[0]

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def settings(self) -> Any:
        """The plugin's own settings, as its model made them."""
        return self.record.settings

    def offers(self, ask: Ask) -> tuple[Prompt, ...]:
        """What it offers for `ask`, after the host's clean-up; prompts of its decks are left out."""
        found = self.host.offers(ask).prompts
        return tuple(prompt for prompt in found if prompt.source == f"plugin:{self.name}")

    def decks(self) -> tuple[Deck, ...]:
        """The decks it brings."""
        return tuple(deck for deck in self.host.decks() if deck.plugin == self.name)

    def reword(self, message: Message, ask: Ask) -> Message:
        return self.host.reword(message, ask)

    def tell(self, event: Event) -> None:
        self.host.tell(event)


def candidate_for(source: Source, folder: Path) -> Candidate:
    """Where the host finds this plugin; source text is written to a file in `folder` first."""
    if isinstance(source, ModuleType):
        return _installed(source)
    return candidate_at(source if isinstance(source, Path) else _written(source, folder))


def _installed(module: ModuleType) -> Candidate:
    info = getattr(module, "PLUGIN", None)
    name = info.name if info else plugin_name(module.__name__)
    entry = importlib.metadata.EntryPoint(name=name, value=module.__name__, group=PROJECT)
    return Candidate(name=name, source=module.__name__, entry=entry)


def _written(text: str, folder: Path) -> Path:
    """The text as a file of its own, named as its PLUGIN says."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_own_name(dedent(text))}.py"
    path.write_text(dedent(text), "utf-8")
    return path


def _own_name(text: str) -> str:
    """The name in `PluginInfo(name="…")`, read without running anything; "mine" where there is none."""
    named = re.search(r"""PluginInfo\(\s*name=["']([\w-]+)["']""", text)
    return named[1] if named else "mine"
