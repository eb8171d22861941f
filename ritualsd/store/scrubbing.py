"""Scrubbing: what was deleted or sealed leaves no bytes behind, in the database, its journal, or copies beside it."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from sqlalchemy import Connection

from ritualsd.errors import StateFolder, StoreBusy
from ritualsd.store.folder import sync_folder
from ritualsd.store.peek import DATABASE, MOVED
from ritualsd.store.sqlite import raw_of

PATIENCE_S = 10.0
LEFT = ("of-*", "old*", "new*")
"""Behind the database's name: copies made before an upgrade, what a restore kept aside, and what a crash left."""


def scrub(connection: Connection, where: str) -> None:
    """Write the database anew and empty its journal. Raises StoreBusy while somebody reads the old journal."""
    raw = raw_of(connection)
    raw.execute("PRAGMA temp_store=MEMORY")  # the copy made on the way must not touch a disk elsewhere
    raw.execute("VACUUM")
    empty_journal(raw, where)


def remove_copies(state: Path) -> None:
    """Remove every whole copy of the database that lies beside it. Raises StateFolder.

    Of one that was moved to a server the name stays, so that nobody begins anew here.
    """
    try:
        for pattern in LEFT:
            for copy in state.glob(f"{DATABASE}.{pattern}"):
                copy.unlink()
        for moved in state.glob(MOVED):
            _empty(moved)
        sync_folder(state)
    except OSError as error:
        raise StateFolder(
            f"an old copy of the record could not be removed: {error.strerror}",
            where=str(state),
            todo="see whose the files and the folder are, and do this again",
        ) from None


def _empty(moved: Path) -> None:
    """Put an empty file in its place: what was linked elsewhere as a backup keeps what it holds."""
    blank = moved.with_name(f"{DATABASE}.new")
    blank.touch(mode=0o600)
    blank.replace(moved)


def empty_journal(raw: sqlite3.Connection, where: str) -> None:
    """Play the whole journal back into the database, and cut it to nothing. Raises StoreBusy after a while."""
    ends = time.monotonic() + PATIENCE_S
    while raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] != 0:
        if time.monotonic() > ends:
            raise StoreBusy(
                "another program reads the record at this moment, so old words may still lie in its journal",
                where=where,
                todo="close it and do this again",
            )
        time.sleep(0.05)
