"""A look at a database file before anything opens it for writing: ours or not, sound or not, which schema.

Changes nothing. What it refuses stays as it is, since an empty database in its place would send today's messages again.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ritualsd.errors import StateFolder, StoreTooNew
from ritualsd.store.sqlite import BUSY_S, FAILURES, code_of, damaged, meaning, uri
from ritualsd.store.tables import REVISIONS

APPLICATION_ID = 0x72697475  # "ritu", in the header of every database we make
CHECK_UP_TO = 64 * 1024 * 1024
"""Files up to this size are checked through at every start (well below a second); larger ones after a crash only."""

_HEADER = 100
_MAGIC = b"SQLite format 3\0"


def inspect(path: Path) -> str | None:
    """The revision of the schema in this file; None when there is no file.

    Raises StoreDamaged, StoreTooNew, StateFolder, StoreBusy.
    """
    journal = path.with_name(f"{path.name}-wal")
    hot = journal.exists() and journal.stat().st_size > 0
    if not path.exists():
        if hot:
            raise damaged("the database is gone, but its journal is still there", str(path))
        return None
    header = check_ours(path)
    if not hot:
        # With a journal still to be played back, the file may rightly be behind its own header.
        _check_length(path, header)
    return _ask(path, hot)


def check_ours(path: Path) -> bytes:
    """The header of a database that ritualsd made. Raises StoreDamaged for anything else, StateFolder if unreadable."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError as error:
        raise StateFolder(f"the database cannot be read: {error.strerror}", where=str(path)) from None
    if not header.startswith(_MAGIC) or len(header) < _HEADER:
        raise damaged("this is not a database" if header else "the database is empty", str(path))
    if int.from_bytes(header[68:72]) != APPLICATION_ID:
        raise damaged("this database belongs to another program", str(path))
    return header


def _check_length(path: Path, header: bytes) -> None:
    page = int.from_bytes(header[16:18])
    pages = int.from_bytes(header[28:32])
    if path.stat().st_size != pages * (65536 if page == 1 else page):
        raise damaged("the database was cut short, or something was added to it", str(path))


def _ask(path: Path, hot: bool) -> str:
    # Without a journal nobody has the file open: read it as it lies, so that not even a lock file appears beside it.
    name = uri(path, "ro") if hot else f"{uri(path, 'ro')}&immutable=1"
    try:
        with closing(sqlite3.connect(name, uri=True, timeout=BUSY_S, isolation_level=None)) as database:
            if hot or path.stat().st_size <= CHECK_UP_TO:
                _check_through(database, path)
            return known_revision(database, str(path))
    except FAILURES as error:
        raise meaning(error, str(path)) from None


def _check_through(database: sqlite3.Connection, path: Path) -> None:
    if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise damaged("the database is damaged", str(path))


def known_revision(database: sqlite3.Connection, where: str) -> str:
    """The revision Alembic left there. Raises StoreTooNew when it is not one of ours."""
    try:
        found = database.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.OperationalError as error:
        if code_of(error) != sqlite3.SQLITE_ERROR:  # which is what a missing table comes as
            raise
        found = []
    if len(found) != 1:
        raise damaged("the database does not say which version it is of", where)
    revision = str(found[0][0])
    if revision not in REVISIONS:
        raise StoreTooNew(
            f"this database was written by a newer ritualsd (schema {revision}, this one knows {REVISIONS[-1]})",
            where=where,
            todo="install the newer version again, or put a backup of before in its place; nothing was changed",
        )
    return revision
