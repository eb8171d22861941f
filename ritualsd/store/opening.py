"""The ways to open the ledger: the daemon's, a reader beside it, and one in memory. Refuses before it writes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, text

from ritualsd.errors import NotFound, StateFolder, StoreError
from ritualsd.model import DEFAULT_HOUSEHOLD, Keyring
from ritualsd.ports import Store
from ritualsd.store import keeping
from ritualsd.store.connected import OneConnection
from ritualsd.store.folder import clear, prepare_folder, sync_folder
from ritualsd.store.inspection import APPLICATION_ID, check_ours, inspect, known_revision
from ritualsd.store.kinds import EPOCH
from ritualsd.store.ledger import Ledger
from ritualsd.store.peek import DATABASE, put_aside
from ritualsd.store.schema import HEAD, SCHEMA, demand_head, make_tables, outdated, settle
from ritualsd.store.sqlite import FAILURES, draft, in_memory, meaning, raw_of, reader, writer
from ritualsd.store.tx import Database, T, Tx


def open_store(state: Path, *, url: str, clock_now: datetime, household: str, sealing: Keyring | None = None) -> Store:
    """The ledger in `state`, made or brought up to date as needed."""
    prepare_folder(state)
    ledger = _on_server(url, state, household) if url else in_file(state, household)
    with _closed_unless_done(ledger):
        unlock(ledger, sealing, state, may_write=True)
        ledger.write(keeping.identify, clock_now)
    return ledger


def _on_server(url: str, state: Path, household: str) -> Ledger:
    _refuse_until_moved(state / DATABASE)
    ledger = Ledger(connections(url), household=household, folder=state)
    with _closed_unless_done(ledger):
        ledger.database.write(lambda connection: settle(connection, ledger.database.where), household=SCHEMA)
    return ledger


def connections(url: str, *, read_only: bool = False) -> Database:
    """Connections to the server at `url`. Raises StoreError for no address, and where there is no driver."""
    try:
        from ritualsd.store.pooled import Pooled  # loads the driver, which only a server needs
    except ImportError:
        raise StoreError(
            "the driver for PostgreSQL is not installed", todo="install it: pip install 'ritualsd[postgres]'"
        ) from None
    return Pooled(url, read_only=read_only)


def in_file(state: Path, household: str) -> Ledger:
    """The ledger in the database file, made or brought up to date. Nobody's words are opened yet."""
    path = state / DATABASE
    revision = inspect(path)
    if revision is None:
        _refuse_if_moved(state)
        _create(path)
    elif revision != HEAD:
        from ritualsd.store.migrate import migrate  # Alembic is slow to load, and seldom needed

        migrate(path, revision)
    return Ledger(OneConnection(writer(path), str(path)), household=household, folder=state)


def _refuse_until_moved(path: Path) -> None:
    if _is_there(path):
        raise StoreError(
            "the record here was not moved to the server, and a new one there would send today's messages again",
            where=str(path),
            todo="run `ritualsd migrate`; or put this file elsewhere, if nothing in it is needed",
        )


def _refuse_if_moved(state: Path) -> None:
    if aside := put_aside(state):
        raise StoreError(
            "the record was moved to a PostgreSQL server, and a new one here would send today's messages again",
            where=str(aside),
            todo="say the server's address: url under [storage]",
        )


def open_reader(state: Path, *, url: str, household: str, sealing: Keyring | None = None) -> Store:
    """The ledger in `state`, or at `url`, as it is, for reading."""
    if url:
        return _reader_on_server(url, state, household, sealing)
    path = state / DATABASE
    if not _is_there(path):
        _refuse_if_moved(state)
        raise NotFound("nothing has been recorded yet", where=str(state), todo="start it first: ritualsd run")
    check_ours(path)
    ledger = Ledger(OneConnection(reader(path), str(path)), household=household)
    with _closed_unless_done(ledger):
        if ledger.database.read(lambda connection: known_revision(raw_of(connection), str(path))) != HEAD:
            raise outdated(str(path))
        unlock(ledger, sealing, state, may_write=False)
    return ledger


