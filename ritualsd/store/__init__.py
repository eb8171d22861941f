"""The front door of the ledger. Loads SQLAlchemy when a ledger is opened, never before."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ritualsd.model import DEFAULT_HOUSEHOLD

if TYPE_CHECKING:
    from ritualsd.ports import Store


def open_store(state: Path, *, url: str = "", clock_now: datetime, household: str = DEFAULT_HOUSEHOLD) -> Store:
    """The ledger in the state folder, for the one process that writes it; the caller holds the folder's lock.

    Makes the folder and the database where there are none, and brings an older schema up to date, after a copy.
    `url` is [storage] url; `clock_now` is kept as the birth of a new installation. Raises StateFolder, StoreDamaged
    (kept, never replaced), StoreTooNew (before anything is written), StoreFull, StoreBusy.
    """
    from ritualsd.store.opening import open_store

    return open_store(state, url=url, clock_now=clock_now, household=household)


def open_reader(state: Path, *, household: str = DEFAULT_HOUSEHOLD) -> Store:
    """The ledger for reading beside a daemon: never migrates, never checkpoints, refuses to write.

    Raises NotFound where nothing was recorded yet, and what `open_store` raises.
    """
    from ritualsd.store.opening import open_reader

    return open_reader(state, household=household)


def memory_store(
    *, secret: bytes | None = None, copy_of: Path | None = None, household: str = DEFAULT_HOUSEHOLD
) -> Store:
    """A ledger that lives in memory: for `simulate` and for tests.

    `copy_of` is a state folder to start from, which is only read. `secret` replaces the installation's.
    """
    from ritualsd.store.opening import memory_store

    return memory_store(secret=secret, copy_of=copy_of, household=household)
