"""A reply on its way into the ledger, and what it does there to the occurrence it answers. Reads no words and decides
no time.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select, update

from ritualsd.core.reasons import reason
from ritualsd.errors import RitualsdError
from ritualsd.model import (
    NOTHING_ELSE,
    ActionKind,
    Consequences,
    Delivery,
    DeliveryState,
    OccurrenceState,
    Redraw,
    Reply,
)
from ritualsd.model.decision import AHEAD
from ritualsd.store import keeping, noticing, passing, personal, promising, rows, turning
from ritualsd.store.answering import STANDING, settle_standing
from ritualsd.store.doing import recount
from ritualsd.store.kinds import Utc
from ritualsd.store.preparing import CANCEL_PENDING, end, note_draw, put_deliveries, spoke, unsent_before
from ritualsd.store.tables import deliveries, occurrences, replies
from ritualsd.store.tx import HOUSEHOLD, Tx, insert_into

_R, _O, _D = replies.c, occurrences.c, deliveries.c

PUT_REPLY = insert_into(replies).on_conflict_do_nothing(index_elements=["household", "source", "source_msg_id"])
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
SAID = (
    select(*rows.REPLY)
    .where(_R.household == HOUSEHOLD, _R.person == bindparam("of_person"))
    .order_by(_R.received_utc, _R.id)
)
SENT_SO_FAR = select(_D.order, _D.state).where(_D.household == HOUSEHOLD, _D.occurrence == bindparam("of_occurrence"))
THIS = update(occurrences).where(_O.household == HOUSEHOLD, _O.id == bindparam("of_occurrence"))
REOPEN = THIS.values(state=OccurrenceState.READY, reason="", detail="", closed_utc=None)
ENDING = frozenset({*(kind for kind in ActionKind if kind.answers), ActionKind.SKIP})
"""What needs no further saying of the message it replies to."""


def reply(tx: Tx, given: Reply, again: Delivery | None, now: datetime, also: Consequences = NOTHING_ELSE) -> bool:
    """Keep a reply with all that follows from it; False when this very message is on record."""
    if also.cursor is not None:
        keeping.remember(tx, *also.cursor)
    if not tx.put(PUT_REPLY, [rows.values(given, without=("id",))]):
        return False
    stands = settle_standing(tx, given.occurrence)
    if also.frees:
        turning.give_back(tx, given.occurrence, now)
    elif stands is None or stands.action is not ActionKind.SKIP:
        turning.keep_after_all(tx, given.occurrence)
    if again is not None:
        _say_again(tx, again)
    else:
        _say_no_more(tx, given, now)
    _keep_beside(tx, given, also, now)
    noticing.answered(tx, given.occurrence, also, now)
    recount(tx, [given.ritual], now)
    for person in also.lets_go:
        for waiting in unsent_before(tx, given.ritual, person, now + AHEAD):
            end(tx, waiting.id, OccurrenceState.SKIPPED, reason("done"), now)
    return True


def words_of(tx: Tx, person: str, from_utc: datetime, until_utc: datetime) -> list[Reply]:
    """What one person answered in words in that time, as far as it stands."""
    return [rows.reply(row) for row in tx.run(WORDS_OF, of_person=person, from_utc=from_utc, until_utc=until_utc)]


def said(tx: Tx, person: str) -> list[Reply]:
    """Everything one person ever replied, oldest first."""
    return [rows.reply(row) for row in tx.run(SAID, of_person=person)]


def _say_again(tx: Tx, again: Delivery) -> None:
    """Put a delivery after all there were, in place of what is pending, and open the occurrence for it."""
    before = tx.run(SENT_SO_FAR, of_occurrence=again.occurrence).all()
    if any(row.state is DeliveryState.SENDING for row in before):
        raise RitualsdError("it is being sent at this very moment", todo="answer again in a minute")
    tx.run(CANCEL_PENDING, of_occurrence=again.occurrence, code=again.code, reason="")
    put_deliveries(tx, [replace(again, order=1 + max((row.order for row in before), default=-1))])
    tx.run(REOPEN, of_occurrence=again.occurrence)


def _say_no_more(tx: Tx, given: Reply, now: datetime) -> None:
    """End what needs no saying any more. What an undo ends is what was to come again, never a first message."""
    if given.action in ENDING or (given.action is ActionKind.UNDO and spoke(tx, given.occurrence)):
        end(tx, given.occurrence, OccurrenceState.SKIPPED, reason("answered"), now)


def _keep_beside(tx: Tx, given: Reply, also: Consequences, now: datetime) -> None:
    """What a person said beside the answer itself."""
    if also.grant is not None:
        passing.issue(tx, also.grant)
    if also.redraw is not None:
        _redraw(tx, given.occurrence, also.redraw, now)
    if also.taste is not None:
        personal.put_taste(tx, also.taste)
    if also.untaste is not None:
        personal.drop_taste(tx, also.untaste)
    if also.promise is not None:
        keep = promising.change if also.promise.id else promising.make
        keep(tx, also.promise, also.reminders)
    if also.pause is not None:
        keeping.pause(tx, also.pause)
    for ritual in also.resumes:
        keeping.resume(tx, ritual, given.person, now)
    if also.takes is not None:
        turning.take(tx, also.takes)


def _redraw(tx: Tx, occurrence: int, redraw: Redraw, now: datetime) -> None:
    """New words in place of those the occurrence had."""
    message, drawn = redraw.message, redraw.drawn
    tx.run(
        THIS,
        of_occurrence=occurrence,
        title=message.title,
        body=message.body,
        source=message.source,
        words_hash=rows.words_hash(message.title, message.body),
        **rows.drawn_columns(drawn),
    )
    note_draw(tx, drawn, redraw.scope, redraw.kind, now)
