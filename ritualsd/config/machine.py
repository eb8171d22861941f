"""The tables about the machine (web, plugins, storage, engine, help), and with the household the whole Settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ritualsd.config.findings import Spot, quoted
from ritualsd.config.secrets import SecretProblem, Secrets
from ritualsd.config.ways import ways
from ritualsd.core.keys import read_keys
from ritualsd.core.links import is_address
from ritualsd.model import Household, Keyring, PluginTable, Secret, Settings

if TYPE_CHECKING:
    from ritualsd.config.schema import ConfigFile
    from ritualsd.config.schema import PluginTable as Table

MAX_NESTING = 20

_HOLE = re.compile(r"\$\{[^}]*\}")
_BIND = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})")
_LOOPBACK = re.compile(r"127\.[0-9.]+|localhost|\[::1\]")
_LOCAL_URL = re.compile(r"http://(127\.[0-9.]+|localhost|\[::1\])(:[0-9]+)?(/|$)")


def settings(table: ConfigFile, household: Household, path: Path, secrets: Secrets, here: Spot) -> Settings:
    """Everything config.toml says."""
    _check_web(table, here.below("web"))
    url = _storage_url(table, secrets, here.below("storage"))
    _check_engine(table, here.below("engine"))
    return Settings(
        root=str(path.parent.absolute()),
        household=household,
        households=str(path.parent.absolute() / table.households) if table.households else "",
        web_enabled=table.web.enabled,
        web_bind=table.web.bind,
        public_url=(table.web.public_url or "").rstrip("/"),
        metrics=table.web.metrics,
        proxies=frozenset(table.web.proxies),
        plugins={
            name: _plugin(plugin, secrets, here.below("plugins", name))
            for name, plugin in (table.plugins.__pydantic_extra__ or {}).items()
        },
        plugin_require=tuple(table.plugins.require),
        plugin_paths=tuple(table.plugins.paths),
        storage_url=url,
        encrypt=table.storage.encrypt,
        storage_key=_key(table, secrets, here.below("storage")),
        keep_messages=table.storage.keep_messages,
        engine=table.engine.kind,
        ways=ways(table.replies, household.people, secrets, here.below("replies")),
        resources=tuple((one.name, one.contact) for one in table.help.resources),
    )


def _check_web(table: ConfigFile, here: Spot) -> None:
    if table.web.metrics:
        _check_metrics(table, here)
    bind = _BIND.fullmatch(table.web.bind)
    if bind is None or int(bind.group(2)) > 65535:
        here.error("bind", "this is not an address and a port", 'write it like "127.0.0.1:8377"')
    elif not _LOOPBACK.fullmatch(bind.group(1)) and not table.web.open_to_network:
        message = "other machines could read the page there, unencrypted"
        hint = "bind to 127.0.0.1 behind a proxy with HTTPS, or say open_to_network = true"
        here.error("bind", message, hint)
    for address in table.web.proxies:
        if not is_address(address):
            here.error("proxies", f"{quoted(address)} is not an address", 'write it like "127.0.0.1"')
    url = table.web.public_url
    if url and not url.startswith(("https://", "http://")):
        here.error("public_url", "this is not a web address", 'write it like "https://rituals.example.org"')
    elif url and not url.startswith("https://") and not _LOCAL_URL.match(url):
        message = "private links would cross the network unencrypted"
        here.warning("public_url", message, "use an https:// address")


def _check_metrics(table: ConfigFile, here: Spot) -> None:
    if not table.households:
        message = "among few people a count would tell that something secret was sent"
        here.error("metrics", message, "leave it out: it is for many households")
    elif find_spec("prometheus_client") is None:
        here.error("metrics", "the library for that is not installed", "pip install 'ritualsd[metrics]'")


def _storage_url(table: ConfigFile, secrets: Secrets, here: Spot) -> str:
    """The address of the database with its secrets in place, or ""; what is wrong with it is told."""
    url = table.storage.url
    if not url:
        return ""
    try:
        filled = secrets.fill(url, in_url=not _HOLE.fullmatch(url))
    except SecretProblem as problem:
        here.error("url", problem.what, problem.todo)
        return ""
    if not filled.startswith(("postgresql://", "postgres://")):
        here.error("url", "only a postgresql:// address can stand here", "leave it out for the built-in SQLite file")
        return ""
    if find_spec("psycopg") is None:
        here.error("url", "what speaks to PostgreSQL is not installed", "pip install 'ritualsd[postgres]'")
    return filled


def _check_engine(table: ConfigFile, here: Spot) -> None:
    if table.engine.kind != "procrastinate":
        return
    if not table.storage.url:
        hint = "name one under [storage] url, or leave this out"
        here.error("kind", "work can only be shared by way of a PostgreSQL database", hint)
    elif find_spec("procrastinate") is None:
        here.error("kind", "what shares the work is not installed", "pip install 'ritualsd[postgres]'")


def _key(table: ConfigFile, secrets: Secrets, here: Spot) -> Keyring | None:
    """The key under [storage], or None; what is wrong with it is told."""
    written = table.storage.key
    if not written:
        if table.storage.encrypt:
            here.error(
                "encrypt", "there is no key to encrypt with", "make one with `ritualsd key new`, and name it: key"
            )
        return None
    if not _HOLE.fullmatch(written):
        hint = 'put it in a file of its own under secrets/ and write key = "${its_name}"'
        here.error("key", "a key does not belong in this file, for everyone who reads it", hint)
        return None
    try:
        text = secrets.fill(written, in_url=False)
        read_keys(text)
    except SecretProblem as problem:
        here.error("key", problem.what, problem.todo)
        return None
    except ValueError:
        here.error("key", "the secret named here is not a key", "`ritualsd key new` makes one")
        return None
    return Keyring(text=Secret(text), file=secrets.file_of(written))


def _plugin(table: Table, secrets: Secrets, here: Spot) -> PluginTable:
    own: dict[str, Any] = {}
    for key, value in (table.__pydantic_extra__ or {}).items() if table.enabled else ():
        try:
            own[key] = _filled(value, secrets)
        except SecretProblem as problem:
            here.error(key, problem.what, problem.todo)
    return PluginTable(
        enabled=table.enabled,
        timeout_s=table.timeout.total_seconds() if table.timeout else None,
        isolation=table.isolation,
        reads=frozenset(table.reads),
        settings=own,
        where=here.place,
        lines=dict(_lines(own, here)),
    )


def _lines(own: Mapping[str, Any], here: Spot, above: str = "", depth: int = 0) -> Iterator[tuple[str, int]]:
    """The line of each setting by its dotted key, those in tables below included."""
    for key, value in own.items():
        spot = here.below(key)
        yield f"{above}{key}", spot.line
        if isinstance(value, Mapping) and depth < MAX_NESTING:
            yield from _lines(value, spot, f"{above}{key}.", depth + 1)


def _filled(value: Any, secrets: Secrets, depth: int = 0) -> Any:
    """A plugin's setting with its secrets in place, however it is nested."""
    if depth > MAX_NESTING:
        raise SecretProblem("this is nested far too deep", f"nest at most {MAX_NESTING} levels")
    if isinstance(value, str):
        return secrets.fill(value, in_url=False) if "${" in value else value
    if isinstance(value, Mapping):
        return {key: _filled(below, secrets, depth + 1) for key, below in value.items()}
    if isinstance(value, list):
        return [_filled(item, secrets, depth + 1) for item in value]
    return value
