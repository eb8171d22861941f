"""One plugin as the host knows it: where it was found, how far it got, and what can be told about it."""

from __future__ import annotations

import inspect
from collections.abc import Collection
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Literal

from ritualsd.content.api import PluginInfo
from ritualsd.content.guard import Breaker
from ritualsd.content.shelf import Place
from ritualsd.model import PluginTable

Status = Literal[
    "active", "disabled", "shadowed", "load-error", "incompatible", "bad-config", "unavailable", "tripped", "missing"
]

LONGEST_TIMEOUT_S = 30.0
LONGEST_ERROR = 300
SHORTEST_SECRET = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that may be a plugin: found, not yet imported. `source` says where, for people."""

    name: str
    source: str
    path: Path | None = None
    entry: EntryPoint | None = None
    bundled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginStatus:
    """What `plugins list` shows of one plugin; `error` is "" where all is well."""

    name: str
    version: str
    status: Status
    hooks: tuple[str, ...]
    source: str
    error: str


class Refused(Exception):
    """A plugin that did not pass a gate: the status it gets, what is wrong, and what to do."""

    def __init__(self, status: Status, what: str, todo: str = "") -> None:
        super().__init__(what)
        self.status, self.what, self.todo = status, what, todo

    def __str__(self) -> str:
        return f"{self.what}; {self.todo}" if self.todo else self.what


@dataclass(slots=True, kw_only=True)
class Record:
    """One plugin while the host lives. Only the host changes it, holding its lock."""

    candidate: Candidate
    table: PluginTable = field(default_factory=PluginTable)
    status: Status = "active"
    error: str = ""
    info: PluginInfo | None = None
    hooks: tuple[str, ...] = ()
    plugin: Any = None
    settings: Any = None
    configured: bool = False
    decks: tuple[Place, ...] | None = None  # None: not said yet
    breaker: Breaker = field(default_factory=lambda: Breaker("", lambda _: "", lambda _key, _value: None))

    @property
    def name(self) -> str:
        return self.candidate.name

    @property
    def version(self) -> str:
        if self.info and self.info.version:
            return self.info.version
        entry = self.candidate.entry
        return entry.dist.version if entry and entry.dist else ""

    @property
    def timeout_s(self) -> float:
        wanted = self.table.timeout_s or (self.info.timeout if self.info else 5.0)
        return min(max(wanted, 0.1), LONGEST_TIMEOUT_S)

    @property
    def may_serve(self) -> bool:
        """Whether it passed the gates, and does not wait for the user."""
        return self.status in ("active", "tripped", "unavailable")

    @property
    def in_service(self) -> bool:
        """Whether it may be called when its breaker allows."""
        return self.configured and self.may_serve

    @property
    def folder(self) -> Path:
        """The plugin's own folder: its package's, or the one its file lies in."""
        path = self.candidate.path
        if path is not None:
            return path if path.is_dir() else path.parent
        home = self.plugin if inspect.ismodule(self.plugin) else type(self.plugin)
        return Path(inspect.getfile(home)).parent

    def serves(self, hook: str, kind: str) -> bool:
        """Whether this plugin is to be asked through `hook` for `kind`."""
        named = self.info.kinds if self.info else frozenset()
        return hook in self.hooks and (hook != "ritualsd_content" or not named or kind in named)

    def shown(self) -> PluginStatus:
        return PluginStatus(
            name=self.name,
            version=self.version,
            status=self.status,
            hooks=self.hooks,
            source=self.candidate.source,
            error=self.error,
        )


def plain_error(error: BaseException, secrets: Collection[str] = ()) -> str:
    """An exception of a plugin in one short line: its type and first line, with every known secret masked."""
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001 - an exception of theirs may fail even at being printed
        text = ""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    lines = text.strip().splitlines()
    kind = type(error).__name__
    return f"{kind}: {lines[0]}"[:LONGEST_ERROR] if lines else kind
