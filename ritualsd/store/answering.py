"""Which replies stand, as the pure rule says it: kept beside each reply, so that a query need not know the rule.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import takewhile

from sqlalchemy import bindparam, select, update

from ritualsd.core.notices import MARK as MARK_OF_NOTICE
from ritualsd.core.replies import shared, standing
from ritualsd.model import ActionKind, OccurrenceState, Reply
from ritualsd.store import rows
from ritualsd.store.kinds import Utc
from ritualsd.store.tables import occurrences, replies
from ritualsd.store.tx import HOUSEHOLD, Tx

_R, _O = replies.c, occurrences.c

STANDING = (
    _R.household == HOUSEHOLD,
    _R.stands,
    _R.action.in_([kind for kind in ActionKind if kind.answers]),
)
"""The answers that stand. What a later reply took back is only history."""

MOST_COUNTED = 9

REPLIES = (
    select(*rows.REPLY)
    .where(_R.household == HOUSEHOLD, _R.occurrence == bindparam("of_occurrence"))
    .order_by(_R.received_utc, _R.id)
)
MARK = (
    update(replies)
    .where(_R.household == HOUSEHOLD, _R.occurrence == bindparam("of_occurrence"))
    .values(stands=_R.id == bindparam("the_one"))
)
REPLIES_AT = (
    select(*rows.REPLY)
    .join_from(replies, occurrences)
    .where(
        _O.household == HOUSEHOLD,
        _O.ritual == bindparam("of_ritual"),
        _O.slot == bindparam("at_slot"),
        _O.part == bindparam("of_part"),
    )
    .order_by(_R.received_utc, _R.id)
)
TOLD = (
    select(_O.slot, select(_R.id).where(_R.occurrence == _O.id).correlate(occurrences).exists().label("replied"))
    .where(
        _O.household == HOUSEHOLD,
        _O.ritual == bindparam("of_ritual"),
        _O.person == bindparam("of_person"),
        _O.state == OccurrenceState.CLOSED,
        _O.due_utc < bindparam("before_utc", type_=Utc()),
        _O.part.not_like(f"%{MARK_OF_NOTICE}%"),
    )
    .order_by(_O.due_utc.desc())
    .limit(3 * MOST_COUNTED)
)


def replies_to(tx: Tx, occurrence: int) -> list[Reply]:
    """Everything that was replied to an occurrence, oldest first."""
    return [rows.reply(row) for row in tx.run(REPLIES, of_occurrence=occurrence)]


def settle_standing(tx: Tx, occurrence: int) -> Reply | None:
    """Mark the reply that stands now, and return it."""
    stands = standing(replies_to(tx, occurrence))
    tx.run(MARK, of_occurrence=occurrence, the_one=stands.id if stands else 0)
    return stands


def answers_at(tx: Tx, ritual: str, slot: str, part: str) -> Mapping[str, Reply]:
    """The answers in time that stand at one slot, by person."""
    given: dict[str, list[Reply]] = {}
    for row in tx.run(REPLIES_AT, of_ritual=ritual, at_slot=slot, of_part=part):
        given.setdefault(row.person, []).append(rows.reply(row))
    answers = {person: shared(each) for person, each in given.items()}
    return {person: answer for person, answer in answers.items() if answer is not None}


def unanswered(tx: Tx, ritual: str, person: str, before_utc: datetime) -> int:
    """How many of the newest slots told before then got no reply, in a row; reminders of one slot are one."""
    slots: dict[str, bool] = {}
    for row in tx.run(TOLD, of_ritual=ritual, of_person=person, before_utc=before_utc):
        slots[row.slot] = slots.get(row.slot, False) or row.replied
    return len(list(takewhile(lambda replied: not replied, slots.values()))[:MOST_COUNTED])