def ask(url: str, question: Callable[[Server], T]) -> T:
    """The answer to a question about the ledger at `url`, as of one moment. Raises NotFound where there is none."""
    database = connections(url, read_only=True)

    def asked(connection: Connection) -> T:
        demand_head(connection, database.where)
        return question(Server(connection))

    try:
        return database.read(asked)
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class Server:
    """`peek.Asked` on a server."""

    connection: Connection

    def execute(self, statement: str, values: Mapping[str, str], /) -> CursorResult[Any]:
        return self.connection.execute(text(statement), values)


def _reader_on_server(url: str, state: Path, household: str, sealing: Keyring | None) -> Store:
    ledger = Ledger(connections(url, read_only=True), household=household)
    with _closed_unless_done(ledger):
        ledger.database.read(lambda connection: demand_head(connection, ledger.database.where))
        unlock(ledger, sealing, state, may_write=False)
    return ledger


def memory_store(
    *, secret: bytes | None, copy_of: Path | None, url: str = "", household: str, sealing: Keyring | None = None
) -> Store:
    """A ledger in memory, empty or as a copy of the one in the folder `copy_of`, or at `url` (if there is one)."""
    path = copy_of / DATABASE if copy_of is not None and not url and _is_there(copy_of / DATABASE) else None
    if path is not None:
        check_ours(path)
    database = OneConnection(in_memory(path), str(path or "memory"))
    ledger = Ledger(database, household=household)
    with _closed_unless_done(ledger):
        if path is None:
            database.write(make_tables)
            if copy_of is not None and url:
                _pour_from(url, database, household)
        elif database.read(lambda connection: known_revision(raw_of(connection), str(path))) != HEAD:
            from ritualsd.store.migrate import upgrade

            database.alone(upgrade)
        ledger.write(keeping.identify, EPOCH, secret)
        if copy_of is not None:
            unlock(ledger, sealing, copy_of, may_write=False)
    return ledger


def _pour_from(url: str, target: OneConnection, household: str) -> None:
    from ritualsd.store.carrying import pour

    def copy(theirs: Connection, mine: Connection) -> None:
        pour(theirs, mine, household)
        if proof := keeping.recall(Tx(theirs, DEFAULT_HOUSEHOLD), keeping.CANARY):
            keeping.remember(Tx(mine, DEFAULT_HOUSEHOLD), keeping.CANARY, proof)

    source = connections(url, read_only=True)
    try:
        target.write(lambda mine: source.read(lambda theirs: copy(theirs, mine)))
    finally:
        source.close()


def unlock(ledger: Ledger, sealing: Keyring | None, state: Path, *, may_write: bool) -> None:
    """As `resealing.unlock`, which loads the ciphers, for a ledger that is sealed or is to be.

    The proof of its key lies with the default household, whoever asks.
    """
    first = ledger.of(DEFAULT_HOUSEHOLD)
    if sealing is None and not first.recall(keeping.CANARY):
        return
    from ritualsd.store import resealing

    resealing.unlock(first, sealing, state, may_write=may_write)
    ledger.speak_like(first)


@contextmanager
def _closed_unless_done(ledger: Ledger) -> Iterator[None]:
    try:
        yield
    except BaseException:
        ledger.close()
        raise


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise StateFolder(f"the state folder cannot be read: {error.strerror}", where=str(path.parent)) from None


def _create(path: Path) -> None:
    """Make a new database aside and give it its name when it is whole: a crash leaves no half one behind."""
    aside = path.with_name(f"{path.name}.new")
    try:
        clear(aside)
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _fill(aside)
        aside.rename(path)
        sync_folder(path.parent)
    except FAILURES as error:
        raise meaning(error, str(path)) from None
    except OSError as error:
        raise StateFolder(f"the database cannot be made: {error.strerror}", where=str(path)) from None
    finally:
        with suppress(OSError):
            clear(aside)


def _fill(aside: Path) -> None:
    with draft(aside).connect() as connection, connection.begin():
        raw_of(connection).execute(f"PRAGMA application_id={APPLICATION_ID}")
        make_tables(connection)
