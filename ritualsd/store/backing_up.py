"""A backup: the whole database as it is at one moment, beside a daemon that goes on writing, into one private file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from ritualsd.errors import NotFound, StateFolder
from ritualsd.store.container import Secrets, pack
from ritualsd.store.inspection import check_ours
from ritualsd.store.peek import DATABASE
from ritualsd.store.sqlite import BUSY_S, FAILURES, meaning, uri


def back_up(state: Path, target: BinaryIO, secrets: Secrets, now: datetime) -> None:
    """Write a backup of the ledger in `state`. Raises NotFound where there is none, StoreDamaged, StateFolder."""
    path = state / DATABASE
    if not path.exists():
        raise NotFound("nothing has been recorded yet", where=str(state), todo="there is nothing to back up")
    check_ours(path)
    with _snapshot(path) as copy:
        pack(copy, target, {"made_utc": now.isoformat(timespec="seconds")}, secrets)


@contextmanager
def _snapshot(path: Path) -> Iterator[BinaryIO]:
    """The database as one file that has no name any more: whatever ends us, no copy stays behind."""
    aside = path.with_name(f"{path.name}.new-{token_hex(4)}")
    try:
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            _copy(path, aside)
            file = aside.open("rb")
        finally:
            with suppress(OSError):
                aside.unlink()
    except OSError as error:
        raise StateFolder(
            f"the record cannot be copied: {error.strerror}", where=str(path), todo="see that this disk has space left"
        ) from None
    with file:
        yield file


def _copy(path: Path, aside: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(uri(path, "ro"), uri=True, timeout=BUSY_S)) as source,
            closing(sqlite3.connect(uri(aside, "rw"), uri=True)) as copy,
        ):
            source.backup(copy)  # in one step: one moment, and a writer never waits for it
    except FAILURES as error:
        raise meaning(error, str(path)) from None
