"""One connection to a SQLite database, one transaction at a time, and what a failure of it means. Knows no table."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock

from sqlalchemy import Connection, Engine, RootTransaction

from ritualsd.errors import StoreDamaged, StoreError
from ritualsd.store.scrubbing import scrub
from ritualsd.store.sqlite import FAILURES, is_busy, meaning
from ritualsd.store.tx import T

BUSY_TRIES = 3  # each as long as the connection's busy timeout


class OneConnection:
    """`tx.Database` on SQLite. Any thread may ask for a transaction; they wait for one another.

    After StoreDamaged nothing is tried on this connection again: after a failed write the disk may say "done"
    for what it has lost. Every later call raises the same error.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self.where = where
        self._lock = RLock()
        self._broken: StoreError | None = None
        try:
            self.connection = engine.connect()
        except FAILURES as error:
            raise meaning(error, where) from None

    def read(self, verb: Callable[[Connection], T]) -> T:
        return self._transact(verb, "BEGIN")

    def write(self, verb: Callable[[Connection], T], *, household: str = "", beside: bool = False) -> T:
        return self._transact(verb, "BEGIN IMMEDIATE")

    def scrub(self) -> None:
        self.alone(lambda connection: scrub(connection, self.where))

    def alone(self, verb: Callable[[Connection], T]) -> T:
        """Between two transactions, for what cannot be done inside one."""
        with self._lock:
            if self._broken is not None:
                raise self._broken
            try:
                return verb(self.connection)
            except FAILURES as error:
                # Not even as a cause: the driver quotes what it could not decode.
                raise self._noted(meaning(error, self.where)) from None
            except UnicodeEncodeError:
                raise StoreError("some of these characters cannot be stored", where=self.where) from None

    def _transact(self, verb: Callable[[Connection], T], how: str) -> T:
        def within(connection: Connection) -> T:
            with self._begin(how):
                return verb(connection)

        return self.alone(within)

    def _begin(self, how: str) -> RootTransaction:
        self.connection.info["begin"] = how
        for _ in range(BUSY_TRIES - 1):
            try:
                return self.connection.begin()
            except FAILURES as error:
                if not is_busy(error):
                    raise
        return self.connection.begin()

    def _noted(self, error: StoreError) -> StoreError:
        if isinstance(error, StoreDamaged):
            self._broken = error
        return error

    def close(self) -> None:
        with self._lock:
            self._broken = self._broken or StoreError("the ledger is closed", where=self.where)
            self.connection.close()
