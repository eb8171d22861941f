"""Several messages of one person that wait become one, in one moment. Decides neither which nor what it says.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select

from ritualsd.core.reasons import reason
from ritualsd.model import Delivery, DeliveryState, Message, Occurrence, OccurrenceState, Pass
from ritualsd.store import rows
from ritualsd.store.planner import record
from ritualsd.store.preparing import commit_ready, end
from ritualsd.store.tables import deliveries, occurrences
from ritualsd.store.tx import HOUSEHOLD, Tx, unindexed

_D, _O = deliveries.c, occurrences.c
TOLD_TOGETHER = reason("digest")

PUT_OFF = (
    select(*rows.DELIVERY)
    .where(
        _D.household == HOUSEHOLD,
        _D.state == DeliveryState.PENDING,
        _D.attempts == 0,
        _D.code.in_(bindparam("with_codes", expanding=True)),
    )
    .order_by(_D.next_attempt_utc)
    .limit(500)
)
STILL = select(_D.id).where(
    unindexed(_D.household) == HOUSEHOLD,
    unindexed(_D.state) == DeliveryState.PENDING,
    _D.id.in_(bindparam("these", expanding=True)),
)
MADE = select(_O.id).where(
    _O.household == HOUSEHOLD,
    _O.ritual == bindparam("of_ritual"),
    _O.person == bindparam("of_person"),
    _O.slot == bindparam("at_slot"),
    _O.state == OccurrenceState.PLANNED,
)


def put_off(tx: Tx, codes: Collection[str]) -> list[Delivery]:
    """Deliveries that were never attempted and wait for one of these reasons."""
    return [rows.delivery(row) for row in tx.run(PUT_OFF, with_codes=list(codes))]


def fold(
    tx: Tx, parts: Sequence[Delivery], whole: Occurrence, message: Message, delivery: Delivery, grant: Pass,
    now: datetime,
) -> bool:  # fmt: skip
    """Put `whole` in the place of `parts`; False, and nothing done, where one of them is no longer waiting."""
    if len(tx.run(STILL, these=[part.id for part in parts]).all()) != len(parts):
        return False
    record(tx, [whole])
    made = tx.run(MADE, of_ritual=whole.ritual, of_person=whole.person, at_slot=whole.slot).scalar_one_or_none()
    if made is None:
        return False
    for part in parts:
        end(tx, part.occurrence, OccurrenceState.SKIPPED, TOLD_TOGETHER, now)
    ready, link = replace(delivery, occurrence=made), replace(grant, occurrence=made)
    commit_ready(tx, made, message, [ready], None, scope="", kind="", now=now, grant=link)
    return True
