"""Promises in the ledger, each with what is to be said of it in time. Whether one was kept is for its owner to say;
nothing here decides it.

The functions run inside the caller's transaction; `PromiseDrawer` gives each a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, func, select, update

from ritualsd.core.notices import PROMISE
from ritualsd.core.reasons import reason
from ritualsd.model import DeliveryState, Occurrence, OccurrenceState, Promise
from ritualsd.store import rows
from ritualsd.store.planner import LIVE, WITHDRAW_DELIVERIES, record
from ritualsd.store.tables import deliveries, occurrences, promises
from ritualsd.store.tx import HOUSEHOLD, Transactions, Tx, insert_into

_P, _O, _D = promises.c, occurrences.c, deliveries.c

SETTLED = reason("settled")

PROMISES = select(*rows.PROMISE).where(_P.household == HOUSEHOLD).order_by(_P.id)
NUMBER = (
    select(func.count())
    .select_from(promises)
    .where(_P.household == HOUSEHOLD, _P.person == bindparam("of_person"), _P.id <= bindparam("of_promise"))
)
CHANGE = update(promises).where(
    _P.household == HOUSEHOLD, _P.id == bindparam("of_promise"), _P.person == bindparam("of_person")
)
REMINDERS = select(_O.id).where(
    _O.household == HOUSEHOLD,
    _O.ritual == PROMISE,
    _O.slot == bindparam("at_slot"),
    _O.person == bindparam("of_person"),
    _O.state.in_(LIVE),
    ~select(_D.id)
    .where(_D.occurrence == _O.id, (_D.attempts > 0) | (_D.state == DeliveryState.SENDING))
    .correlate(occurrences)
    .exists(),
)
WITHDRAW = (
    update(occurrences)
    .where(_O.id.in_(bindparam("ids", expanding=True)))
    .values(state=OccurrenceState.CANCELLED, reason=SETTLED.code, detail=SETTLED.detail)
)


def make(tx: Tx, promise: Promise, reminders: Sequence[Occurrence] = ()) -> Promise:
    """Keep a new one, and its reminders; returned with its id. The same one handed in again is the one there is."""
    for before in all_of(tx, promise.person):
        if replace(before, id=promise.id) == promise:
            return before
    made = replace(promise, id=tx.put_one(insert_into(promises), rows.values(promise, without=("id",))))
    _remind(tx, made, reminders)
    return made


def change(tx: Tx, promise: Promise, reminders: Sequence[Occurrence] = ()) -> bool:
    """Replace the one with the same id and owner, and its reminders as far as they were not tried yet; False when there
    is none."""
    changed = rows.values(promise, without=("id", "person", "made_utc"))
    found = bool(tx.run(CHANGE, of_promise=promise.id, of_person=promise.person, **changed).rowcount)
    if found:
        _remind(tx, promise, reminders)
    return found


def _remind(tx: Tx, promise: Promise, reminders: Sequence[Occurrence]) -> None:
    """Let these be its reminders, under its number among its owner's."""
    number = str(tx.run(NUMBER, of_person=promise.person, of_promise=promise.id).scalar_one())
    before = tx.run(REMINDERS, at_slot=number, of_person=promise.person).scalars().all()
    if before:
        tx.run(WITHDRAW_DELIVERIES, ids=before)
        tx.run(WITHDRAW, ids=before, closed_utc=promise.changed_utc)
    record(tx, [replace(each, slot=number) for each in reminders])


def all_of(tx: Tx, person: str) -> tuple[Promise, ...]:
    """A person's promises, or ("") everybody's, the oldest first."""
    found = PROMISES.where(_P.person == bindparam("of_person")) if person else PROMISES
    return tuple(Promise(**row._mapping) for row in tx.run(found, of_person=person))


class PromiseDrawer:
    """`ports.Promises`."""

    def __init__(self, ledger: Transactions) -> None:
        self._ledger = ledger

    def make(self, promise: Promise, reminders: Sequence[Occurrence] = ()) -> Promise:
        return self._ledger.write(make, promise, reminders)

    def all(self, person: str = "") -> tuple[Promise, ...]:
        return self._ledger.read(all_of, person)

    def change(self, promise: Promise, reminders: Sequence[Occurrence] = ()) -> bool:
        return self._ledger.write(change, promise, reminders)
