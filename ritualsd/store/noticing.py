"""The notices of a slot when somebody answers: nudges that end, a reveal that is worded anew, notices that come now.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from ritualsd.core.notices import MARK, NUDGES
from ritualsd.core.reasons import reason
from ritualsd.model import Consequences, DeliveryState, OccurrenceState
from ritualsd.store.answering import answers_at
from ritualsd.store.planner import LIVE, record
from ritualsd.store.preparing import CANCEL_PENDING, UNDER_WAY, end
from ritualsd.store.tables import deliveries, occurrences
from ritualsd.store.tx import HOUSEHOLD, Tx, unindexed

_O, _D = occurrences.c, deliveries.c

HERE = (
    select(_O.ritual, _O.slot, _O.person, _O.part)
    .where(_O.household == HOUSEHOLD, _O.id == bindparam("of_occurrence"))
    .with_for_update()
)
NOTICES = select(_O.id, _O.part, _O.person, _O.state).where(
    _O.household == HOUSEHOLD,
    _O.ritual == bindparam("of_ritual"),
    _O.slot == bindparam("at_slot"),
    _O.state.in_(LIVE),
)
TRIED = (
    select(_D.id)
    .where(
        unindexed(_D.household) == HOUSEHOLD,
        _D.occurrence == bindparam("of_occurrence"),
        unindexed(_D.state).in_(UNDER_WAY),
        (_D.attempts > 0) | (_D.state == DeliveryState.SENDING),
    )
    .limit(1)
)
WORD_ANEW = (
    update(occurrences)
    .where(_O.household == HOUSEHOLD, _O.id == bindparam("of_occurrence"), _O.state == OccurrenceState.READY)
    .values(state=OccurrenceState.PLANNED)
)


def answered(tx: Tx, occurrence: int, also: Consequences, now: datetime) -> None:
    """What a reply to `occurrence` changes beside it: its person's nudges end, and what tells of the answer says it
    as it is now, or is recorded where everyone it waited for has answered."""
    here = tx.run(HERE, of_occurrence=occurrence).one()
    start = f"{here.part}{MARK}"
    for notice in tx.run(NOTICES, of_ritual=here.ritual, at_slot=here.slot).all():
        if not notice.part.startswith(start):
            continue
        if not notice.part.removeprefix(start).startswith(NUDGES):
            _word_anew(tx, notice)
        elif notice.person == here.person:
            end(tx, notice.id, OccurrenceState.SKIPPED, reason("answered"), now)
    if also.later:
        record(tx, also.later)
    if also.notices and also.when_all <= answers_at(tx, here.ritual, here.slot, here.part).keys():
        record(tx, also.notices)


def _word_anew(tx: Tx, notice: Row[Any]) -> None:
    """Let its words be made again, unless some of them may be on their way: a retry says the same."""
    if notice.state is OccurrenceState.READY and not tx.run(TRIED, of_occurrence=notice.id).first():
        tx.run(CANCEL_PENDING, of_occurrence=notice.id, code="reworded", reason="")
        tx.run(WORD_ANEW, of_occurrence=notice.id)
