"""The delivering side of the ledger: the outbox, its claims, and what came of them. Sends nothing.

Every function runs inside the caller's transaction. A claim is a conditional UPDATE: whoever changes the row has it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select, update

from ritualsd.model import Delivery, DeliveryState, Occurrence, Outcome
from ritualsd.ports import Settlement
from ritualsd.store import planner, rows
from ritualsd.store.kinds import Utc
from ritualsd.store.planner import LIVE
from ritualsd.store.preparing import UNDER_WAY, end, put_deliveries
from ritualsd.store.tables import attempts, channels, deliveries, occurrences
from ritualsd.store.tx import HOUSEHOLD, Tx, batches, insert_into, put_over

_D, _A, _C, _O = deliveries.c, attempts.c, channels.c, occurrences.c
_PENDING = and_(_D.household == HOUSEHOLD, _D.state == DeliveryState.PENDING)
_THIS = and_(_D.household == HOUSEHOLD, _D.id == bindparam("of_delivery"))

DUE = (
    select(*rows.DELIVERY)
    .where(_PENDING, _D.next_attempt_utc <= bindparam("until_utc"))
    .order_by(_D.next_attempt_utc)
    .limit(bindparam("at_most"))
)
NEXT = select(_D.next_attempt_utc).where(_PENDING).order_by(_D.next_attempt_utc).limit(1)
HOW_MANY = select(func.count()).select_from(deliveries).where(_D.household == HOUSEHOLD, _D.state.in_(UNDER_WAY))
WAITING = (
    select(*rows.OCCURRENCE)
    .where(
        _O.household == HOUSEHOLD,
        _O.id.in_(
            select(_D.occurrence).where(
                _D.household == HOUSEHOLD, _D.state.in_(UNDER_WAY), _D.code.not_in(bindparam("not_for", expanding=True))
            )
        ),
    )
    .limit(bindparam("at_most"))
)

CLAIM = (
    update(deliveries)
    .where(_THIS, _D.state == DeliveryState.PENDING)
    .values(state=DeliveryState.SENDING, attempts=_D.attempts + 1)
    .returning(*rows.DELIVERY)
)
BEGIN_ATTEMPT = insert_into(attempts)
END_ATTEMPT = update(attempts).where(
    _A.household == HOUSEHOLD,
    _A.delivery == bindparam("of_delivery"),
    _A.number == bindparam("at_number"),
    _A.ended_utc.is_(None),
)
HELD = (
    select(_D.state, _D.attempts, _D.person, _D.channel, _D.occurrence, _O.state.label("occurrence_state"))
    .join_from(deliveries, occurrences)
    .where(_THIS, _D.state.in_(UNDER_WAY))
    .with_for_update()
)
CHANGE = update(deliveries).where(_THIS)
ORPHANS = select(_D.id).where(
    _D.household == HOUSEHOLD,
    _D.state == DeliveryState.SENDING,
    ~select(_A.delivery)
    .where(_A.delivery == _D.id, _A.number == _D.attempts, _A.boot == bindparam("this_boot"))
    .correlate(deliveries)
    .exists(),
)
STALLED = select(_D.id).where(
    _D.household == HOUSEHOLD,
    _D.id.in_(bindparam("ids", expanding=True)),
    _D.state == DeliveryState.SENDING,
    select(_A.delivery)
    .where(_A.delivery == _D.id, _A.number == _D.attempts, _A.started_utc < bindparam("before_utc", type_=Utc()))
    .correlate(deliveries)
    .exists(),
)
PUT_WELL = put_over(channels)
_ILL = insert_into(channels)
PUT_ILL = _ILL.on_conflict_do_update(
    index_elements=["household", "label"],
    set_={
        "failures": _C.failures + 1,
        "failing_since_utc": func.coalesce(_C.failing_since_utc, _ILL.excluded.failing_since_utc),
        "last_attempt_utc": _ILL.excluded.last_attempt_utc,
        "last_code": _ILL.excluded.last_code,
    },
)
CRASH = Outcome(kind="unknown", code="crash")


def due_deliveries(tx: Tx, now: datetime, limit: int) -> list[Delivery]:
    """Pending deliveries whose next attempt is due, the one waiting longest first."""
    return [rows.delivery(row) for row in tx.run(DUE, until_utc=now, at_most=limit)]


def next_delivery(tx: Tx) -> datetime | None:
    """The earliest next attempt of all pending deliveries."""
    return tx.run(NEXT).scalar()


def pending(tx: Tx) -> int:
    """Deliveries not yet over."""
    return int(tx.run(HOW_MANY).scalar_one())


def pending_at(tx: Tx, limit: int, leaving_out: Collection[str]) -> list[Occurrence]:
    """What the deliveries not yet over are about, but for those that wait for one of these reasons."""
    return [rows.occurrence(row) for row in tx.run(WAITING, at_most=limit, not_for=list(leaving_out))]


def claim(tx: Tx, delivery: int, boot: str, now: datetime) -> Delivery | None:
    """PENDING → SENDING with its attempt row; None when somebody else has it, or it is over."""
    row = tx.run(CLAIM, of_delivery=delivery).one_or_none()
    if row is None:
        return None
    claimed = rows.delivery(row)
    attempt = {"delivery": claimed.id, "number": claimed.attempts, "boot": boot, "started_utc": now}
    tx.put(BEGIN_ATTEMPT, [attempt])
    return claimed


def settle(tx: Tx, delivery: int, settlement: Settlement, outcome: Outcome | None, now: datetime) -> None:
    """An outcome and all that follows from it. A delivery that is already over keeps what it has.

    UNKNOWN is kept as PENDING: what may not have arrived is sent again. A retry or fallback of an occurrence that
    ended meanwhile is cancelled.
    """
    held = tx.run(HELD, of_delivery=delivery).one_or_none()
    if held is None:
        return
    live = held.occurrence_state in LIVE
    if outcome is not None or held.state is DeliveryState.SENDING:
        _end_attempt(tx, delivery, held.attempts, outcome or Outcome(kind="unknown", code=settlement.code), now)
    _change(tx, delivery, settlement, live, now)
    if settlement.fallback is not None and live:
        put_deliveries(tx, [settlement.fallback])
    if settlement.occurrence is not None:
        end(tx, held.occurrence, *settlement.occurrence, now)
    if settlement.notices:
        planner.record(tx, settlement.notices)
    if settlement.healthy is not None:
        _health(tx, f"{held.person}/{held.channel}", settlement.healthy, settlement.code, now)


def recover(tx: Tx, boot: str, now: datetime) -> int:
    """Settle what another boot left in flight: unknown, and pending again at once."""
    return _give_back(tx, tx.run(ORPHANS, this_boot=boot).scalars().all(), now)


def recover_stalled(tx: Tx, deliveries: Collection[int], before_utc: datetime, now: datetime) -> int:
    """Settle likewise those of these that have been in flight since before then, whoever sent them."""
    found = (tx.run(STALLED, ids=batch, before_utc=before_utc).scalars() for batch in batches(deliveries))
    return _give_back(tx, [id_ for each in found for id_ in each], now)


def _give_back(tx: Tx, left: Sequence[int], now: datetime) -> int:
    again = Settlement(state=DeliveryState.PENDING, code=CRASH.code, next_attempt_utc=now)
    for delivery in left:
        settle(tx, delivery, again, CRASH, now)
    return len(left)


def _end_attempt(tx: Tx, delivery: int, number: int, outcome: Outcome, now: datetime) -> None:
    tx.run(
        END_ATTEMPT,
        of_delivery=delivery,
        at_number=number,
        ended_utc=now,
        kind=outcome.kind,
        code=outcome.code,
        provider_id=outcome.provider_id,
    )


def _change(tx: Tx, delivery: int, settlement: Settlement, live: bool, now: datetime) -> None:
    state = settlement.state
    if state in (DeliveryState.PENDING, DeliveryState.UNKNOWN):
        state = DeliveryState.PENDING if live else DeliveryState.CANCELLED
    changes: dict[str, object] = {"state": state, "code": settlement.code, "queued_utc": None}
    changes["reason"] = settlement.reason.detail if settlement.reason else ""
    if state is DeliveryState.SENT:
        changes["sent_utc"] = now
    if state is not DeliveryState.PENDING:
        changes["reply_token"] = ""
    if settlement.next_attempt_utc is not None:
        changes["next_attempt_utc"] = settlement.next_attempt_utc
    tx.run(CHANGE, of_delivery=delivery, **changes)


def _health(tx: Tx, label: str, healthy: bool, code: str, now: datetime) -> None:
    row = {"label": label, "last_attempt_utc": now, "last_code": code}
    if healthy:
        tx.put(PUT_WELL, [row | {"failures": 0, "failing_since_utc": None}])
    else:
        tx.put(PUT_ILL, [row | {"failures": 1, "failing_since_utc": now}])
