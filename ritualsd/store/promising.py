"""Promises in the ledger. Whether one was kept is for its owner to say; nothing here decides it.

The functions run inside the caller's transaction; `PromiseDrawer` gives each a transaction of its own.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import bindparam, select, update

from ritualsd.model import Promise
from ritualsd.store import rows
from ritualsd.store.tables import promises
from ritualsd.store.tx import HOUSEHOLD, Transactions, Tx, insert_into

_P = promises.c

PROMISES = select(*rows.PROMISE).where(_P.household == HOUSEHOLD).order_by(_P.id)
CHANGE = update(promises).where(
    _P.household == HOUSEHOLD, _P.id == bindparam("of_promise"), _P.person == bindparam("of_person")
)


def make(tx: Tx, promise: Promise) -> Promise:
    """Keep a new one; returned with its id."""
    made = tx.put_one(insert_into(promises), rows.values(promise, without=("id",)))
    return replace(promise, id=made)


class PromiseDrawer:
    """`ports.Promises`."""

    def __init__(self, ledger: Transactions) -> None:
        self._ledger = ledger

    def make(self, promise: Promise) -> Promise:
        with self._ledger.write() as tx:
            return make(tx, promise)

    def all(self, person: str = "") -> tuple[Promise, ...]:
        mine = PROMISES.where(_P.person == bindparam("of_person")) if person else PROMISES
        with self._ledger.read() as tx:
            return tuple(Promise(**row._mapping) for row in tx.run(mine, of_person=person))

    def change(self, promise: Promise) -> bool:
        changed = rows.values(promise, without=("id", "person", "made_utc"))
        with self._ledger.write() as tx:
            return bool(tx.run(CHANGE, of_promise=promise.id, of_person=promise.person, **changed).rowcount)
