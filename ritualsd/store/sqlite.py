"""SQLite as we use it: how a connection is opened and proven safe, and what its errors mean. Knows no table.

Durable means WAL with `synchronous=FULL`; SQLite can decline either without an error, so each answer is read back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from ritualsd.errors import StateFolder, StoreBusy, StoreDamaged, StoreError, StoreFull

BUSY_S = 5.0
BEGIN = "BEGIN IMMEDIATE"
"""What starts a transaction unless `Connection.info["begin"]` says otherwise. A read that turned into a write later
would fail at once with SQLITE_BUSY_SNAPSHOT, whatever the timeout; so what may write says so at its start."""

DURABLE = (("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1))

_FULL, _BUSY, _LOCKED = sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_SHUT = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}

_TELLTALES = ("decode", "no such", "unsupported file format")  # damage that comes under a milder name


def uri(path: Path, mode: str) -> str:
    """A file name SQLite opens in that mode, whatever characters it has in it."""
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


def writer(path: Path, *, busy_s: float = BUSY_S) -> Engine:
    """The one connection that writes, and the only one that ever checkpoints."""

    def connect() -> sqlite3.Connection:
        raw = _connect(uri(path, "rw"), busy_s)
        try:
            for pragma, wanted in DURABLE:
                demand(raw, pragma, wanted)
        except BaseException:
            raw.close()
            raise
        return raw

    return _engine(connect)


def reader(path: Path, *, busy_s: float = BUSY_S) -> Engine:
    """Reads beside a daemon. SQLite itself refuses every write and every checkpoint on it."""
    return _engine(lambda: _connect(uri(path, "ro"), busy_s))


def draft(path: Path) -> Engine:
    """For the first writing of a file that nobody else knows yet: no journal is left beside it."""
    return _engine(lambda: _connect(uri(path, "rw"), BUSY_S))


def in_memory(copy_of: Path | None = None) -> Engine:
    """A database that lives as long as its connection; it begins as a copy of the file given."""

    def connect() -> sqlite3.Connection:
        raw = _connect(":memory:", BUSY_S)
        if copy_of is not None:
            with closing(_connect(uri(copy_of, "ro"), BUSY_S)) as source:
                source.backup(raw)
        demand(raw, "foreign_keys", 1)
        return raw

    return _engine(connect)


def demand(raw: sqlite3.Connection, pragma: str, wanted: str | int) -> None:
    """Set a pragma and read the answer back. Raises StoreError when SQLite would not."""
    raw.execute(f"PRAGMA {pragma}={wanted}").fetchall()
    answer = raw.execute(f"PRAGMA {pragma}").fetchone()[0]
    if answer != wanted:
        raise StoreError(
            f"SQLite would not set {pragma} to {wanted} here, so nothing it recorded would be safe",
            todo="keep the state folder on a local disk that is in good health",
        )


def raw_of(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection underneath."""
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - a typed narrowing, not a check of input
    return raw


Failure = DBAPIError | sqlite3.Error | UnicodeDecodeError | StoreDamaged
FAILURES = (DBAPIError, sqlite3.Error, UnicodeDecodeError, StoreDamaged)
"""What may come up from below: SQLAlchemy, the driver, text that is none, and a value our own kinds cannot read."""


def code_of(error: Failure) -> int | None:
    """SQLite's primary result code; None where the driver raised by itself."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(origin, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_busy(error: Failure) -> bool:
    return code_of(error) in (_BUSY, _LOCKED)


def meaning(error: Failure, where: str) -> StoreError:
    """The error of ours for one of the driver's. Carries SQLite's name for it, never a statement or a value."""
    if isinstance(error, StoreDamaged):
        return damaged(error.what, where)
    code = code_of(error)
    origin = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(origin, "sqlite_errorname", type(origin).__name__)
    if code == _FULL or name == "SQLITE_IOERR_SHMSIZE":  # the index of the journal could not grow
        return StoreFull("no space is left to record anything", where=where, todo="free some space on that disk")
    if code in (_BUSY, _LOCKED):
        return StoreBusy("another process holds the database", where=where, todo="close whatever else has it open")
    if code in _SHUT:
        return StateFolder(
            f"the database cannot be opened or written ({name})", where=where, todo="check its owner and permissions"
        )
    if code == sqlite3.SQLITE_IOERR:
        return StoreDamaged(
            f"the disk failed ({name})",
            where=where,
            todo="see what the system log says about that disk, then start again",
        )
    if code in _BROKEN or any(telltale in str(origin) for telltale in _TELLTALES):
        return damaged(f"the database is damaged ({name})", where)
    return StoreError(f"the database refused ({name})", where=where)


def damaged(what: str, where: str) -> StoreDamaged:
    """The refusal of a file that must not be used, and must not be lost either."""
    return StoreDamaged(what, where=where, todo="it was kept as it is; move it away and put a backup in its place")


def _connect(name: str, busy_s: float) -> sqlite3.Connection:
    # isolation_level=None: the driver starts no transaction behind our back, so that ours hold for DDL too.
    # Several threads share the connection, one at a time: the ledger's lock sees to that.
    return sqlite3.connect(name, uri=True, timeout=busy_s, isolation_level=None, check_same_thread=False)


def _engine(connect: Callable[[], sqlite3.Connection]) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        raw_of(connection).execute(connection.info.get("begin", BEGIN))

    return engine
