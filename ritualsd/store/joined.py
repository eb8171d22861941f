"""A database inside a transaction that is open already: every verb takes part in it. Begins and ends nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from ritualsd.errors import StoreError
from ritualsd.store.tx import T


@dataclass(slots=True)
class Joined:
    """`tx.Database` on an open transaction, for as long as that lasts. Whose rows may be written was said when it
    began."""

    connection: Connection
    where: str

    def read(self, verb: Callable[[Connection], T]) -> T:
        return verb(self.connection)

    def write(self, verb: Callable[[Connection], T], *, household: str = "", beside: bool = False) -> T:
        return verb(self.connection)

    def scrub(self) -> None:
        raise StoreError("bytes can only be taken back between two transactions", where=self.where)

    def close(self) -> None:
        """The connection is somebody else's."""
