"""One plugin as the host knows it: where it was found, how far it got, and what can be told about it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from ritualsd.content.api import PluginInfo
from ritualsd.content.guard import Breaker, Failed, Ok, TimedOut
from ritualsd.model import Ask, PluginTable

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from ritualsd.content.shelf import Place

T = TypeVar("T")

Status = Literal[
    "active", "disabled", "shadowed", "load-error", "incompatible", "bad-config", "unavailable", "tripped", "missing"
]

BROKEN: frozenset[Status] = frozenset({"load-error", "incompatible", "bad-config", "unavailable", "missing"})
"""Found, wanted, and not in use until somebody does something, or it tries again."""

REPLIES = "replies"
"""What stands in `reads`, in a plugin and in its table, for the recipient's own words of earlier."""

LONGEST_TIMEOUT_S = 30.0
LONGEST_ERROR = 300
LONGEST_KIND = 60
SHORTEST_SECRET = 6


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Something that may be a plugin: found, not yet imported. `source` says where, for people."""

    name: str
    source: str
    path: Path | None = None
    entry: EntryPoint | None = None
    bundled: bool = False

    @cached_property
    def is_folder(self) -> bool:
        """Whether it was found as a folder of its own; asked with every message, looked at once."""
        return self.path is not None and self.path.is_dir()


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginStatus:
    """What `plugins list` shows of one plugin; `error` is "" where all is well."""

    name: str
    version: str
    status: Status
    hooks: tuple[str, ...]
    source: str
    error: str


class Home(Protocol):
    """Where a plugin's code runs: how it is called, within a bound."""

    def call(
        self, hook: str, take: Callable[[Any], T], arguments: Mapping[str, Any], seconds: float
    ) -> Ok[T | None] | Failed | TimedOut | None:
        """Ask within so many seconds; `take` reads an answer that is not None. None: it was closed before.

        Never raises for what the plugin does.
        """

    def close(self) -> None:
        """End what can be ended. May be called twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a plugin's table: its dotted `key`, and the key that was probably `meant`, or ""."""

    key: str
    message: str
    hint: str = ""
    meant: str = ""


class Refused(Exception):
    """A plugin that did not pass a gate: the status it gets, what is wrong, and what to do."""

    def __init__(self, status: Status, what: str, todo: str = "", faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(what)
        self.status, self.what, self.todo, self.faults = status, what, todo, faults

    def __str__(self) -> str:
        return f"{self.what}; {self.todo}" if self.todo else self.what


class RaisedThere(Exception):
    """An exception of a plugin in its own process; `kind` is the name of its type."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind if kind.isidentifier() and len(kind) <= LONGEST_KIND else "Exception"


@dataclass(slots=True, kw_only=True)
class Record:
    """One plugin while the host lives. Only the host changes it, holding its lock."""

    candidate: Candidate
    table: PluginTable = field(default_factory=PluginTable)
    status: Status = "active"
    error: str = ""
    faults: tuple[Fault, ...] = ()  # of its settings
    info: PluginInfo | None = None
    hooks: tuple[str, ...] = ()
    plugin: Any = None  # the object and its settings stay in its own process where it is kept apart
    settings: Any = None
    home: Home | None = None
    told_schema: Mapping[str, Any] | None = None
    told_folder: Path | None = None
    fenced: bool = False
    boarded: bool = False
    pause_ends: float = 0.0  # in monotonic seconds: a slow one is not asked again before
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
    def apart(self) -> bool:
        """Whether it runs in a process of its own: by the user's word, else where it is not ours or asks for it."""
        if self.table.isolation:
            return self.table.isolation == "process"
        return not self.candidate.bundled or (self.info is not None and self.info.isolation == "process")

    @property
    def runs(self) -> str:
        """Where its code runs, in words; "" where it was not let in."""
        if self.home is None:
            return ""
        apart = "in a process of its own" + (", fenced" if self.fenced else "")
        return apart if self.apart else "in ritualsd's own process"

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON Schema of its settings; empty where it takes none, or was not loaded."""
        if self.told_schema is not None:
            return self.told_schema
        model = self.info.settings if self.info else None
        return model.model_json_schema() if model else {}

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
            return path if self.candidate.is_folder else path.parent
        if self.told_folder is not None:
            return self.told_folder
        home = self.plugin if inspect.ismodule(self.plugin) else type(self.plugin)
        return Path(inspect.getfile(home)).parent

    def granted(self, what: str) -> bool:
        """Whether it asked to read something of people's, and the user let it."""
        return self.info is not None and what in self.info.reads and what in self.table.reads

    def seen_by(self, ask: Ask) -> Ask:
        """The ask as this plugin may see it: with its own settings, and no words but those it was granted."""
        return replace(ask, settings=self.settings, memories=ask.memories if self.granted(REPLIES) else ())

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


def kind_of(error: BaseException) -> str:
    """The name of what was raised, here or in the plugin's own process."""
    return error.kind if isinstance(error, RaisedThere) else type(error).__name__


def first_line(error: BaseException) -> str:
    """The first line of an exception's text, cut; "" where it has none, or fails even at being printed."""
    try:
        lines = str(error).strip().splitlines()
    except BaseException:  # noqa: BLE001 - an exception of theirs may fail even at being printed
        return ""
    return "".join(lines[:1])[:LONGEST_ERROR]


def plain_error(error: BaseException, secrets: Collection[str] = ()) -> str:
    """An exception of a plugin in one short line: its type and first line, with every known secret masked."""
    text = first_line(error)
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    kind = kind_of(error)
    return f"{kind}: {text}"[:LONGEST_ERROR] if text else kind


def secrets_in(settings: Any) -> frozenset[str]:
    """Every text in a plugin's settings that is long enough to be a secret."""
    return frozenset(text for text in texts_in(settings) if len(text) >= SHORTEST_SECRET)


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a plugin's settings, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each)
