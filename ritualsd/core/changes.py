"""Changes: what of a configuration concerns one person, as marks that tell when it became another. Pure.

A mark says nothing of the words it stands for. What is a surprise for somebody is no concern of theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from typing import Any, Literal

from ritualsd.model import Household, Person, Ritual, Secret

What = Literal["added", "changed", "removed"]

PREFIX = "changed:"
"""How the keys of these memories begin; the person's id and the ritual's follow, "" for what is said of the person."""

MOST_KEPT = 10
_NOT_OURS = {"source_file", "source_line", "busy"}  # where it stands in a file, and what a calendar says by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """That `ritual` ("": what the configuration says of the person) is new to them, different, or gone."""

    ritual: str
    what: What
    at_utc: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What is known of one thing that concerns somebody: its mark now, "" once it is gone, and how that came."""

    mark: str
    changes: tuple[tuple[What, datetime], ...] = ()


def marks(household: Household, secret: bytes) -> dict[str, str]:
    """The mark of each thing in the configuration, by the key it is kept under, for each person it concerns."""
    found = {key_of(person.id): _mark(person, secret) for person in household.people.values()}
    for ritual in household.rituals.values():
        mark = _mark(ritual, secret)
        found |= {key_of(person, ritual.id): mark for person in ritual.to if _concerns(ritual, person)}
    return found


def key_of(person: str, ritual: str = "") -> str:
    return f"{PREFIX}{person}:{ritual}"


def turned(before: Mapping[str, str], wanted: Mapping[str, str], now: datetime) -> dict[str, str]:
    """The memories to keep anew, where `before` are those on record and `wanted` the marks of now."""
    anew = {}
    for key in before.keys() | wanted.keys():
        noted, mark = read(before.get(key, "")), wanted.get(key, "")
        if noted.mark != mark:
            what: What = "removed" if not mark else "changed" if noted.mark else "added"
            anew[key] = _written(Noted(mark=mark, changes=(*noted.changes, (what, now))[-MOST_KEPT:]))
    return anew


def changes_of(person: str, kept: Mapping[str, str]) -> list[Change]:
    """What changed for one person, newest first; that they are in the configuration at all is none."""
    start = key_of(person)
    found = [
        Change(ritual=key.removeprefix(start), what=what, at_utc=at)
        for key, text in kept.items()
        if key.startswith(start)
        for what, at in read(text).changes
        if key != start or what == "changed"
    ]
    return sorted(found, key=lambda each: (each.at_utc, each.ritual), reverse=True)


def read(text: str) -> Noted:
    """A memory as it was kept; nothing where there is none."""
    if not text:
        return Noted(mark="")
    kept = json.loads(text)
    return Noted(mark=kept["mark"], changes=tuple((what, datetime.fromisoformat(at)) for what, at in kept["changes"]))


def _written(noted: Noted) -> str:
    changes = [(what, at.astimezone(UTC).isoformat(timespec="seconds")) for what, at in noted.changes]
    return json.dumps({"mark": noted.mark, "changes": changes})


def _concerns(ritual: Ritual, person: str) -> bool:
    """Whether this person may know of it. In turns that are a secret from the others each knows of their own."""
    return ritual.enabled and (ritual.secret_from == "others" or person not in ritual.secret_from)


def _mark(thing: Person | Ritual, secret: bytes) -> str:
    """Another one exactly where something else is written; what is as it is by default leaves no trace in it."""
    said = [
        f"{name}={_plainly(value)}"
        for name, default in (_OF_A_PERSON if isinstance(thing, Person) else _OF_A_RITUAL)
        if (value := getattr(thing, name)) != default
    ]
    return digest(secret, "\x1f".join(said).encode(), sha256).hex()[:20]


def _default(field: Any) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _by_default(kind: type[Person] | type[Ritual]) -> tuple[tuple[str, Any], ...]:
    """The fields of a noun that are written by somebody, and what each is where nobody did."""
    return tuple((field.name, _default(field)) for field in fields(kind) if field.name not in _NOT_OURS)


_OF_A_PERSON, _OF_A_RITUAL = _by_default(Person), _by_default(Ritual)  # asked for each ritual of each household


def _plainly(value: Any) -> str:
    """The same text in every process: sets have no order of their own."""
    if isinstance(value, frozenset):
        return str(sorted(map(str, value)))
    if isinstance(value, tuple):
        return f"({','.join(map(_plainly, value))})"
    if hasattr(value, "__dataclass_fields__"):
        return str([_plainly(getattr(value, field.name)) for field in fields(value)])
    return value.reveal() if isinstance(value, Secret) else repr(value)
