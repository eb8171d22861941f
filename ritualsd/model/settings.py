"""Everything one configuration says, and what may be wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from ritualsd.model.people import DEFAULT_HOUSEHOLD, Person, Secret, empty
from ritualsd.model.personal import Fact, LifeSeason
from ritualsd.model.ritual import Ritual
from ritualsd.model.time import Sun
from ritualsd.model.ways import Ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """People, circles and rituals of one household, all names resolved."""

    id: str = DEFAULT_HOUSEHOLD
    zone: str = "UTC"
    language: str = "en"
    place: tuple[float, float] | None = None
    sun: Sun | None = None  # what the sun does at `place`
    people: Mapping[str, Person] = field(default_factory=empty)
    circles: Mapping[str, tuple[str, ...]] = field(default_factory=empty)
    rituals: Mapping[str, Ritual] = field(default_factory=empty)
    until_done: tuple[str, ...] = ()  # the rituals whose secret ends once they were done
    phone_away: tuple[str, ...] = ()  # the rituals that begin a time without phones
    calendars: Mapping[str, tuple[tuple[date, date], ...]] = field(default_factory=empty)
    seasons: tuple[LifeSeason, ...] = ()  # on record; those that have ended too
    facts: tuple[Fact, ...] = ()  # all that people told of themselves
    done: Mapping[tuple[str, str], datetime] = field(default_factory=dict)  # (ritual, person): secrets that ended so


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginTable:
    """`[plugins.NAME]`: the host's own keys, and the plugin's `settings` as written (raw TOML values).

    `where` is FILE:LINE of the table, `lines` the line of each setting by its dotted key.
    """

    enabled: bool = True
    timeout_s: float | None = None
    isolation: Literal["thread", "process"] | None = None
    reads: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = field(default_factory=empty)
    where: str = ""
    lines: Mapping[str, int] = field(default_factory=empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The keys that seal words at rest: a key file's `text`, and the `file` it came from, or "" for none."""

    text: Secret
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything one configuration says. `root` is the folder of config.toml: decks/ and plugins/ lie beside it.

    `households` is the folder of many households, and `household` then is empty; "" where there is only that one.
    For one of many `above` is the folder of the main config.toml, whose plugins/ are the only ones.
    """

    root: str
    household: Household
    households: str = ""
    above: str = ""
    web_enabled: bool = True
    web_bind: str = "127.0.0.1:8377"
    public_url: str = ""
    metrics: bool = False
    proxies: frozenset[str] = frozenset()  # addresses of proxies whose X-Forwarded-For is believed
    plugins: Mapping[str, PluginTable] = field(default_factory=empty)
    plugin_require: tuple[str, ...] = ()
    plugin_paths: tuple[str, ...] = ()
    storage_url: str = field(default="", repr=False)  # it may hold a password
    encrypt: bool = False
    storage_key: Keyring | None = None
    keep_messages: timedelta = timedelta(days=90)
    engine: Literal["embedded", "procrastinate"] = "embedded"
    resources: tuple[tuple[str, str], ...] = ()
    secrets: tuple[Secret, ...] = ()  # what every ${name} in it stood for

    ways: Ways = field(default_factory=Ways)  # for answers to come back

    @property
    def sealing(self) -> Keyring | None:
        """What seals the ledger; None where it is kept open."""
        return self.storage_key if self.encrypt else None

    @property
    def plugin_root(self) -> str:
        """The folder that plugins/ lie in."""
        return self.above or self.root


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with the configuration, a deck or a plugin. `line` 0 means the whole file."""

    severity: Literal["error", "warning"]
    file: str
    line: int
    key: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        key = f" {self.key}:" if self.key else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}:{key} {self.message}{hint}"
