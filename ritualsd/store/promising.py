"""Promises in the ledger, each with what is to be said of it in time. Whether one was kept is for its owner to say;
nothing here decides it.

The functions run inside the caller's transaction; `PromiseDrawer` gives each a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, func, select, update

from ritualsd.model import Occurrence, Promise
from ritualsd.store import rows
from ritualsd.store.planner import record
from ritualsd.store.tables import promises
from ritualsd.store.tx import HOUSEHOLD, Transactions, Tx, insert_into

_P = promises.c

PROMISES = select(*rows.PROMISE).where(_P.household == HOUSEHOLD).order_by(_P.id)
HOW_MANY = (
    select(func.count()).select_from(promises).where(_P.household == HOUSEHOLD, _P.person == bindparam("of_person"))
)
CHANGE = update(promises).where(
    _P.household == HOUSEHOLD, _P.id == bindparam("of_promise"), _P.person == bindparam("of_person")
)


def make(tx: Tx, promise: Promise, reminders: Sequence[Occurrence] = ()) -> Promise:
    """Keep a new one, and its reminders under its number among its owner's; returned with its id."""
    made = tx.put_one(insert_into(promises), rows.values(promise, without=("id",)))
    number = tx.run(HOW_MANY, of_person=promise.person).scalar_one()
    record(tx, [replace(each, slot=str(number)) for each in reminders])
    return replace(promise, id=made)


def change(tx: Tx, promise: Promise, reminders: Sequence[Occurrence] = ()) -> bool:
    """Replace the one with the same id and owner, and record what is to be said of it now; False when there is none."""
    changed = rows.values(promise, without=("id", "person", "made_utc"))
    found = bool(tx.run(CHANGE, of_promise=promise.id, of_person=promise.person, **changed).rowcount)
    if found:
        record(tx, reminders)
    return found


class PromiseDrawer:
    """`ports.Promises`."""

    def __init__(self, ledger: Transactions) -> None:
        self._ledger = ledger

    def make(self, promise: Promise, reminders: Sequence[Occurrence] = ()) -> Promise:
        with self._ledger.write() as tx:
            return make(tx, promise, reminders)

    def all(self, person: str = "") -> tuple[Promise, ...]:
        mine = PROMISES.where(_P.person == bindparam("of_person")) if person else PROMISES
        with self._ledger.read() as tx:
            return tuple(Promise(**row._mapping) for row in tx.run(mine, of_person=person))

    def change(self, promise: Promise, reminders: Sequence[Occurrence] = ()) -> bool:
        with self._ledger.write() as tx:
            return change(tx, promise, reminders)
