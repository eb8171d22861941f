"""Validates `[plugins.NAME]` against the plugin's own pydantic model. Errors name keys, never values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ritualsd.content.api import PluginInfo
from ritualsd.content.record import Fault, Refused
from ritualsd.core.inline import inline, key
from ritualsd.core.mistakes import bound, expected, own_words
from ritualsd.model import PluginTable

Detail = Mapping[str, Any]
Loc = tuple[str | int, ...]


def validated(info: PluginInfo, table: PluginTable) -> Any:
    """The plugin's settings as its model makes them, or None where it has no model.

    Raises Refused(bad-config) with a Fault for everything that is wrong, not only the first.
    """
    raw, faults = dict(table.settings), []
    for name in _unknown(info, raw):
        del raw[name]
        faults.append(_misnamed(name, info))
    settings = None
    if info.settings is not None:
        settings, more = _build(info, raw, _folder(table))
        meant = {fault.meant for fault in faults}
        faults += [fault for fault in more if fault.key not in meant]
    if faults:
        raise _refused(info.name, faults)
    return settings


def _unknown(info: PluginInfo, raw: Mapping[str, Any]) -> list[str]:
    if info.settings is None:
        return sorted(raw)
    takes_anything = info.settings.model_config.get("extra") == "allow"
    return [] if takes_anything else sorted(raw.keys() - _names(info))


def _names(info: PluginInfo) -> frozenset[str]:
    """Every key the table may have; a field with an alias answers to both."""
    fields = info.settings.model_fields if info.settings else {}
    return frozenset(fields) | frozenset(field.alias for field in fields.values() if field.alias)


def _misnamed(name: str, info: PluginInfo) -> Fault:
    close = get_close_matches(name, _names(info), n=1)
    known = ", ".join(sorted(_names(info)))
    otherwise = f"take it out, or use one of: {known}" if known else "take it out"
    hint = f"did you mean {close[0]}?" if close else otherwise
    return Fault(key=name, message="this is not a setting of this plugin", hint=hint, meant="".join(close))


def _folder(table: PluginTable) -> str:
    """The folder of the file the table stands in; "" where it stands in none, or may not be read from here."""
    file, _, _ = table.where.rpartition(":")
    return str(Path(file).parent) if file else ""


def _build(info: PluginInfo, raw: dict[str, Any], folder: str) -> tuple[Any, list[Fault]]:
    from pydantic import ValidationError

    assert info.settings is not None  # noqa: S101 - a typed narrowing: the caller looked
    try:
        return info.settings.model_validate(raw, context={"folder": folder}), []
    except ValidationError as error:
        # Without input and context: the plain text of a ValidationError quotes neighbouring secrets.
        details = error.errors(include_input=False, include_url=False, include_context=False)
        return None, list(_faults(info, raw, details))


def _faults(info: PluginInfo, raw: Mapping[str, Any], details: Sequence[Detail]) -> Iterator[Fault]:
    """One for each place; where no branch of a union fits, its details belong together."""
    places: dict[Loc, list[Detail]] = {}
    for detail in details:
        places.setdefault(_place(raw, detail), []).append(detail)
    for place, found in places.items():
        message, hint = _complaint(found, _value(raw, place), _example(info, place))
        yield Fault(key=".".join(str(part) for part in place if isinstance(part, str)), message=message, hint=hint)


def _place(raw: Any, detail: Detail) -> Loc:
    """The part of a location that is written in the table: the rest names branches of a union."""
    place: list[str | int] = []
    for part in detail["loc"]:
        try:
            raw = raw[part]
        except (KeyError, IndexError, TypeError):
            break
        place.append(part)
    if detail["type"] == "missing":
        place.append(detail["loc"][-1])
    return tuple(place)


def _value(raw: Any, place: Loc) -> Any:
    for part in place:
        try:
            raw = raw[part]
        except (KeyError, IndexError, TypeError):
            return None
    return raw


def _complaint(found: Sequence[Detail], value: Any, example: str) -> tuple[str, str]:
    """The message and the hint; `value` is compared with what could stand there, and never shown."""
    kind, said = found[0]["type"], found[0]["msg"]
    if kind == "missing":
        return "this is missing", example
    if kind == "extra_forbidden":
        return "this is not a setting of this plugin", "take it out"
    if kind == "value_error":
        message, hint = own_words(said)
        return message, hint or example
    wanted = expected((each["type"], each["msg"]) for each in found)
    plain = said[:1].lower() + said[1:] if wanted == "something else" else f"this should be {wanted}"
    choices = re.findall(r'"([^"]+)"', wanted) if isinstance(value, str) else []
    close = get_close_matches(str(value)[:64], choices, n=1)
    return bound(said) or plain, f'did you mean "{close[0]}"?' if close else example


def _example(info: PluginInfo, place: Loc) -> str:
    """What to write instead, from the examples of the model's own field; "" where it shows none."""
    fields = info.settings.model_fields if info.settings else {}
    field = fields.get(str(place[0])) if place else None
    if field is None or not field.examples:
        return ""
    return f"write it like {key(str(place[0]))} = {inline(field.examples[0])}"


def _refused(plugin: str, faults: list[Fault]) -> Refused:
    sentences = [f"plugins.{plugin}.{fault.key}: {fault.message}" for fault in faults]
    only = faults[0].hint if len(faults) == 1 else ""
    todo = only or f"see ritualsd plugins show {plugin}"
    return Refused("bad-config", "; ".join(sentences)[:300], todo, tuple(faults))
