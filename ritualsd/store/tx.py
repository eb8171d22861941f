"""One transaction of one household: the only way any query of this room reaches the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Table,
    bindparam,
    literal_column,
    text,
)
from sqlalchemy.dialects.sqlite import Insert, insert

from ritualsd.core.batches import batched

HOUSEHOLD: BindParameter[str] = bindparam("of_household")
"""Stands in every WHERE, but where rows that were just read from the household are named by their ids. `Tx.run` always
passes it."""

AT_ONCE = 500
"""So many values in one IN list, well below every database's limit."""

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Tx:
    """An open transaction and whose rows it may touch."""

    connection: Connection
    household: str

    def run(self, statement: Executable, **values: Any) -> CursorResult[Any]:
        return self.connection.execute(statement, {"of_household": self.household, **values})

    def run_each(self, statement: Executable, rows: Sequence[dict[str, Any]]) -> None:
        """The same statement for every row."""
        if rows:
            self.connection.execute(statement, [row | {"of_household": self.household} for row in rows])

    def put(self, statement: Insert, rows: Sequence[dict[str, Any]]) -> int:
        """Insert rows into this household; returns how many were written."""
        if not rows:
            return 0
        return self.connection.execute(statement, [row | {"household": self.household} for row in rows]).rowcount

    def put_one(self, statement: Insert, row: dict[str, Any]) -> int:
        """Insert one row into this household; returns its new id."""
        made = self.connection.execute(statement, row | {"household": self.household}).inserted_primary_key
        assert made is not None  # noqa: S101 - a typed narrowing: a table with an id gives one
        return int(made[0])


class Database(Protocol):
    """Where transactions come from. A verb may be run again where its first run left nothing behind, or left it unsaid
    whether it did: so each has to be one that may be repeated.

    Errors: StoreFull, StoreDamaged and StoreBusy as they say.
    """

    where: str

    def read(self, verb: Callable[[Connection], T]) -> T:
        """In one transaction that sees one moment and takes no lock that a writer minds."""

    def write(self, verb: Callable[[Connection], T], *, household: str = "", beside: bool = False) -> T:
        """In one transaction that may write, durable when it returns. With a household nobody else writes to that one
        meanwhile, but that those who come `beside` one another do: each of them keeps to rows it has locked."""

    def scrub(self) -> None:
        """Leave no byte of what was deleted or changed."""

    def close(self) -> None:
        """Release everything. May be called twice."""


LOCKS = 0x72697475
"""Our own among the advisory locks of a server: "ritu". Beside it stands whose household."""

ALONE = f"pg_advisory_xact_lock({LOCKS}, hashtext(:household))"
BESIDE = f"pg_advisory_xact_lock_shared({LOCKS}, hashtext(:household))"
_HOLD = text(f"SELECT {ALONE}")


def hold(connection: Connection, household: str) -> None:
    """Let nobody else write to a household until this transaction ends; where one writes at a time, nobody does."""
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"household": household})


class Transactions(Protocol):
    """Runs verbs, each in a transaction on one household's rows."""

    def read(self, verb: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...

    def write(self, verb: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


def insert_into(table: Table) -> Insert:
    """INSERT that can say ON CONFLICT. The dialect is named here and nowhere else; PostgreSQL has the same words."""
    return insert(table)


def put_over(table: Table, *, by: Sequence[str] = (), keep: Iterable[str] = (), where: Any = None) -> Insert:
    """INSERT … that takes the place of the row with the same key `by` (default: the primary key), if `where` allows.

    The columns in `keep` stay as they were.
    """
    key = list(by) or [column.name for column in table.primary_key]
    fresh = insert_into(table)
    left = {"id", *key, *keep}
    return fresh.on_conflict_do_update(
        index_elements=key,
        set_={column.name: fresh.excluded[column.name] for column in table.c if column.name not in left},
        where=where,
    )


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of text, said so that no index answers for it. Beside the id of a row, or a list of them, SQLite would
    take a household or a state for the narrower condition, and walk all there is of it."""
    return column.op("||")(literal_column("''"))


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists of at most AT_ONCE."""
    return batched(values, AT_ONCE)
