"""Many deliveries in one transaction: which may be tried, their claims, and what became of them. Sends nothing.

Every function runs inside the caller's transaction. What is common is done for all at once, what is rare for each.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select, update

from ritualsd.core.reasons import reason
from ritualsd.model import Delivery, DeliveryState, Due, Health, Occurrence, OccurrenceState, Settled
from ritualsd.store import planner, rows
from ritualsd.store.delivering import BEGIN_ATTEMPT, CHANGE, END_ATTEMPT, PUT_WELL, settle
from ritualsd.store.kinds import Utc
from ritualsd.store.planner import LIVE
from ritualsd.store.preparing import CANCEL_PENDING_OF, UNDER_WAY
from ritualsd.store.tables import channels, deliveries, occurrences
from ritualsd.store.tx import HOUSEHOLD, Tx, unindexed

_D, _O, _C = deliveries.c, occurrences.c, channels.c
_THESE = and_(unindexed(_D.household) == HOUSEHOLD, _D.id.in_(bindparam("ids", expanding=True)))
_PENDING = unindexed(_D.state) == DeliveryState.PENDING
_WITHOUT_WORDS = tuple(column for column in rows.OCCURRENCE if column.name not in ("title", "body"))
_NOW = bindparam("at_utc", type_=Utc())

DUE_AMONG = (
    select(*rows.DELIVERY, *_WITHOUT_WORDS, _C.failures, _C.failing_since_utc, _C.last_attempt_utc, _C.last_code)
    .join_from(deliveries, occurrences)
    .outerjoin(channels, (_C.household == _D.household) & (_C.label == _D.person + "/" + _D.channel))
    .where(_THESE, _PENDING, _D.next_attempt_utc <= _NOW)
    .order_by(_D.next_attempt_utc, _D.id)
    .with_for_update(of=deliveries)
)
CLAIM_EACH = (
    update(deliveries)
    .where(_THESE, _PENDING)
    .values(state=DeliveryState.SENDING, attempts=_D.attempts + 1)
    .returning(_D.id, _D.attempts)
)
HELD_AMONG = (
    select(_D.id, _D.attempts, _D.person, _D.channel, _D.occurrence)
    .join_from(deliveries, occurrences)
    .where(_THESE, unindexed(_D.state).in_(UNDER_WAY), _O.state.in_(LIVE))
    .order_by(_D.id)
    .with_for_update()
)
CLOSE = update(occurrences).where(_O.household == HOUSEHOLD, _O.id == bindparam("of_occurrence"))
IN_FLIGHT = select(func.count()).where(
    _D.household == HOUSEHOLD,
    _D.state == DeliveryState.SENDING,
    _D.next_attempt_utc <= _NOW,  # as all of them are; so the few are found by their state, not among all of a person's
    _D.person == bindparam("of_person"),
    _D.ritual.not_in(bindparam("leaving_out", expanding=True)),
)

SENT = reason("sent")
_OCCURRENCE = [column.name for column in _WITHOUT_WORDS]
_HEALTH = ("failures", "failing_since_utc", "last_attempt_utc", "last_code")


def due_among(tx: Tx, ids: Collection[int], now: datetime) -> list[Due]:
    """Those of these deliveries that are pending and due, the one waiting longest first."""
    return [_due(row) for row in tx.run(DUE_AMONG, ids=list(ids), at_utc=now)] if ids else []


def _due(row: Row[Any]) -> Due:
    middle, end = len(rows.DELIVERY_FIELDS), len(rows.DELIVERY_FIELDS) + len(_OCCURRENCE)
    health = Health() if row[end] is None else Health(**dict(zip(_HEALTH, row[end:], strict=True)))
    return Due(
        delivery=Delivery(**dict(zip(rows.DELIVERY_FIELDS, row[:middle], strict=True))),
        occurrence=Occurrence(**dict(zip(_OCCURRENCE, row[middle:end], strict=True))),
        health=health,
    )


def claim_each(tx: Tx, wanted: Sequence[Delivery], boot: str, now: datetime) -> list[Delivery]:
    """PENDING → SENDING for those that still are, each with its attempt row."""
    if not wanted:
        return []
    numbers = {row.id: row.attempts for row in tx.run(CLAIM_EACH, ids=[each.id for each in wanted])}
    attempts = [{"delivery": id_, "number": number} for id_, number in numbers.items()]
    tx.put(BEGIN_ATTEMPT, [each | {"boot": boot, "started_utc": now} for each in attempts])
    won = [each for each in wanted if each.id in numbers]
    return [replace(each, state=DeliveryState.SENDING, attempts=numbers[each.id]) for each in won]


def settle_each(tx: Tx, settled: Sequence[Settled]) -> None:
    """Each outcome and all that follows from it, as `delivering.settle` does it."""
    sent = {each.delivery: each for each in settled if _is_plainly_sent(each)}
    held = {row.id: row for row in tx.run(HELD_AMONG, ids=list(sent))} if sent else {}
    _close(tx, [(held[id_], each) for id_, each in sent.items() if id_ in held])
    for each in settled:
        if each.delivery not in held:
            settle(tx, each.delivery, each.settlement, each.outcome, each.at_utc)


def in_flight(tx: Tx, person: str, leaving_out: Collection[str], now: datetime) -> int:
    """How many messages are being sent to a person at this moment."""
    return int(tx.run(IN_FLIGHT, of_person=person, leaving_out=list(leaving_out), at_utc=now).scalar_one())


def _is_plainly_sent(each: Settled) -> bool:
    """Whether it ended as nearly all do: tried, accepted, its occurrence closed, and its channel well."""
    end = each.settlement
    closed = end.occurrence is not None and end.occurrence[0] is OccurrenceState.CLOSED
    return each.outcome is not None and end.state is DeliveryState.SENT and closed and bool(end.healthy)


def _close(tx: Tx, sent: Sequence[tuple[Row[Any], Settled]]) -> None:
    tx.run_each(END_ATTEMPT, [_attempt(row, each) for row, each in sent])
    tx.run_each(CHANGE, [_change(row, each) for row, each in sent])
    tx.run_each(CLOSE, [_end(row, each) for row, each in sent])
    if sent:
        ended = [row.occurrence for row, _ in sent]
        tx.run(CANCEL_PENDING_OF, of_occurrences=ended, code=SENT.code, reason=SENT.detail)
    tx.put(PUT_WELL, [_well(row, each) for row, each in sent])
    planner.record(tx, [notice for _, each in sent for notice in each.settlement.notices])


def _attempt(row: Row[Any], each: Settled) -> dict[str, Any]:
    outcome = each.outcome
    assert outcome is not None  # noqa: S101 - a typed narrowing: what was not tried is no plain case
    tried = {"kind": outcome.kind, "code": outcome.code, "provider_id": outcome.provider_id}
    return {"of_delivery": row.id, "at_number": row.attempts, "ended_utc": each.at_utc} | tried


def _change(row: Row[Any], each: Settled) -> dict[str, Any]:
    sent = {"state": DeliveryState.SENT, "code": each.settlement.code, "reason": "", "sent_utc": each.at_utc}
    return {"of_delivery": row.id, "reply_token": ""} | sent


def _end(row: Row[Any], each: Settled) -> dict[str, Any]:
    closed = {"state": OccurrenceState.CLOSED, "reason": SENT.code, "detail": SENT.detail, "closed_utc": each.at_utc}
    return {"of_occurrence": row.occurrence} | closed


def _well(row: Row[Any], each: Settled) -> dict[str, Any]:
    well = {"failures": 0, "failing_since_utc": None, "last_attempt_utc": each.at_utc}
    return {"label": f"{row.person}/{row.channel}", "last_code": each.settlement.code} | well
