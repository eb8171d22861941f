"""A transaction on a sealed ledger: the same statements, with words sealed on their way in and opened on their way out.

No query needs to know. One that reads words but not whose they are is asked for that as well, and one that changes
words looks first whose they will be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Column, CursorResult, Executable, Label, Select, Table, Update, false, select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.sql.dml import UpdateBase

from ritualsd.store.sealing import BLINDED, SEALED, Opener, bound_to
from ritualsd.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Spot:
    """A column of words in a result: its place, and the places of what says whose they are."""

    place: int
    column: Column[Any]
    table: str
    whose: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A statement that returns words, completed by whose they are; only its first `width` columns were asked for."""

    statement: Executable
    width: int
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class SealedTx(Tx):
    """Needs its base class by name: `super()` finds no way through a class with slots."""

    opener: Opener

    def run(self, statement: Executable, **values: Any) -> CursorResult[Any]:
        if isinstance(statement, Update):
            statement, values = self._sealed_change(statement, values)
        reading = _reading(statement)
        if reading is None:
            return Tx.run(self, statement, **values)
        found = Tx.run(self, reading.statement, **values)
        keys = list(found.keys())[: reading.width]
        rows = (self._opened(row, reading) for row in found.all())
        # Whoever reads words looks at rows and never counts what a cursor changed.
        return cast("CursorResult[Any]", IteratorResult(SimpleResultMetaData(keys), rows))

    def run_each(self, statement: Executable, rows: Sequence[dict[str, Any]]) -> None:
        words = SEALED.get(_name(statement.table)) if isinstance(statement, Update) else None
        if words is not None and any(row.get(name) for row in rows for name in words.columns):
            for row in rows:
                self.run(statement, **row)
        else:
            Tx.run_each(self, statement, rows)

    def put(self, statement: Insert, rows: Sequence[dict[str, Any]]) -> int:
        return Tx.put(self, statement, [self._sealed(_name(statement.table), row, row) for row in rows])

    def put_one(self, statement: Insert, row: dict[str, Any]) -> int:
        return Tx.put_one(self, statement, self._sealed(_name(statement.table), row, row))

    def _sealed(self, table: str, row: dict[str, Any], owner: Any) -> dict[str, Any]:
        """The row with its words sealed for `owner`, a mapping that says whose they are."""
        words = SEALED.get(table)
        if words is None:
            return row
        sealed = dict(row)
        for name in words.columns:
            if row.get(name):
                whose = bound_to(self.household, table, name, [owner[key] for key in words.whose])
                sealed[name] = self.opener.seal(row[name], whose)
        print_of = BLINDED.get(table, "")
        if row.get(print_of):
            sealed[print_of] = self.opener.blind(row[print_of])
        return sealed

    def _sealed_change(self, statement: Update, values: dict[str, Any]) -> tuple[Update, dict[str, Any]]:
        table = statement.table
        words = SEALED.get(_name(table))
        if words is None or not any(values.get(name) for name in words.columns):
            return statement, values
        owners = select(*(table.c[name] for name in words.whose)).where(statement.whereclause)  # type: ignore[arg-type]  # all our updates have one
        owner = Tx.run(self, owners, **values).one_or_none()
        if owner is None:
            return statement.where(false()), values
        return statement, self._sealed(_name(table), values, owner._mapping)

    def _opened(self, row: Sequence[Any], reading: Reading) -> tuple[Any, ...]:
        opened = list(row[: reading.width])
        for spot in reading.spots:
            if opened[spot.place]:
                whose = bound_to(self.household, spot.table, spot.column.name, [row[place] for place in spot.whose])
                value = self.opener.open(opened[spot.place], whose)
                opened[spot.place] = "" if value is None and not spot.column.nullable else value
        return tuple(opened)


@lru_cache(maxsize=512)
def _reading(statement: Executable) -> Reading | None:
    """How to read a statement's words; None where it returns none."""
    if not isinstance(statement, Select | UpdateBase):
        return None
    columns = [each.element if isinstance(each, Label) else each for each in statement.exported_columns]
    asked = len(columns)
    spots: list[Spot] = []
    for place, column in enumerate(columns[:asked]):
        table = getattr(column, "table", None)
        words = SEALED.get(_name(table))
        if words is not None and table is not None and column.name in words.columns:
            whose = tuple(_place(columns, table.c[name]) for name in words.whose)
            spots.append(Spot(place, cast("Column[Any]", column), _name(table), whose))
    if not spots:
        return None
    more = columns[asked:]
    full = statement.add_columns(*more) if isinstance(statement, Select) else statement.returning(*more)
    return Reading(full if more else statement, asked, tuple(spots))


def _place(columns: list[Any], wanted: Any) -> int:
    """Where a column stands in the result; it is put at the end where it was not asked for."""
    for place, column in enumerate(columns):
        if column is wanted:
            return place
    columns.append(wanted)
    return len(columns) - 1


def _name(table: Any) -> str:
    """The name of a table, or of the one an alias stands for; "" for anything else."""
    inner = getattr(table, "element", table)
    return inner.name if isinstance(inner, Table) else ""
