"""The preparing side of the ledger: what needs words, what was said before, and the words once they are final.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, select, update

from ritualsd.core.reasons import reason
from ritualsd.model import Delivery, DeliveryState, Drawn, Message, Occurrence, OccurrenceState, Pass, Reason, Seen
from ritualsd.store import rows
from ritualsd.store.owing import LET_GO, owe
from ritualsd.store.passing import issue
from ritualsd.store.planner import LIVE, NO_NOTICE
from ritualsd.store.tables import deliveries, draws, occurrences
from ritualsd.store.tx import HOUSEHOLD, Tx, put_over, unindexed

_O, _D, _W = occurrences.c, deliveries.c, draws.c
_OF_OCCURRENCE = and_(unindexed(_D.household) == HOUSEHOLD, _D.occurrence == bindparam("of_occurrence"))
UNDER_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)

TO_PREPARE = (
    select(*rows.OCCURRENCE)
    .where(
        _O.household == HOUSEHOLD,
        _O.state == OccurrenceState.PLANNED,
        _O.due_utc <= bindparam("until_utc"),
    )
    .order_by(_O.due_utc)
    .limit(bindparam("at_most"))
)
SIBLING = (
    select(_O.drawn)
    .where(
        _O.household == HOUSEHOLD,
        _O.ritual == bindparam("of_ritual"),
        _O.slot == bindparam("at_slot"),
        _O.part == bindparam("of_part"),
        _O.person != bindparam("not_person"),
        _O.state != OccurrenceState.CANCELLED,  # withdrawn by an edit: drawn under another rule
        _O.drawn.is_not(None),
    )
    .order_by(_O.id)
    .limit(1)
)
DRAWN = select(_O.drawn).where(_O.household == HOUSEHOLD, _O.id == bindparam("of_occurrence"))
SEEN = select(*rows.SEEN).where(
    _W.household == HOUSEHOLD, _W.scope == bindparam("in_scope"), _W.kind == bindparam("of_kind")
)
PUT_DRAW = put_over(draws)
MAKE_READY = update(occurrences).where(
    _O.household == HOUSEHOLD, _O.id == bindparam("of_occurrence"), _O.state == OccurrenceState.PLANNED
)
PUT_DELIVERY = put_over(
    deliveries,
    by=("occurrence", "order"),
    keep=("attempts",),  # their numbers only rise, over an occurrence that was withdrawn and revived too
    where=_D.state.not_in(UNDER_WAY),
)
END = update(occurrences).where(_O.household == HOUSEHOLD, _O.id == bindparam("of_occurrence"), _O.state.in_(LIVE))
SPOKE = select(_D.id).where(_OF_OCCURRENCE, unindexed(_D.state) == DeliveryState.SENT).limit(1)
CANCEL_PENDING = (
    update(deliveries)
    .where(_OF_OCCURRENCE, unindexed(_D.state) == DeliveryState.PENDING)
    .values(state=DeliveryState.CANCELLED, reply_token="")
)
CANCEL_PENDING_OF = (
    update(deliveries)
    .where(
        unindexed(_D.household) == HOUSEHOLD,
        _D.occurrence.in_(bindparam("of_occurrences", expanding=True)),
        unindexed(_D.state) == DeliveryState.PENDING,
    )
    .values(state=DeliveryState.CANCELLED, reply_token="")
)
UNSENT_BEFORE = (
    select(*rows.OCCURRENCE)
    .where(
        _O.household == HOUSEHOLD,
        _O.ritual == bindparam("of_ritual"),
        _O.person == bindparam("of_person"),
        _O.state.in_(LIVE),
        _O.due_utc < bindparam("before_utc"),
        NO_NOTICE,
        ~select(_D.id)
        .where(_D.occurrence == _O.id, unindexed(_D.state) == DeliveryState.SENDING)
        .correlate(occurrences)
        .exists(),
    )
    .order_by(_O.due_utc)
)


def to_prepare(tx: Tx, until_utc: datetime, limit: int) -> list[Occurrence]:
    """What is planned up to `until_utc` and has no words yet, earliest first."""
    return [rows.occurrence(row) for row in tx.run(TO_PREPARE, until_utc=until_utc, at_most=limit)]


def sibling(tx: Tx, occurrence: Occurrence) -> Drawn | None:
    """What another person at the same slot was already given."""
    kept = tx.run(
        SIBLING,
        of_ritual=occurrence.ritual,
        at_slot=occurrence.slot,
        of_part=occurrence.part,
        not_person=occurrence.person,
    ).scalar()
    return None if kept is None else rows.to_drawn(kept)


def drawn_for(tx: Tx, occurrence: int) -> Drawn | None:
    """What the words of an occurrence were drawn from."""
    kept = tx.run(DRAWN, of_occurrence=occurrence).scalar()
    return None if kept is None else rows.to_drawn(kept)


def seen(tx: Tx, scope: str, kind: str) -> Mapping[str, Seen]:
    """What was drawn for this scope and kind, by prompt id."""
    return {row.prompt_id: rows.seen(row) for row in tx.run(SEEN, in_scope=scope, of_kind=kind)}


def commit_ready(
    tx: Tx,
    occurrence: int,
    message: Message,
    messages: Sequence[Delivery],
    drawn: Drawn | None,
    scope: str,
    kind: str,
    now: datetime,
    grant: Pass | None = None,
) -> None:
    """Words, deliveries, draw and link, for an occurrence that is PLANNED; any other keeps what it has."""
    made = tx.run(
        MAKE_READY,
        of_occurrence=occurrence,
        state=OccurrenceState.READY,
        title=message.title,
        body=message.body,
        source=message.source,
        words_hash=rows.words_hash(message.title, message.body),
        **rows.drawn_columns(drawn),
    )
    if not made.rowcount:
        return
    put_deliveries(tx, messages)
    if grant is not None:
        issue(tx, grant)
    if drawn is not None:
        note_draw(tx, drawn, scope, kind, now)


def note_draw(tx: Tx, drawn: Drawn, scope: str, kind: str, now: datetime) -> None:
    """Remember that this prompt was given, so that it is not given again too soon."""
    row = {"scope": scope, "kind": kind, "prompt_id": drawn.prompt.id, "round": drawn.round}
    tx.put(PUT_DRAW, [row | {"last_utc": now, "tags": drawn.prompt.tags}])


def put_deliveries(tx: Tx, messages: Sequence[Delivery]) -> None:
    """Insert deliveries; one that is over gives its place to a new one of the same occurrence and order."""
    tx.put(PUT_DELIVERY, [rows.values(message, without=("id",)) for message in messages])


def end(tx: Tx, occurrence: int, state: OccurrenceState, why: Reason, now: datetime) -> bool:
    """End a live occurrence and cancel what is pending of it; False when it had ended before.

    One that was sent and waits to be sent once more (a snooze) stays one that was sent.
    """
    final, told = (OccurrenceState.CLOSED, reason("sent")) if spoke(tx, occurrence) else (state, why)
    ended = tx.run(
        END, of_occurrence=occurrence, state=final, reason=told.code, detail=told.detail, closed_utc=now
    ).rowcount
    if ended:
        tx.run(CANCEL_PENDING, of_occurrence=occurrence, code=why.code, reason=why.detail)
        if final is not OccurrenceState.CLOSED and why.code not in LET_GO:
            owe(tx, occurrence, now)
    return bool(ended)


def spoke(tx: Tx, occurrence: int) -> bool:
    """Whether a message of this occurrence was sent."""
    return bool(tx.run(SPOKE, of_occurrence=occurrence).first())


def unsent_before(tx: Tx, ritual: str, person: str, due_utc: datetime) -> list[Occurrence]:
    """Older live occurrences of the same ritual and person, unless one is being sent at this moment."""
    found = tx.run(UNSENT_BEFORE, of_ritual=ritual, of_person=person, before_utc=due_utc)
    return [rows.occurrence(row) for row in found]
