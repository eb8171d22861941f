"""The replies in the ledger, and what one does to the occurrence it answers. Reads no words and decides no time.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select, update

from ritualsd.core.reasons import reason
from ritualsd.errors import RitualsdError
from ritualsd.model import ActionKind, Delivery, DeliveryState, OccurrenceState, Reply
from ritualsd.store import rows
from ritualsd.store.doing import STANDING, recount
from ritualsd.store.kinds import Utc
from ritualsd.store.preparing import CANCEL_PENDING, end, put_deliveries
from ritualsd.store.tables import deliveries, occurrences, replies
from ritualsd.store.tx import HOUSEHOLD, Tx, insert_into

_R, _O, _D = replies.c, occurrences.c, deliveries.c

PUT_REPLY = insert_into(replies).on_conflict_do_nothing(index_elements=["household", "source", "source_msg_id"])
REPLIES = (
    select(*rows.REPLY)
    .where(_R.household == HOUSEHOLD, _R.occurrence == bindparam("of_occurrence"))
    .order_by(_R.received_utc, _R.id)
)
WORDS_OF = (
    select(*rows.REPLY)
    .where(
        *STANDING,
        _R.person == bindparam("of_person"),
        _R.action == ActionKind.TEXT,
        _R.received_utc >= bindparam("from_utc", type_=Utc()),
        _R.received_utc < bindparam("until_utc", type_=Utc()),
    )
    .order_by(_R.received_utc, _R.id)
    .limit(100)
)
SENT_SO_FAR = select(_D.order, _D.state).where(_D.household == HOUSEHOLD, _D.occurrence == bindparam("of_occurrence"))
REOPEN = (
    update(occurrences)
    .where(_O.household == HOUSEHOLD, _O.id == bindparam("of_occurrence"))
    .values(state=OccurrenceState.READY, reason="", detail="", closed_utc=None)
)


def reply(tx: Tx, given: Reply, again: Delivery | None, now: datetime) -> bool:
    """Keep a reply with all that follows from it; False when this very message is on record."""
    if not tx.put(PUT_REPLY, [rows.values(given, without=("id",))]):
        return False
    if again is None:
        end(tx, given.occurrence, OccurrenceState.SKIPPED, reason("answered"), now)
    else:
        _say_again(tx, again)
    recount(tx, [given.ritual], now)
    return True


def replies_to(tx: Tx, occurrence: int) -> list[Reply]:
    """Everything that was replied to an occurrence, the one that stands last."""
    return [rows.reply(row) for row in tx.run(REPLIES, of_occurrence=occurrence)]


def words_of(tx: Tx, person: str, from_utc: datetime, until_utc: datetime) -> list[Reply]:
    """What one person answered in words in that time, as far as it stands."""
    return [rows.reply(row) for row in tx.run(WORDS_OF, of_person=person, from_utc=from_utc, until_utc=until_utc)]


def _say_again(tx: Tx, again: Delivery) -> None:
    """Put a delivery after all there were, in place of what is pending, and open the occurrence for it."""
    before = tx.run(SENT_SO_FAR, of_occurrence=again.occurrence).all()
    if any(row.state is DeliveryState.SENDING for row in before):
        raise RitualsdError("it is being sent at this very moment", todo="answer again in a minute")
    tx.run(CANCEL_PENDING, of_occurrence=again.occurrence, code=again.code, reason="")
    put_deliveries(tx, [replace(again, order=1 + max((row.order for row in before), default=-1))])
    tx.run(REOPEN, of_occurrence=again.occurrence)
