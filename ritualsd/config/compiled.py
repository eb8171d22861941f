"""The rules of the schema, worked out beforehand into `rules.json`: building the models takes longer than all the rest.

The models in `schema` stay the only source: `python -m ritualsd.config.compiled` writes the file anew, and a test
compares. Where the installed pydantic-core reads rules another way, the models are built and used as they are.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import SchemaError, SchemaValidator

from ritualsd.config import values

if TYPE_CHECKING:
    from ritualsd.config.schema import ConfigFile

FILE = Path(__file__).with_name("rules.json")

_ROW = "@table"
_CALL = "@values."
_LEFT_OUT = frozenset({"metadata", "ref", "serialization", "json_schema_input_schema"})


class Row:
    """A table that was read: its keys as attributes, like an instance of its model, without the model."""

    __slots__ = ("__dict__", "__pydantic_extra__", "__pydantic_fields_set__", "__pydantic_private__")

    @property
    def model_fields_set(self) -> set[str]:
        """The keys that were written."""
        return cast("set[str]", self.__pydantic_fields_set__)  # type: ignore[attr-defined]  # pydantic-core sets it


def validate(data: dict[str, Any]) -> ConfigFile:
    """The data of a file as the models would give it. Raises pydantic_core.ValidationError."""
    return cast("ConfigFile", _validator().validate_python(data))


@lru_cache(maxsize=1)
def _validator() -> SchemaValidator:
    try:
        return SchemaValidator(_read())
    except (OSError, ValueError, SchemaError):
        from ritualsd.config.schema import ConfigFile

        ConfigFile.model_rebuild()
        return cast(SchemaValidator, ConfigFile.__pydantic_validator__)


def _read() -> Any:
    return json.loads(FILE.read_bytes(), object_hook=_alive)["rules"]


def _alive(table: dict[str, Any]) -> dict[str, Any]:
    """Classes and functions in place of the names they are written by."""
    for key, value in table.items():
        if value == _ROW:
            table[key] = Row
        elif isinstance(value, str) and value.startswith(_CALL):
            table[key] = getattr(values, value.removeprefix(_CALL))
    return table


def compiled() -> dict[str, Any]:
    """What `rules.json` should hold, from the models; and the version of pydantic whose dialect it is."""
    from pydantic import VERSION

    from ritualsd.config.schema import ConfigFile

    ConfigFile.model_rebuild()
    rules: Any = ConfigFile.__pydantic_core_schema__
    return {"pydantic": VERSION, "rules": _plain(rules["schema"] if rules["type"] == "definitions" else rules)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items() if key not in _LEFT_OUT}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, type):
        return _ROW
    return f"{_CALL}{value.__name__}" if callable(value) else value


if __name__ == "__main__":
    FILE.write_text(json.dumps(compiled(), indent=1) + "\n", "utf-8")
