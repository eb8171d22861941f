"""A content host on a folder of plugin and deck files written for one test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

from ritualsd.content.host import ContentHost
from ritualsd.content.record import PluginStatus
from ritualsd.model import Ask, Event, Household, PluginTable, Settings

WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a day on which the bundled plugins add nothing to their decks

GOOD = """
    from ritualsd import hookimpl

    @hookimpl
    def ritualsd_gratitude_prompts(ask):
        return ["What made today easier?", "What was quiet?"]
"""
FIVE_LINES = """\
from ritualsd import hookimpl

@hookimpl
def ritualsd_gratitude_prompts(ask):
    return ["What made today easier?"]
"""
GOOD_WORDS = ["What made today easier?", "What was quiet?"]


@dataclass
class Yard:
    """A configuration folder; `host()` opens content on it, and `events` holds what was emitted."""

    root: Path
    tables: dict[str, PluginTable] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    memory: dict[str, str] = field(default_factory=dict)
    now: float = 1_000_000.0
    household: Household = field(default_factory=Household)
    paths: tuple[str, ...] = ()
    isolation: str | None = "thread"
    hosts: list[ContentHost] = field(default_factory=list)

    def plugin(self, name: str, source: str = GOOD, **table: Any) -> Path:
        """Write a plugin file, and its table when one is given. A table without a timeout gets a short one, and one
        without isolation that of the yard."""
        path = self.root / "plugins" / (name if name.endswith(".py") else f"{name}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(source))
        given: dict[str, Any] = {"timeout_s": 0.3, "isolation": self.isolation, "where": "config.toml:9"} | table
        self.tables[path.stem.replace("_", "-")] = PluginTable(**given)
        return path

    def deck(self, name: str, content: str) -> Path:
        path = self.root / "decks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content))
        return path

    def settings(self) -> Settings:
        return Settings(root=str(self.root), household=self.household, plugins=self.tables, plugin_paths=self.paths)

    def host(self, *, no_plugins: bool = False, strict: bool = False, remembers: bool = True) -> ContentHost:
        keeps = (lambda key: self.memory.get(key, ""), self.memory.__setitem__) if remembers else None
        host = ContentHost(
            self.settings(),
            no_plugins=no_plugins,
            emit=self.events.append,
            breaker_memory=keeps,
            strict=strict,
            clock=lambda: self.now,
        )
        self.hosts.append(host)
        return host

    def close(self) -> None:
        """End the processes of every host that was opened."""
        for host in self.hosts:
            host.close()

    def emitted(self, name: str) -> list[dict[str, Any]]:
        return [dict(event.fields) for event in self.events if event.name == name]


def ask(kind: str = "gratitude", **over: Any) -> Ask:
    given: dict[str, Any] = {"kind": kind, "ritual": "thanks", "at": WEDNESDAY} | over
    return Ask(**given)


def offered(host: ContentHost, plugin: str, kind: str = "gratitude", **over: Any) -> list[str]:
    """The texts one plugin has in the pool."""
    return [prompt.text for prompt in host.offers(ask(kind, **over)).prompts if prompt.source == f"plugin:{plugin}"]


def status(host: ContentHost, name: str) -> PluginStatus:
    """The row of the plugin in use under a name."""
    return [plugin for plugin in host.plugins() if plugin.name == name][-1]


FIVE_LINES_WITH_DECKS = """
    from ritualsd import hookimpl

    @hookimpl
    def ritualsd_decks():
        return ["{path}"]
"""
