"""The outbox handed out to many machines: which deliveries have a job, and which lost theirs. Makes no job itself.

Rows somebody else is at work on are passed over, so that any number of planners and workers may ask at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, and_, bindparam, func, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from ritualsd.model import Delivery, DeliveryState, Settlement
from ritualsd.ports import Attempt, Jobs, Lane, Slip
from ritualsd.store import rows
from ritualsd.store.due import MOST_SORTED, WORDLESS
from ritualsd.store.kinds import Utc
from ritualsd.store.ledger import Ledger
from ritualsd.store.tables import attempts, deliveries
from ritualsd.store.tx import batches

AT_A_TIME = 4000
"""So many are handed out in one transaction: their rows are locked only for a moment."""

_D, _A = deliveries.c, attempts.c
_PENDING = _D.state == DeliveryState.PENDING
_SLIP = (_D.id, _D.household, _D.person, _D.channel)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


Mark = ReturningUpdate[Any]

_NOW = bindparam("now", type_=Utc())
_DUE = and_(_PENDING, _D.next_attempt_utc <= _NOW)
_NEW = and_(_DUE, _D.queued_utc.is_(None))
_LOST = and_(_DUE, _D.queued_utc < bindparam("before_utc", type_=Utc()))


def _in_turns(which: ColumnElement[bool]) -> Select[Any]:
    """The first of each household, then the second of each: whoever has many lets the others pass."""
    first = select(*_SLIP, _D.next_attempt_utc).where(which).order_by(_D.next_attempt_utc).limit(MOST_SORTED).subquery()
    of, order = first.c, (first.c.next_attempt_utc, first.c.id)
    turn = func.row_number().over(partition_by=of.household, order_by=order)
    slip = (of.id, of.household, of.person, of.channel)
    return select(*slip).order_by(turn, *order).limit(bindparam("at_most"))


def _mark(which: ColumnElement[bool]) -> Mark:
    """Those that still are so, and that nobody else is at work on."""
    free = select(_D.id).where(_D.id.in_(_IDS), which).with_for_update(skip_locked=True)
    return update(deliveries).where(_D.id.in_(free)).values(queued_utc=_NOW).returning(_D.id)


NEW = _in_turns(_NEW)
LOST = select(*_SLIP).where(_LOST).order_by(_D.next_attempt_utc, _D.id)
MARK_NEW, MARK_LOST = _mark(_NEW), _mark(_LOST)
NEXT = select(_D.next_attempt_utc).where(_PENDING, _D.queued_utc.is_(None)).order_by(_D.next_attempt_utc).limit(1)
TAKE_BACK = update(deliveries).where(_D.id.in_(_IDS), _PENDING).values(queued_utc=None)
STILL = select(*WORDLESS).where(_D.id.in_(_IDS), _PENDING)
STALLED = (
    select(_D.household, _D.id, _D.attempts)
    .join_from(deliveries, attempts, (_A.delivery == _D.id) & (_A.number == _D.attempts))
    .where(_D.state == DeliveryState.SENDING, _A.started_utc < bindparam("before_utc"))
)


class QueueDrawer:
    """`ports.Queue` on the database of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._read, self._write = ledger.database.read, ledger.database.write

    def hand_out(self, jobs: Jobs, now: datetime) -> int:
        slips = self._read(lambda connection: _new(connection, jobs, now))
        return self._make_jobs(jobs, slips, MARK_NEW, {"now": now})

    def hand_out_lost(self, jobs: Jobs, now: datetime, before_utc: datetime) -> int:
        values = {"now": now, "before_utc": before_utc}
        slips = self._read(lambda connection: _lost(connection, jobs, values))
        return self._make_jobs(jobs, slips, MARK_LOST, values)

    def next_utc(self) -> datetime | None:
        return self._read(lambda connection: connection.execute(NEXT).scalar())

    def still_pending(self, ids: Sequence[int]) -> list[Delivery]:
        return self._read(lambda connection: _still_pending(connection, ids))

    def take_back(self, ids: Sequence[int]) -> None:
        self._write(lambda connection: _take_back(connection, ids))

    def put_off(self, delivery: Delivery, code: str, until_utc: datetime, now: datetime) -> None:
        again = Settlement(state=DeliveryState.PENDING, code=code, next_attempt_utc=until_utc)
        self._ledger.of(delivery.household).settle(delivery.id, again, None, now)

    def stalled(self, before_utc: datetime) -> frozenset[Attempt]:
        found = self._read(lambda connection: connection.execute(STALLED, {"before_utc": before_utc}).all())
        return frozenset((row.household, row.id, row.attempts) for row in found)

    def recover_stalled(self, attempts: Set[Attempt], before_utc: datetime, now: datetime) -> int:
        by_household: dict[str, list[int]] = {}
        for household, delivery, _ in sorted(attempts):
            by_household.setdefault(household, []).append(delivery)
        return sum(
            self._ledger.of(household).recover_stalled(theirs, before_utc, now)
            for household, theirs in by_household.items()
        )

    def _make_jobs(self, jobs: Jobs, slips: Sequence[Slip], mark: Mark, values: Mapping[str, Any]) -> int:
        if not slips:
            return 0
        lanes = jobs.lanes(slips)  # here, where no row is locked: it may read many files
        return self._write(lambda connection: _mark_and_add(connection, jobs, lanes, mark, values))


def _new(connection: Connection, jobs: Jobs, now: datetime) -> list[Slip]:
    room = min(jobs.room(connection.connection.dbapi_connection), AT_A_TIME)
    return _slips(connection, NEW, {"now": now, "at_most": room}) if room > 0 else []


def _lost(connection: Connection, jobs: Jobs, values: Mapping[str, Any]) -> list[Slip]:
    """Jobs and deliveries as they were at one moment. Room is not asked for: they had theirs."""
    overdue = _slips(connection, LOST, values)
    held = jobs.held(connection.connection.dbapi_connection) if overdue else ()
    return [slip for slip in overdue if slip.id not in held][:AT_A_TIME]


def _slips(connection: Connection, statement: Select[Any], values: Mapping[str, Any]) -> list[Slip]:
    return [Slip(**row._mapping) for row in connection.execute(statement, values)]


def _mark_and_add(
    connection: Connection, jobs: Jobs, lanes: Mapping[int, Lane], mark: Mark, values: Mapping[str, Any]
) -> int:  # fmt: skip
    """Jobs for those of these that can still be marked; how many."""
    marked: set[int] = set()
    for batch in batches(list(lanes)):
        marked.update(connection.execute(mark, {**values, "ids": batch}).scalars())
    if marked:
        going = {id_: lane for id_, lane in lanes.items() if id_ in marked}
        jobs.add(connection.connection.dbapi_connection, going)
    return len(marked)


def _still_pending(connection: Connection, ids: Sequence[int]) -> list[Delivery]:
    found = {row.id: rows.delivery(row) for batch in batches(ids) for row in connection.execute(STILL, {"ids": batch})}
    return [found[id_] for id_ in ids if id_ in found]


def _take_back(connection: Connection, ids: Sequence[int]) -> None:
    for batch in batches(ids):
        connection.execute(TAKE_BACK, {"ids": batch})
