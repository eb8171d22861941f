"""The front door of the ledger. Loads SQLAlchemy when a ledger is opened, never before."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ritualsd.model import DEFAULT_HOUSEHOLD

if TYPE_CHECKING:
    from ritualsd.model import Keyring
    from ritualsd.ports import Queue, Store
    from ritualsd.ports.households import Registry


def open_store(
    state: Path,
    *,
    url: str = "",
    clock_now: datetime,
    household: str = DEFAULT_HOUSEHOLD,
    sealing: Keyring | None = None,
) -> Store:
    """The ledger in the state folder, for the one process that writes it; the caller holds the folder's lock.

    Makes the folder and the database where there are none, and brings an older schema up to date, after a copy.
    With a `url` ([storage] url) the database is on a PostgreSQL server that any number of processes may write, and the
    folder keeps the rest. `clock_now` is kept as the birth of a new installation. With `sealing` words are sealed,
    those kept before as well. Raises StateFolder, StoreDamaged (kept, never replaced), StoreTooNew (before anything is
    written), StoreFull, StoreBusy, and StoreError for a sealed ledger without its key, or one that lies elsewhere.
    """
    from ritualsd.store.opening import open_store

    return open_store(state, url=url, clock_now=clock_now, household=household, sealing=sealing)


def open_reader(
    state: Path, *, url: str = "", household: str = DEFAULT_HOUSEHOLD, sealing: Keyring | None = None
) -> Store:
    """The ledger for reading beside a daemon: never migrates, never checkpoints, refuses to write.

    Sealed words read as "" for whoever gives no key. Raises NotFound where nothing was recorded yet, and what
    `open_store` raises.
    """
    from ritualsd.store.opening import open_reader

    return open_reader(state, url=url, household=household, sealing=sealing)


def memory_store(
    *,
    secret: bytes | None = None,
    copy_of: Path | None = None,
    url: str = "",
    household: str = DEFAULT_HOUSEHOLD,
    sealing: Keyring | None = None,
) -> Store:
    """A ledger that lives in memory: for `simulate` and for tests.

    `copy_of` is a state folder to start from, which is only read; with `url` it is the household on that server.
    `secret` replaces the installation's.
    """
    from ritualsd.store.opening import memory_store

    return memory_store(secret=secret, copy_of=copy_of, url=url, household=household, sealing=sealing)


def open_registry(store: Store) -> Registry:
    """The registry of households on the database of an open ledger."""
    from ritualsd.store.ledger import Ledger
    from ritualsd.store.registry import HouseholdRegistry

    assert isinstance(store, Ledger)  # noqa: S101 - a typed narrowing: this room opens no other kind
    return HouseholdRegistry(store)


def open_queue(store: Store) -> Queue:
    """The outbox of all households on the database of an open ledger, for whoever shares its work among machines."""
    from ritualsd.store.ledger import Ledger
    from ritualsd.store.queueing import QueueDrawer

    assert isinstance(store, Ledger)  # noqa: S101 - a typed narrowing: this room opens no other kind
    return QueueDrawer(store)
