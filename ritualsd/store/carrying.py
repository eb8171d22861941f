"""Rows as they lie in the database, whatever they stand for, sealed ones too: carried from one to another in the order
of their keys, and compared. Decides nothing, and begins no transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Select, Table, func, insert, literal, select, tuple_

from ritualsd.store.kinds import Kept
from ritualsd.store.tables import metadata

AT_A_TIME = 1000

Key = tuple[Any, ...]
Page = list[dict[str, Any]]


def _as_it_lies(table: Table) -> Table:
    """The same table, with no more meaning to its columns than their database gives them."""
    types = {each.name: each.type.impl_instance if isinstance(each.type, Kept) else each.type for each in table.columns}
    columns = [Column(each.name, types[each.name], primary_key=each.primary_key) for each in table.columns]
    return Table(table.name, MetaData(), *columns)


TABLES = tuple(_as_it_lies(table) for table in metadata.sorted_tables)
"""Parents before their children."""


@dataclass(frozen=True, slots=True)
class Print:
    """How many rows there are, and the fingerprint of all of them in the order of their keys."""

    rows: int
    digest: str


def pages(connection: Connection, table: Table, after: Key | None = None, household: str = "") -> Iterator[Page]:
    """The rows after this key, a thousand at a time; of one household, or ("") of all."""
    while True:
        page = [dict(row) for row in connection.execute(_page(table, after, household)).mappings()]
        if not page:
            return
        yield page
        after = tuple(page[-1][column.name] for column in table.primary_key)


def last_key(connection: Connection, table: Table) -> Key | None:
    """The key of the last row there is."""
    keys = list(table.primary_key)
    row = connection.execute(select(*keys).order_by(*(key.desc() for key in keys)).limit(1)).first()
    return None if row is None else tuple(row)


def count(connection: Connection) -> int:
    """How many rows there are in all tables."""
    return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES)


def print_of(connection: Connection, table: Table) -> Print:
    """What two tables have to agree in to be the same."""
    fingerprint, rows = sha256(), 0
    for page in pages(connection, table):
        rows += len(page)
        for row in page:
            fingerprint.update(json.dumps(list(row.values()), default=bytes.hex, ensure_ascii=False).encode())
    return Print(rows, fingerprint.hexdigest())


def pour(source: Connection, target: Connection, household: str) -> None:
    """Copy every row of one household."""
    for table in TABLES:
        for page in pages(source, table, household=household):
            target.execute(insert(table), page)


def _page(table: Table, after: Key | None, household: str) -> Select[Any]:
    keys = list(table.primary_key)
    page = select(table).order_by(*keys).limit(AT_A_TIME)
    if after is not None:
        here = [literal(value, key.type) for key, value in zip(keys, after, strict=True)]
        page = page.where(tuple_(*keys) > tuple_(*here))
    return page.where(table.c.household == household) if household else page
