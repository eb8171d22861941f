"""Turns that are given back and taken over. A free turn is taken by a conditional UPDATE: the first yes has it.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update

from ritualsd.core.reasons import reason
from ritualsd.core.turns import FREE, SWAPPED
from ritualsd.model import DeliveryState, Handover, OccurrenceState
from ritualsd.store.planner import LIVE, NO_NOTICE, record
from ritualsd.store.preparing import CANCEL_PENDING_OF
from ritualsd.store.tables import deliveries, occurrences
from ritualsd.store.tx import HOUSEHOLD, Tx, unindexed

_O, _D = occurrences.c, deliveries.c
_WHOLE = occurrences.alias("whole")

# Every part of the slot: its reminders are one turn.
THE_TURN = (
    _O.household == HOUSEHOLD,
    NO_NOTICE,
    select(_WHOLE.c.id)
    .where(
        _WHOLE.c.id == bindparam("of_occurrence"),
        _WHOLE.c.household == HOUSEHOLD,
        _WHOLE.c.ritual == _O.ritual,
        _WHOLE.c.slot == _O.slot,
        _WHOLE.c.person == _O.person,
    )
    .exists(),
)
GIVE_BACK = (
    update(occurrences)
    .where(*THE_TURN, _O.state.in_((*LIVE, OccurrenceState.CLOSED)))
    .values(state=OccurrenceState.SKIPPED, reason=FREE, detail=reason(FREE).detail)
    .returning(_O.id)
)
TAKE = (
    update(occurrences)
    .where(*THE_TURN, _O.state == OccurrenceState.SKIPPED, _O.reason == FREE)
    .values(reason=SWAPPED, detail=reason(SWAPPED).detail)
)
KEEP = (
    update(occurrences)
    .where(
        *THE_TURN,
        _O.state == OccurrenceState.SKIPPED,
        _O.reason == FREE,
        select(_D.id)
        .where(_D.occurrence == _O.id, unindexed(_D.state) == DeliveryState.SENT)
        .correlate(occurrences)
        .exists(),
    )
    .values(state=OccurrenceState.CLOSED, reason="sent", detail=reason("sent").detail)
)


def give_back(tx: Tx, occurrence: int, now: datetime) -> None:
    """Take the turn an occurrence belongs to off the record of its person, and stop what was still to be sent of it."""
    ended = tx.run(GIVE_BACK, of_occurrence=occurrence, closed_utc=now).scalars().all()
    if ended:
        tx.run(CANCEL_PENDING_OF, of_occurrences=ended, code=FREE, reason=reason(FREE).detail)


def keep_after_all(tx: Tx, occurrence: int) -> None:
    """Whoever gave a turn back has done it, or thought again: where nobody took it, it is on their record anew."""
    tx.run(KEEP, of_occurrence=occurrence)


def take(tx: Tx, handover: Handover) -> bool:
    """Record the turn for whoever takes it, with the thanks for whoever gave it back; False where it is not free."""
    if not tx.run(TAKE, of_occurrence=handover.given_back).rowcount:
        return False
    record(tx, [handover.turn, handover.thanks])
    return True
