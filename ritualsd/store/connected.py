"""One connection to one household's rows, one transaction at a time, and what a failure of it means. Knows no table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, RootTransaction

from ritualsd.errors import StoreDamaged, StoreError
from ritualsd.store.sqlite import FAILURES, is_busy, meaning
from ritualsd.store.tx import Tx

if TYPE_CHECKING:
    from ritualsd.store.sealing import Opener

BUSY_TRIES = 3  # each as long as the connection's busy timeout


class Connected:
    """Any thread may ask for a transaction; they wait for one another.

    After StoreDamaged nothing is tried on this connection again: after a failed write the disk may say "done"
    for what it has lost. Every later call raises the same error.
    """

    def __init__(self, engine: Engine, *, household: str, where: str) -> None:
        self.household, self.where = household, where
        self._lock = RLock()
        self._broken: StoreError | None = None
        try:
            self._tx = Tx(engine.connect(), household)
        except FAILURES as error:
            raise meaning(error, where) from None

    @property
    def connection(self) -> Connection:
        """The connection underneath, for the moment before anybody else has it."""
        return self._tx.connection

    def speak_through(self, opener: Opener) -> None:
        """From now on words are sealed on their way in and opened on their way out."""
        from ritualsd.store.sealed import SealedTx  # loads the ciphers, which an open ledger never needs

        self._tx = SealedTx(self._tx.connection, self._tx.household, opener)

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """The connection between two transactions, for what cannot be done inside one."""
        with self._lock:
            if self._broken is not None:
                raise self._broken
            try:
                yield self._tx.connection
            except FAILURES as error:
                raise self._noted(meaning(error, self.where)) from None

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction that may write."""
        with self._transaction("BEGIN IMMEDIATE") as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One transaction that sees one moment and takes no lock that a writer minds."""
        with self._transaction("BEGIN") as tx:
            yield tx

    @contextmanager
    def _transaction(self, how: str) -> Iterator[Tx]:
        with self._lock:
            if self._broken is not None:
                raise self._broken
            try:
                with self._begin(how):
                    yield self._tx
            except FAILURES as error:
                # Not even as a cause: the driver quotes what it could not decode.
                raise self._noted(meaning(error, self.where)) from None
            except UnicodeEncodeError:
                raise StoreError("some of these characters cannot be stored", where=self.where) from None

    def _begin(self, how: str) -> RootTransaction:
        self._tx.connection.info["begin"] = how
        for _ in range(BUSY_TRIES - 1):
            try:
                return self._tx.connection.begin()
            except FAILURES as error:
                if not is_busy(error):
                    raise
        return self._tx.connection.begin()

    def _noted(self, error: StoreError) -> StoreError:
        if isinstance(error, StoreDamaged):
            self._broken = error
        return error

    def close(self) -> None:
        with self._lock:
            self._broken = self._broken or StoreError("the ledger is closed", where=self.where)
            self._tx.connection.close()
