"""One household of a database: each verb it is handed runs in a transaction on its rows. The verbs are in `Ledger`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, Self

from sqlalchemy import Connection

from ritualsd.model import Installation
from ritualsd.store import keeping
from ritualsd.store.joined import Joined
from ritualsd.store.tx import Database, P, T, Tx

if TYPE_CHECKING:
    from ritualsd.store.sealing import Opener


class OneHousehold:
    """`tx.Transactions` on a database. Any thread may call it."""

    def __init__(
        self, database: Database, *, household: str, folder: Path | None = None, opener: Opener | None = None
    ) -> None:
        """`folder` is where copies of the database lie beside it, if it lies anywhere; `opener` has the key of sealed
        words."""
        self.database, self.household, self._folder = database, household, folder
        self._opener = opener
        self._identity: Installation | None = None

    def of(self, household: str, database: Database | None = None) -> Self:
        """Another household's, in the same database (or within a transaction on it) and under the same key."""
        return type(self)(database or self.database, household=household, folder=self._folder, opener=self._opener)

    def as_one(self, verb: Callable[[Self], T]) -> T:
        """Every call that the verb makes takes part in one transaction."""

        def within(connection: Connection) -> T:
            joined = self.of(self.household, Joined(connection, self.database.where))
            joined._identity = self._identity
            return verb(joined)

        return self.database.write(within, household=self.household)

    def speak_through(self, opener: Opener) -> None:
        """From now on words are sealed on their way in and opened on their way out."""
        self._opener = opener

    def speak_like(self, other: OneHousehold) -> None:
        """Seal and open words as that one does."""
        self._opener = other._opener

    def read(self, verb: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a verb in a transaction that only reads."""
        return self.database.read(lambda connection: verb(self._tx(connection), *args, **kwargs))

    def write(self, verb: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a verb in a transaction that may write, alone in this household."""
        return self.database.write(
            lambda connection: verb(self._tx(connection), *args, **kwargs), household=self.household
        )

    def write_beside(self, verb: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a verb in a transaction that may write beside others like it: it keeps to rows it has locked."""
        return self.database.write(
            lambda connection: verb(self._tx(connection), *args, **kwargs), household=self.household, beside=True
        )

    def _tx(self, connection: Connection) -> Tx:
        if self._opener is None:
            return Tx(connection, self.household)
        from ritualsd.store.sealed import SealedTx  # loads the ciphers, which an open ledger never needs

        return SealedTx(connection, self.household, self._opener)

    def installation(self) -> Installation:
        if self._identity is None:
            self._identity = self.read(keeping.identity)
        return self._identity

    def close(self) -> None:
        self.database.close()
