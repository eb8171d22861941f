"""Moving the record from its file to a server, and proving that all of it came there.

It may be cut off anywhere and begun again: what is there says how far it came. The file stays as it was until all is
proven; then it gets another name, so that nobody goes on with it by mistake. Call with the state folder's lock held.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Table, insert, text

from ritualsd.errors import NotFound, StateFolder, StoreError
from ritualsd.model import DEFAULT_HOUSEHOLD
from ritualsd.store import keeping
from ritualsd.store.carrying import TABLES, Page, Print, count, last_key, pages, print_of
from ritualsd.store.connected import OneConnection
from ritualsd.store.folder import sync_folder
from ritualsd.store.inspection import inspect
from ritualsd.store.ledger import Ledger
from ritualsd.store.opening import connections, in_file
from ritualsd.store.peek import DATABASE, put_aside
from ritualsd.store.schema import (
    HEAD,
    MOVING,
    OURS,
    SCHEMA,
    demand_fit,
    known_revision,
    make,
    moving_from,
    say,
)
from ritualsd.store.scrubbing import empty_journal
from ritualsd.store.sqlite import raw_of, writer
from ritualsd.store.tx import Database

Told = Callable[[int], None]
"""Hears how many more rows were copied, or compared."""


def how_many(state: Path, now: datetime) -> int:
    """How many rows there are to be moved; none where the record was moved before."""
    if not (state / DATABASE).exists():
        return 0
    with closing(_opened(state, now)) as ledger:
        return ledger.database.read(count)


def move(state: Path, url: str, now: datetime, copied: Told, compared: Told) -> Path:
    """Copy the record to the server, prove that it is all there, and put the file aside; its new name.

    Raises NotFound where there is none, StoreError for a database that holds another record or came out different, and
    what opening either raises. Until all is proven the file is as it was.
    """
    with closing(connections(url)) as server:
        if (state / DATABASE).exists():
            _carry(state, server, now, copied, compared)
            aside = _rename(state, now)
        else:
            aside = _moved_before(state, server)
        server.write(lambda connection: say(connection, OURS), household=SCHEMA)
        return aside


def _opened(state: Path, now: datetime) -> Ledger:
    """The record in its file. It says whose it is even where a command for one of many came before the daemon."""
    ledger = in_file(state, DEFAULT_HOUSEHOLD)
    ledger.write(keeping.identify, now)
    return ledger


def _carry(state: Path, server: Database, now: datetime, copied: Told, compared: Told) -> None:
    with closing(_opened(state, now)) as ledger:
        source = ledger.database
        assert isinstance(source, OneConnection)  # noqa: S101 - a typed narrowing: a file has one
        origin = ledger.installation().id
        server.write(lambda connection: _receive(connection, server.where, origin), household=SCHEMA)
        for table in TABLES:
            _copy(source, server, table, copied)
        highest = source.read(_numbers)
        server.write(lambda connection: _go_on_from(connection, highest))
        for table in TABLES:
            _prove(source, server, table, compared)
        source.alone(lambda connection: empty_journal(raw_of(connection), source.where))


def _moved_before(state: Path, server: Database) -> Path:
    """The file of a move that was cut off before its last word. Raises NotFound where there was none, StoreError where
    what is there is not all of it: the rest went to another server, or the half is somebody else's."""
    aside = put_aside(state)
    if aside is None or not aside.stat().st_size or not server.read(moving_from):
        raise NotFound("there is no record here to be moved", where=str(state), todo="see which folder it lies in")
    if not _is_all_there(aside, server):
        raise StoreError(
            f"another record, or a part of one, lies in that database, and not all that is in {aside.name}",
            where=server.where,
            todo="say the address it was moved to; nothing was changed",
        )
    return aside


def _is_all_there(aside: Path, server: Database) -> bool:
    if {inspect(aside), server.read(lambda connection: known_revision(connection, server.where))} != {HEAD}:
        return False
    with closing(OneConnection(writer(aside), str(aside))) as source:
        return all(_print(source, table) == _print(server, table) for table in TABLES)


def _receive(connection: Connection, where: str, origin: str) -> None:
    """Make the tables, or find those that were begun for this very record. Raises StoreError for any other."""
    demand_fit(connection, where)
    revision = known_revision(connection, where)
    if revision is None:
        return make(connection, f"{MOVING}{origin}")
    begun = moving_from(connection)
    if revision == HEAD and not begun and count(connection) == 0:
        return say(connection, f"{MOVING}{origin}")
    if revision != HEAD or begun != origin:
        raise StoreError(
            "another record lies in that database", where=where, todo="make an empty one; nothing was changed"
        )
    return None


def _copy(source: OneConnection, server: Database, table: Table, copied: Told) -> None:
    """Go on after the last row that is there; each page is a transaction."""
    after = server.read(lambda connection: last_key(connection, table))

    def carry(mine: Connection) -> None:
        for page in pages(mine, table, after):
            server.write(partial(_put, table, page))
            copied(len(page))

    source.read(carry)


def _put(table: Table, page: Page, connection: Connection) -> None:
    connection.execute(insert(table), page)


def _numbers(connection: Connection) -> dict[str, int]:
    """The highest number each table ever gave, even to a row that is gone."""
    return {name: int(highest) for name, highest in connection.execute(text("SELECT name, seq FROM sqlite_sequence"))}


def _go_on_from(connection: Connection, highest: dict[str, int]) -> None:
    """Let no number be given a second time."""
    for name, number in highest.items():
        if number:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)"), {"name": name, "number": number}
            )


def _prove(source: OneConnection, server: Database, table: Table, compared: Told) -> None:
    here, there = _print(source, table), _print(server, table)
    if here != there:
        raise StoreError(
            f"{table.name} came out different there ({there.rows} rows, {here.rows} here)",
            where=server.where,
            todo="make an empty database and move again; the record here is as it was",
        )
    compared(here.rows)


def _print(database: Database, table: Table) -> Print:
    return database.read(lambda connection: print_of(connection, table))


def _rename(state: Path, now: datetime) -> Path:
    path = state / DATABASE
    try:
        aside = path.rename(path.with_name(f"{DATABASE}.moved-{now:%Y%m%dT%H%M%SZ}"))
        sync_folder(state)
    except OSError as error:
        raise StateFolder(f"the record cannot be put aside: {error.strerror}", where=str(path)) from None
    return aside
