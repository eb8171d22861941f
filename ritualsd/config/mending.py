"""Data that breaks the schema: every mistake in our own words, and what is left once they are mended.

A key that is nearly right is read as what it was meant to be and a value that is wrong is left out, so that one run
finds the mistakes behind the first ones as well. Whatever is mended here has been reported as an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pydantic_core import ErrorDetails, ValidationError

from ritualsd.config.compiled import validate
from ritualsd.config.complaint import Mistake, complaint
from ritualsd.config.findings import Findings, Part, Path, Spot, nearest
from ritualsd.config.shape import known_keys
from ritualsd.config.values import slug

if TYPE_CHECKING:
    from ritualsd.config.schema import ConfigFile

_ROUNDS = 12
_FILL: dict[str, Any] = {"when": "every day at 00:00", "to": "everyone", "members": []}
"""What a missing key is read as once that is told, so that the rest of its table is still checked."""

_OFTEN_MEANT = {"text": "message", "body": "message", "words": "message"}
"""What some people call a key, where the thing has no key of a like spelling."""

_NOTHING = object()


def mended(part: Part, found: Findings) -> ConfigFile:
    """The file as its tables, with every mistake reported. Changes `part.data` where it mends."""
    for _ in range(_ROUNDS):
        try:
            return validate(part.data)
        except ValidationError as error:
            _report_and_mend(part, _mistakes(error, part.data), found)
    return validate({})


def _report_and_mend(part: Part, mistakes: list[Mistake], found: Findings) -> None:
    meant = {mistake: _better_name(mistake) for mistake in mistakes}
    told = part.broken | {(*mistake.path[:-1], better) for mistake, better in meant.items()}
    for mistake, better in meant.items():
        if mistake.path not in told or mistake.kind != "missing":
            message, hint = complaint(mistake, _walk(part.data, mistake.path), better)
            Spot(found, part, *mistake.path).error("", message, hint)
    for mistake in reversed(mistakes):  # from the last to the first, so that places in lists stay true
        _mend(part, mistake, meant[mistake])


def _mistakes(error: ValidationError, data: dict[str, Any]) -> list[Mistake]:
    places: dict[tuple[Path, bool], list[ErrorDetails]] = {}
    for detail in error.errors(include_input=False, include_url=False, include_context=False):
        places.setdefault(_place(detail, data), []).append(detail)
    outer = {path[:length] for path, _ in places for length in range(len(path))}
    return [
        Mistake(path=path, of_key=of_key, details=details)
        for (path, of_key), details in places.items()
        if of_key or path not in outer or not _all_branches(path, details)  # another branch got further: it says more
    ]


def _all_branches(path: Path, details: list[ErrorDetails]) -> bool:
    return all(len(detail["loc"]) > len(path) for detail in details)


def _place(detail: ErrorDetails, data: object) -> tuple[Path, bool]:
    """Where in the data an error is, without pydantic's names for branches; and whether the key itself is wrong."""
    path: list[str | int] = []
    for part in detail["loc"]:
        below = _below(data, part)
        if below is not _NOTHING:
            data = below
        elif part == "[key]":
            return tuple(path), True
        else:
            continue
        path.append(part)
    if detail["type"] == "missing":
        path.append(detail["loc"][-1])
    return tuple(path), False


def _better_name(mistake: Mistake) -> str:
    """What a wrong key was probably meant to be, or ""."""
    key = mistake.path[-1] if mistake.path else ""
    if mistake.of_key:
        return slug(str(key))
    if mistake.kind in ("extra_forbidden", "model_type"):
        keys = [known for known in known_keys(mistake.path[:-1]) if known != key]
        meant = _OFTEN_MEANT.get(str(key), "")
        return meant if meant in keys else nearest(str(key), keys)
    return ""


def _mend(part: Part, mistake: Mistake, better: str) -> None:
    *above, key = mistake.path
    table = _walk(part.data, above)
    if mistake.kind == "missing" and isinstance(table, dict):
        if key in table:
            return  # found under another name meanwhile
        if key in _FILL:
            table[key] = _FILL[str(key)]
            part.broken.add(mistake.path)
        else:
            _remove(part, tuple(above))
    elif better and isinstance(table, dict) and key in table and better not in table:
        table[better] = table.pop(key)
        part.where.rename(above, str(key), better)
    else:
        _remove(part, mistake.path)


def _remove(part: Part, path: Path) -> None:
    *above, key = path
    holder = _walk(part.data, above)
    part.broken.add(path)
    if isinstance(holder, dict):
        holder.pop(key, None)
    elif isinstance(holder, list) and isinstance(key, int) and key < len(holder):
        del holder[key]


def _below(data: Any, part: str | int) -> Any:
    """What stands under one key or place, or _NOTHING."""
    if isinstance(data, dict):
        return data.get(part, _NOTHING)
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return _NOTHING


def _walk(data: Any, path: Iterable[str | int]) -> Any:
    for part in path:
        data = _below(data, part)
    return data
