"""Keys that are understood and kept, but not acted on yet: each gives a warning, never an error. Shrink this table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ritualsd.config.findings import Findings, Part, Spot

_YET = "is understood but not acted on yet in this version"

LATER: dict[str, str] = {
    "storage.url": f"url {_YET}: the record is kept in SQLite in the state folder",
    "engine.kind=procrastinate": f'"procrastinate" {_YET}: deliveries run in this process',
}
"""Dotted key (`*` is any name, `=` an exact value) and the sentence `check` says about it."""


def is_later(key: str) -> bool:
    """Whether a dotted key, whatever its value, is one of them."""
    path = key.split(".")
    return any(_covers(pattern.split("."), path) for pattern in LATER)


def _covers(pattern: list[str], path: list[str]) -> bool:
    return len(pattern) <= len(path) and all(want in ("*", have) for want, have in zip(pattern, path, strict=False))


def warn_later(part: Part, found: Findings) -> None:
    """One warning for each such key that a file sets to something."""
    for pattern, sentence in LATER.items():
        keys, _, value = pattern.partition("=")
        for path, written in _present(part.data, keys.split("."), ()):
            if written is not False and value in ("", written):
                Spot(found, part, *path).warning("", sentence)


def _present(data: Any, keys: list[str], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not keys:
        yield path, data
    elif isinstance(data, dict):
        names = list(data) if keys[0] == "*" else [keys[0]] if keys[0] in data else []
        for name in names:
            yield from _present(data[name], keys[1:], (*path, name))
