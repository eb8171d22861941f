"""What the models say about one place in the file: which keys it may have, and the field that stands there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from ritualsd.config.schema import ConfigFile

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def known_keys(path: Sequence[str | int]) -> list[str]:
    """The keys a table at `path` may have; none where they are for the person to choose."""
    return [key for table in _tables(_at(ConfigFile, path)) for key, _ in fields(table)]


def field(path: Sequence[str | int]) -> FieldInfo | None:
    """The field that stands at `path`, or the one above it when `path` is an item of a list."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    for table in _tables(_at(ConfigFile, path[:-1])):
        for key, info in fields(table):
            if path and key == path[-1]:
                return info
    return None


def fields(table: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Each key of a table as the file writes it, with its field."""
    for name, info in table.model_fields.items():
        yield info.alias or name, info


def _at(kind: Any, path: Sequence[str | int]) -> Any:
    for part in path:
        kind = _below(kind, part)
    return kind


def _below(kind: Any, part: str | int) -> Any:
    """The type of what stands under `part` in a value of type `kind`; None when nothing is known."""
    origin = get_origin(kind)
    if origin in (dict, list):
        return get_args(kind)[-1]
    for table in _tables(kind):
        for key, info in fields(table):
            if key == part:
                return info.annotation
        extra = table.__annotations__.get("__pydantic_extra__")
        if extra is not None:
            return get_args(_extra_type(table))[-1]
    return next((_below(one, part) for one in _members(kind) if get_origin(one) in (dict, list)), None)


def _extra_type(table: type[BaseModel]) -> Any:
    from typing import get_type_hints

    return get_type_hints(table)["__pydantic_extra__"]


def _tables(kind: Any) -> list[type[BaseModel]]:
    return [one for one in _members(kind) if isinstance(one, type) and issubclass(one, BaseModel)]


def _members(kind: Any) -> tuple[Any, ...]:
    """The types a value may have: the members of a union, or the one type."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _members(get_args(kind)[0])
    if origin is Union or type(kind).__name__ == "UnionType":
        return tuple(member for one in get_args(kind) for member in _members(one))
    return (kind,)
