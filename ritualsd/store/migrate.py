"""Bringing an older database to today's schema, after a copy, as one transaction: the old schema or the new, never
between. The only module that loads Alembic."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from ritualsd.errors import StateFolder, StoreError
from ritualsd.store.folder import sync_folder
from ritualsd.store.sqlite import BUSY_S, FAILURES, code_of, meaning, raw_of, uri, writer

SCRIPTS = "ritualsd.store:migrations"


def migrate(path: Path, revision: str) -> None:
    """Bring the file to the newest schema. A copy of what it was stays beside it.

    Raises StoreFull, StoreDamaged, StoreBusy or StateFolder, each with the file as it was.
    """
    try:
        keep_copy(path, path.with_name(f"{path.name}.of-{revision}"))
        engine = writer(path)
        with engine.connect() as connection:
            upgrade(connection)
    except OSError as error:
        raise StateFolder(f"the database cannot be copied: {error.strerror}", where=str(path)) from None
    except Exception as error:  # noqa: BLE001 - whatever a migration does wrong, the file is as it was
        raise _refusal(error, str(path)) from None


def _refusal(error: Exception, where: str) -> StoreError:
    if isinstance(error, FAILURES) and code_of(error) != sqlite3.SQLITE_ERROR:
        return meaning(error, where)
    return _failed(error, where)


def _failed(error: Exception, where: str) -> StoreError:
    return StoreError(
        f"the database could not be brought up to date ({type(error).__name__})",
        where=where,
        todo="it was left as it was; go back to the version of ritualsd you had, and please report this",
    )


def upgrade(connection: Connection) -> None:
    """Run every migration that is missing, in one transaction, and prove that no row lost its parent."""
    raw = raw_of(connection)
    raw.execute("PRAGMA foreign_keys=OFF")  # rebuilding a parent table would empty its children; ignored later on
    try:
        _run_all(connection)
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def upgrade_server(connection: Connection, where: str) -> None:
    """The same on PostgreSQL, in the transaction that is open. Raises StoreError; then nothing was changed.

    What may go well a moment later passes as the driver said it, for whoever began the transaction to begin it again.
    """
    from ritualsd.store.postgres import FAILURES, may_pass  # loads the driver, which only a server needs

    try:
        _run_all(connection)
    except Exception as error:  # whatever a migration does wrong, the transaction takes it back
        if isinstance(error, FAILURES) and may_pass(error):
            raise
        raise _failed(error, where) from None


def _run_all(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", SCRIPTS.replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def keep_copy(path: Path, copy: Path) -> None:
    """A whole, settled copy of the database at `copy`, replacing an earlier one of that name only when complete."""
    aside = copy.with_name(f"{copy.name}.new")
    aside.unlink(missing_ok=True)
    handle = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with closing(sqlite3.connect(uri(path, "rw"), uri=True, timeout=BUSY_S)) as database:
            database.execute("VACUUM INTO ?", (str(aside),))
        os.fsync(handle)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    aside.rename(copy)
    sync_folder(path.parent)
