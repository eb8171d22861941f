"""How deep people have gone: what they answered, how hard it was, and what must not be said after a step back.

Every function runs inside the caller's transaction and reads no words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select, tuple_, update

from ritualsd.model import ActionKind, DeliveryState, OccurrenceState
from ritualsd.store.answering import STANDING
from ritualsd.store.kinds import Utc
from ritualsd.store.tables import deliveries, occurrences, replies
from ritualsd.store.tx import HOUSEHOLD, Tx

_O, _R, _D = occurrences.c, replies.c, deliveries.c
_LEVEL: BindParameter[int] = bindparam("level")

ANSWERED = (
    select(_O.depth, func.count().label("answers"))
    .join_from(replies, occurrences)
    .where(*STANDING, _R.person == bindparam("of_person"), _O.depth > 0)
    .group_by(_O.depth)
)
RATINGS = select(_R.words).where(
    *STANDING,
    _R.ritual == bindparam("of_ritual"),
    _R.action == ActionKind.SCALE,
    _R.received_utc >= bindparam("since_utc", type_=Utc()),
)
_UNSAID = (_O.household == HOUSEHOLD, _O.state == OccurrenceState.READY, _O.depth > _LEVEL)
_THEIRS = select(_O.ritual, _O.slot).where(*_UNSAID, _O.person == bindparam("of_person"))
_TRIED = select(_D.occurrence).where(_D.household == HOUSEHOLD, _D.attempts > 0)
TOO_DEEP = select(_O.id).where(*_UNSAID, tuple_(_O.ritual, _O.slot).in_(_THEIRS), _O.id.not_in(_TRIED))
TAKE_BACK = (
    update(deliveries)
    .where(_D.occurrence == bindparam("of_occurrence"), _D.state == DeliveryState.PENDING)
    .values(state=DeliveryState.CANCELLED, reply_token="")
)
PLAN_AGAIN = (
    update(occurrences)
    .where(_O.id == bindparam("of_occurrence"))
    .values(state=OccurrenceState.PLANNED, title="", body="", source="", words_hash="", drawn=None, depth=0)
)


def answered(tx: Tx, person: str) -> Mapping[int, int]:
    """How many answers of this person stand, by the depth of the prompt they answer."""
    return {row.depth: row.answers for row in tx.run(ANSWERED, of_person=person)}


def ratings(tx: Tx, ritual: str, since_utc: datetime) -> tuple[str, ...]:
    """The ratings of a ritual that stand, anyone's, given since then."""
    return tuple(tx.run(RATINGS, of_ritual=ritual, since_utc=since_utc).scalars())


def unsay_deeper(tx: Tx, person: str, level: int) -> int:
    """Let what lies ready for this person and is deeper than `level` be worded anew, for all who share its slot.

    What was tried once is left: it may have arrived. Returns how many.
    """
    found = tx.run(TOO_DEEP, of_person=person, level=level).scalars().all()
    each = [{"of_occurrence": occurrence} for occurrence in found]
    tx.run_each(TAKE_BACK, each)
    tx.run_each(PLAN_AGAIN, each)
    return len(each)
