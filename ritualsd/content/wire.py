"""How values of the plugin contract travel between the host and a plugin's own process: as one line of JSON each.

Plain data only: nothing that arrives here is ever executed, and a shape we don't know is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ritualsd.model import Ask, Event, Memory, Message, Prompt

SHAPES = {shape.__name__: shape for shape in (Ask, Event, Memory, Message, Prompt)}
"""The nouns that may travel, by name."""


def line(message: Mapping[str, Any]) -> bytes:
    """One message as it goes over the pipe. Plain ASCII, so that even half a character arrives as it was."""
    return json.dumps(message).encode() + b"\n"


def message(raw: bytes) -> dict[str, Any]:
    """The message in one line. Raises ValueError when it is none."""
    try:
        found = json.loads(raw)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(found, dict):
        raise ValueError("not a message")
    return found


def pack(value: Any) -> Any:
    """A value of the contract as plain JSON. Raises TypeError for anything else."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Path():
            return str(value)
        case datetime():
            return _packed_datetime(value)
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case set() | frozenset():
            return {"set": [pack(each) for each in value]}
        case list():
            return [pack(each) for each in value]
        case tuple():
            return {"tuple": [pack(each) for each in value]}
        case Mapping():
            return {"map": {str(key): pack(each) for key, each in value.items()}}
        case Ask() | Event() | Memory() | Message() | Prompt():
            own = {field.name: pack(getattr(value, field.name)) for field in fields(value)}
            return {"noun": type(value).__name__, "fields": own}
    raise TypeError(f"a plugin cannot answer with {type(value).__name__}")


def _packed_datetime(at: datetime) -> dict[str, Any]:
    """With the name of its zone where it has one: an offset says nothing about tomorrow."""
    zone = getattr(at.tzinfo, "key", None)
    if zone is None:
        return {"datetime": at.isoformat()}
    return {"datetime": at.replace(tzinfo=None).isoformat(), "zone": zone, "fold": at.fold}


def unpack(found: Any) -> Any:
    """The value that `pack` made plain. Raises ValueError for what it never makes."""
    if isinstance(found, list):
        return [unpack(each) for each in found]
    if not isinstance(found, dict):
        return found
    try:
        return _unpack(found)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a value of the contract") from error


def _unpack(found: dict[str, Any]) -> Any:
    if "datetime" in found:
        at = datetime.fromisoformat(found["datetime"])
        return at.replace(tzinfo=ZoneInfo(found["zone"]), fold=found["fold"]) if "zone" in found else at
    if "date" in found:
        return date.fromisoformat(found["date"])
    if "time" in found:
        return time.fromisoformat(found["time"])
    if "tuple" in found:
        return tuple(unpack(each) for each in found["tuple"])
    if "set" in found:
        return frozenset(unpack(each) for each in found["set"])
    if "map" in found:
        return {key: unpack(each) for key, each in found["map"].items()}
    given = {name: unpack(each) for name, each in found["fields"].items()}
    return SHAPES[found["noun"]](**given)
