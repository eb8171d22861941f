"""Validates `[plugins.NAME]` against the plugin's own pydantic model. Errors name keys, never values."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ritualsd.content.api import PluginInfo
from ritualsd.content.record import Refused
from ritualsd.model import PluginTable


def validated(info: PluginInfo, table: PluginTable) -> Any:
    """The plugin's settings as its model makes them, or None where it has no model. Raises Refused(bad-config)."""
    raw = dict(table.settings)
    if info.settings is None:
        if raw:
            _refuse_unknown(info.name, min(raw), ())
        return None
    fields = _names(info.settings.model_fields)
    for key in sorted(raw.keys() - fields):
        if info.settings.model_config.get("extra") != "allow":
            _refuse_unknown(info.name, key, fields)
    return _build(info, raw)


def _names(fields: Mapping[str, Any]) -> frozenset[str]:
    aliases = (getattr(field, "alias", None) for field in fields.values())
    return frozenset(fields) | frozenset(alias for alias in aliases if alias)


def _build(info: PluginInfo, raw: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    assert info.settings is not None  # noqa: S101 - a typed narrowing: the caller looked
    try:
        return info.settings.model_validate(raw)
    except ValidationError as error:
        # Without input and context: the plain text of a ValidationError quotes neighbouring secrets.
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        found = [f"plugins.{info.name}.{'.'.join(map(str, fault['loc']))}: {_lower(fault['msg'])}" for fault in faults]
        raise Refused("bad-config", "; ".join(found)[:300], f"see ritualsd plugins show {info.name}") from None


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _refuse_unknown(plugin: str, key: str, known: frozenset[str] | tuple[str, ...]) -> None:
    close = get_close_matches(key, known, n=1)
    todo = f"did you mean {close[0]}?" if close else "leave it out"
    raise Refused("bad-config", f"plugins.{plugin}.{key}: is not a setting of this plugin", todo)
