"""Where a person lives: a zone and a place as typed, else those of the configuration, else the machine's zone.

Reads two keys of the configuration with plain tomllib, so that a command which needs no more starts fast, and
checks nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

import click

from ritualsd.cli.context import Context
from ritualsd.core.zones import zone
from ritualsd.errors import ConfigMissing, NotFound

Place: TypeAlias = tuple[float, float]


T = TypeVar("T")


def typed(reader: Callable[[Any], T]) -> Callable[[click.Context, click.Parameter, Any], T | None]:
    """A callback for an option that is read by `reader` when it is given."""
    return lambda context, parameter, value: None if value is None else reader(value)


def zone_typed(name: Any) -> ZoneInfo:
    """The zone of that name. Raises BadParameter, with the name that was probably meant."""
    try:
        return zone(str(name))
    except NotFound as error:
        raise click.BadParameter(str(error)) from None


def place_typed(said: Any) -> Place:
    """Degrees north and east: "52.52,13.40", or a pair of numbers. Raises BadParameter."""
    try:
        latitude, longitude = map(float, said.split(",") if isinstance(said, str) else said)
    except (TypeError, ValueError):
        raise click.BadParameter("a place is two numbers, such as 52.52,13.40") from None
    if not _on_earth(latitude, longitude):
        raise click.BadParameter("a latitude lies within ±90 and a longitude within ±180")
    return latitude, longitude


def _on_earth(latitude: float, longitude: float) -> bool:
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def home_of(context: Context) -> tuple[ZoneInfo, Place | None]:
    """The zone, and the place if one is known. Raises ConfigMissing when a configuration was named but is not there."""
    from ritualsd.config import find

    try:
        path = find(context.config, context.env)
    except ConfigMissing:
        if context.config is not None:
            raise
        return _machines(context), None
    said = _read(path)
    return _zone(said.get("timezone"), context), _place(said.get("place"))


def _read(path: Path) -> Mapping[str, Any]:
    import tomllib

    from ritualsd.config.files import Unreadable, decode, read_bytes

    try:
        return tomllib.loads(decode(read_bytes(path)))
    except (Unreadable, ValueError, RecursionError):
        click.echo(f"{path} cannot be read, so the machine's zone is used; `ritualsd check` says more", err=True)
        return {}


def _zone(name: Any, context: Context) -> ZoneInfo:
    try:
        return zone(name) if isinstance(name, str) else _machines(context)
    except NotFound as error:
        click.echo(f"{error}; until then the machine's zone is used", err=True)
        return _machines(context)


def _machines(context: Context) -> ZoneInfo:
    from ritualsd.config.system import system_zone

    return zone(system_zone(context.env))


def _place(said: Any) -> Place | None:
    try:
        place = (float(said["lat"]), float(said["lon"]))
    except (KeyError, TypeError, ValueError):
        return None
    return place if _on_earth(*place) else None
