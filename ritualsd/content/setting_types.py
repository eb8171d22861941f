"""Kinds of value for the settings of plugins, beside pydantic's own: what people write in a configuration of ours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from ritualsd.core.duration import duration


def _duration(value: Any) -> timedelta:
    length = value if isinstance(value, timedelta) else duration(value) if isinstance(value, str) else None
    if length is None:
        raise ValueError('this should be a length of time; write it like "30 minutes"')
    return length


def _path(value: Any, info: ValidationInfo) -> Path:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("this should be the name of a file, in quotes")
    if value.startswith("~"):  # whose home that is differs between the shell, the daemon, and a plugin kept apart
        raise ValueError("a path with ~ means something else to each; write the whole path")
    return Path((info.context or {}).get("folder", ""), value)


Duration = Annotated[timedelta, PlainValidator(_duration), WithJsonSchema({"type": "string"})]
"""A length of time as the configuration writes it: "30 minutes", "2h", "3 days"."""

ConfigPath = Annotated[Path, PlainValidator(_path), WithJsonSchema({"type": "string"})]
"""A file the user names: a whole path, or one that starts at the folder of config.toml."""
