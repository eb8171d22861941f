"""The outbox handed out to many machines: which deliveries have a job, and which lost theirs. Makes no job itself.

Rows somebody else is at work on are passed over, so that any number of planners and workers may ask at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select, update

from ritualsd.model import Delivery, DeliveryState, Settlement
from ritualsd.ports import Jobs, Slip
from ritualsd.store import rows
from ritualsd.store.ledger import Ledger
from ritualsd.store.registry import WORDLESS
from ritualsd.store.tables import attempts, deliveries
from ritualsd.store.tx import batches

AT_A_TIME = 4000
"""So many are handed out in one transaction: their rows are locked only for a moment."""

_D, _A = deliveries.c, attempts.c
_PENDING = _D.state == DeliveryState.PENDING
_SLIP = (_D.id, _D.household, _D.person, _D.channel)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


def _due(marked: Any) -> Select[Any]:
    return (
        select(*_SLIP)
        .where(_PENDING, _D.next_attempt_utc <= bindparam("now"), marked)
        .order_by(_D.next_attempt_utc, _D.id)
        .limit(bindparam("at_most"))
        .with_for_update(skip_locked=True)
    )


NEW = _due(_D.queued_utc.is_(None))
LOST = _due(_D.queued_utc < bindparam("again_before"))
NEXT = select(_D.next_attempt_utc).where(_PENDING, _D.queued_utc.is_(None)).order_by(_D.next_attempt_utc).limit(1)
MARK = update(deliveries).where(_D.id.in_(_IDS)).values(queued_utc=bindparam("at_utc"))
TAKE_BACK = update(deliveries).where(_D.id.in_(_IDS), _PENDING).values(queued_utc=None)
STILL = select(*WORDLESS).where(_D.id.in_(_IDS), _PENDING)
STALLED = (
    select(_D.household)
    .distinct()
    .join_from(deliveries, attempts, (_A.delivery == _D.id) & (_A.number == _D.attempts))
    .where(_D.state == DeliveryState.SENDING, _A.started_utc < bindparam("before_utc"))
)


class QueueDrawer:
    """`ports.Queue` on the database of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._read, self._write = ledger.database.read, ledger.database.write

    def hand_out(self, jobs: Jobs, now: datetime, again_before: datetime) -> int:
        return self._write(lambda connection: _hand_out(connection, jobs, now, again_before))

    def next_utc(self) -> datetime | None:
        return self._read(lambda connection: connection.execute(NEXT).scalar())

    def still_pending(self, ids: Sequence[int]) -> list[Delivery]:
        return self._read(lambda connection: _still_pending(connection, ids))

    def take_back(self, ids: Sequence[int]) -> None:
        self._write(lambda connection: _change(connection, TAKE_BACK, ids))

    def put_off(self, delivery: Delivery, code: str, until_utc: datetime, now: datetime) -> None:
        again = Settlement(state=DeliveryState.PENDING, code=code, next_attempt_utc=until_utc)
        self._ledger.of(delivery.household).settle(delivery.id, again, None, now)

    def recover_stalled(self, before_utc: datetime, now: datetime) -> int:
        found = self._read(lambda connection: connection.execute(STALLED, {"before_utc": before_utc}).scalars().all())
        return sum(self._ledger.of(household).recover_stalled(before_utc, now) for household in found)


def _hand_out(connection: Connection, jobs: Jobs, now: datetime, again_before: datetime) -> int:
    raw = connection.connection.dbapi_connection
    room = min(jobs.room(raw), AT_A_TIME)
    if room <= 0:
        return 0
    slips = _slips(connection, NEW, now=now, at_most=room)
    if not slips and jobs.is_idle(raw):
        slips = _slips(connection, LOST, now=now, at_most=room, again_before=again_before)
    if slips:
        _change(connection, MARK, [slip.id for slip in slips], at_utc=now)
        jobs.add(raw, slips)
    return len(slips)


def _slips(connection: Connection, statement: Select[Any], **values: Any) -> list[Slip]:
    return [Slip(**row._mapping) for row in connection.execute(statement, values)]


def _still_pending(connection: Connection, ids: Sequence[int]) -> list[Delivery]:
    found = {row.id: rows.delivery(row) for batch in batches(ids) for row in connection.execute(STILL, {"ids": batch})}
    return [found[id_] for id_ in ids if id_ in found]


def _change(connection: Connection, statement: Any, ids: Sequence[int], **values: Any) -> None:
    for batch in batches(ids):
        connection.execute(statement, {"ids": batch, **values})
