"""A pool of connections to PostgreSQL: any number of transactions at once, here and on other machines.

A transaction that failed for want of a server, or since it met another, is run again for a while. Where the connection
broke at the very moment of the commit, the server is asked whether it took place: nothing is done twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any

from sqlalchemy import Connection, Engine, text

from ritualsd.errors import StoreBusy, StoreError
from ritualsd.store.postgres import FAILURES, is_away, may_pass, meaning, place, pool, state_of
from ritualsd.store.tables import metadata
from ritualsd.store.tx import ALONE, BESIDE, T

PATIENCE_S, READER_S = 30.0, 3.0
"""So long a transaction is tried; somebody sits before what only reads, and would rather know."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 1.0

_TIMELINE = "left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)"
_TICKET = f"SELECT CAST(pg_current_xact_id() AS text) AS number, {_TIMELINE} AS timeline"
_PLAIN, _ALONE, _BESIDE = text(_TICKET), text(f"{_TICKET}, {ALONE}"), text(f"{_TICKET}, {BESIDE}")
_NUMBER = text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)")
_LOOKING_BACK = text(
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
    " AND age(CAST(:now AS xid)) <= greatest(age(backend_xmin), age(backend_xid)))"
)
OUTCOME = text(f"SELECT CASE WHEN {_TIMELINE} = :timeline THEN pg_xact_status(CAST(:number AS xid8)) END")
NEVER_BEGUN = "22023"  # a number this server has not reached: a standby took over that never heard of it


@dataclass(eq=False)
class Doubt(Exception):
    """The connection broke at the commit: `done` is the answer if it took place."""

    number: str
    timeline: str
    done: Any


class Pooled:
    """`tx.Database` on PostgreSQL. Any thread may ask for a transaction."""

    def __init__(self, url: str, *, read_only: bool = False, patience_s: float | None = None) -> None:
        """Opens nothing yet. Raises StoreError for an address that is none."""
        self.where = place(url)
        self._read_only = read_only
        self._patience_s = patience_s if patience_s is not None else READER_S if read_only else PATIENCE_S
        self._engine: Engine = pool(url, read_only=read_only)
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._writing = self._engine.execution_options(isolation_level="READ COMMITTED", preserve_rowcount=True)
        self._closed = Event()

    def read(self, verb: Callable[[Connection], T]) -> T:
        def once() -> T:
            with self._reading.connect() as connection, connection.begin():
                return verb(connection)

        return self._until_it_works(once)

    def write(self, verb: Callable[[Connection], T], *, household: str = "", beside: bool = False) -> T:
        if self._read_only:
            raise StoreError("this was opened for reading only", where=self.where)
        begin = (_BESIDE if beside else _ALONE).bindparams(household=household) if household else _PLAIN
        return self._until_it_works(lambda: self._written(verb, begin))

    def scrub(self) -> None:
        """Write our tables anew, each for itself, without what was deleted. Raises StoreBusy while one is in use, or
        somebody still sees what was there before: that would be carried along."""

        def once() -> None:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for table in metadata.tables:
                    connection.execute(text(f'VACUUM (FULL) "{table}"'))

        self._until_nobody_looks_back()
        self._until_it_works(once)

    def close(self) -> None:
        self._closed.set()
        self._engine.dispose()

    def _written(self, verb: Callable[[Connection], T], begin: Any) -> T:
        with self._writing.connect() as connection:
            transaction = connection.begin()
            ticket = connection.execute(begin).one()
            done = verb(connection)
            try:
                transaction.commit()
            except FAILURES as error:
                if is_away(error):
                    raise Doubt(ticket.number, ticket.timeline, done) from None
                raise
            return done

    def _until_it_works(self, once: Callable[[], T]) -> T:
        """Run it, and again where that may help, for as long as we are patient."""
        ends, pause = time.monotonic() + self._patience_s, FIRST_PAUSE_S
        doubt: Doubt | None = None
        while not self._closed.is_set():
            try:
                if doubt is not None and self._took_place(doubt, ends):
                    return doubt.done  # type: ignore[no-any-return] # what this very verb returned
                doubt = None
                return once()
            except Doubt as unknown:
                if time.monotonic() > ends + self._patience_s:  # it breaks at every commit
                    raise self._unsaid() from None
                doubt = unknown
            except FAILURES as error:
                if not may_pass(error) or time.monotonic() > ends:
                    # Not even as a cause: the driver quotes what it was given.
                    raise meaning(error, self.where) from None
            except UnicodeEncodeError:
                raise StoreError("some of these characters cannot be stored", where=self.where) from None
            self._closed.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
        raise StoreError("the ledger is closed", where=self.where)

    def _until_nobody_looks_back(self) -> None:
        """Wait for the end of every transaction begun before now, as far as our user sees them. Raises StoreBusy."""
        ends = time.monotonic() + self._patience_s
        now = self.write(lambda connection: connection.execute(_NUMBER).scalar())
        while self.read(lambda connection: connection.execute(_LOOKING_BACK, {"now": now}).scalar()):
            if self._closed.wait(FIRST_PAUSE_S) or time.monotonic() > ends:
                raise StoreBusy(
                    "another program reads the record at this moment, so old words may still lie in it",
                    where=self.where,
                    todo="let it end and do this again",
                )

    def _took_place(self, doubt: Doubt, ends: float) -> bool:
        """Whether a transaction was committed; waits while the server has not made up its mind. Raises StoreBusy.

        Where a standby took over, its number may be another's by now: it is taken for lost, and every verb may be
        repeated.
        """
        asked = {"number": doubt.number, "timeline": doubt.timeline}
        while True:
            try:
                with self._writing.connect() as connection, connection.begin():
                    outcome = connection.execute(OUTCOME, asked).scalar()
            except FAILURES as error:
                if state_of(error) == NEVER_BEGUN:
                    return False
                raise
            if outcome != "in progress":
                return bool(outcome == "committed")
            if self._closed.wait(FIRST_PAUSE_S) or time.monotonic() > ends:
                raise self._unsaid()

    def _unsaid(self) -> StoreBusy:
        return StoreBusy(
            "the server does not say whether it kept the last it was given",
            where=self.where,
            todo="see whether it is there before you do it again",
        )
