"""How deep people have gone: what they answered, how hard it was, and what must not be said after a step back.

Every function runs inside the caller's transaction and reads no words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from ritualsd.core.fit import TOUCH
from ritualsd.core.ladder import START
from ritualsd.model import ActionKind, DeliveryState, OccurrenceState
from ritualsd.store.answering import STANDING
from ritualsd.store.kinds import Utc
from ritualsd.store.tables import deliveries, occurrences, replies
from ritualsd.store.tx import HOUSEHOLD, Tx, unindexed

_O, _R, _D = occurrences.c, replies.c, deliveries.c

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
_TRIED = select(_D.occurrence).where(_D.household == HOUSEHOLD, _D.attempts > 0)
UNSAID = (
    select(_O.id, _O.ritual, _O.slot, _O.person, _O.depth, _O.drawn)
    .where(_O.household == HOUSEHOLD, _O.state == OccurrenceState.READY, _O.drawn.is_not(None), _O.id.not_in(_TRIED))
)  # fmt: skip
TAKE_BACK = (
    update(deliveries)
    .where(_D.occurrence == bindparam("of_occurrence"), unindexed(_D.state) == DeliveryState.PENDING)
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


def withdraw(tx: Tx, person: str, key: str, value: str) -> None:
    """Let what lies ready and goes further than this setting now allows be worded anew, for all who share its slot.

    What was tried once is left: it may have arrived.
    """
    ready = tx.run(UNSAID).all() if key in ("level", "touch") else []
    if key == "level":
        level = int(value) if value.isdecimal() else START
        theirs = {(row.ritual, row.slot) for row in ready if row.person == person and row.depth > level}
    else:
        theirs = {(row.ritual, row.slot) for row in ready if value != "yes" and TOUCH in row.drawn["prompt"]["tags"]}
    each = [{"of_occurrence": row.id} for row in ready if (row.ritual, row.slot) in theirs]
    tx.run_each(TAKE_BACK, each)
    tx.run_each(PLAN_AGAIN, each)
