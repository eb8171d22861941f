"""Rows to nouns and back. Knows the columns; runs no query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Row, Table

from ritualsd.errors import StoreDamaged
from ritualsd.model import (
    Delivery,
    Drawn,
    Fact,
    Health,
    Installation,
    LifeSeason,
    Occurrence,
    Pass,
    Pause,
    Promise,
    Prompt,
    Reply,
    Seen,
    Stream,
    Taste,
)
from ritualsd.store import tables

_SETS = ("tags", "season", "place", "who", "avoid")  # the fields of a Prompt that JSON has no word for


def _columns(table: Table, noun: type) -> tuple[Column[Any], ...]:
    return tuple(table.c[field.name] for field in fields(noun))


STREAM = _columns(tables.streams, Stream)
OCCURRENCE = _columns(tables.occurrences, Occurrence)
DELIVERY = _columns(tables.deliveries, Delivery)
PAUSE = _columns(tables.pauses, Pause)
REPLY = _columns(tables.replies, Reply)
SEASON = _columns(tables.seasons, LifeSeason)
FACT = _columns(tables.facts, Fact)
TASTE = _columns(tables.tastes, Taste)
PROMISE = _columns(tables.promises, Promise)
PASS = _columns(tables.passes, Pass)
SEEN = (tables.draws.c.prompt_id, *_columns(tables.draws, Seen))
HEALTH = (tables.channels.c.label, *_columns(tables.channels, Health))
INSTALLATION = _columns(tables.installation, Installation)


def values(noun: Any, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """The fields of a noun, by the columns of the same names."""
    return {field.name: getattr(noun, field.name) for field in fields(noun) if field.name not in without}


def _named(columns: Iterable[Column[Any]]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


STREAM_FIELDS, OCCURRENCE_FIELDS, DELIVERY_FIELDS = _named(STREAM), _named(OCCURRENCE), _named(DELIVERY)


def stream(row: Row[Any]) -> Stream:
    return Stream(**dict(zip(STREAM_FIELDS, row, strict=True)))


def occurrence(row: Row[Any]) -> Occurrence:
    return Occurrence(**dict(zip(OCCURRENCE_FIELDS, row, strict=True)))


def delivery(row: Row[Any]) -> Delivery:
    return Delivery(**dict(zip(DELIVERY_FIELDS, row, strict=True)))


def pause(row: Row[Any]) -> Pause:
    return Pause(**row._mapping)


def reply(row: Row[Any]) -> Reply:
    return Reply(**row._mapping)


def installation(row: Row[Any]) -> Installation:
    return Installation(**row._mapping)


def seen(row: Row[Any]) -> Seen:
    return Seen(round=row.round, last_utc=row.last_utc, tags=row.tags)


def health(row: Row[Any]) -> Health:
    return Health(
        failures=row.failures,
        failing_since_utc=row.failing_since_utc,
        last_attempt_utc=row.last_attempt_utc,
        last_code=row.last_code,
    )


def from_drawn(drawn: Drawn | None) -> dict[str, Any] | None:
    """A Drawn as plain JSON values."""
    if drawn is None:
        return None
    prompt = values(drawn.prompt)
    return {
        "prompt": prompt | {name: sorted(prompt[name]) for name in _SETS},
        "round": drawn.round,
        "why": drawn.why,
    }


def drawn_columns(drawn: Drawn | None) -> dict[str, Any]:
    """What an occurrence keeps of its draw: all of it as long as its words are kept, its depth for good."""
    return {"drawn": from_drawn(drawn), "depth": drawn.prompt.depth if drawn else 0}


def to_drawn(kept: dict[str, Any]) -> Drawn:
    """The Drawn that `from_drawn` kept. Raises StoreDamaged."""
    try:
        prompt = kept["prompt"] | {name: frozenset(kept["prompt"][name]) for name in _SETS}
        return Drawn(prompt=Prompt(**prompt), round=kept["round"], why=kept["why"])
    except (KeyError, TypeError):
        raise StoreDamaged("the database holds a prompt that cannot be read") from None


def words_hash(title: str, body: str) -> str:
    """The fingerprint of final words: what every retry and every repeat must still have."""
    return sha256(f"{title}\0{body}".encode()).hexdigest()
