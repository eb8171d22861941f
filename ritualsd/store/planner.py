"""The planner's side of the ledger: streams, and the occurrences planned from them. Decides nothing about time.

Every function runs inside the caller's transaction. Reads cost what is due, by index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, distinct, func, or_, select, update

from ritualsd.core.notices import MARK
from ritualsd.core.reasons import reason
from ritualsd.model import DeliveryState, Occurrence, OccurrenceState, Stream
from ritualsd.ports import StreamPlan
from ritualsd.store import rows
from ritualsd.store.doing import last_done_each, recount
from ritualsd.store.stubs import tallied, untaken
from ritualsd.store.tables import deliveries, occurrences, streams
from ritualsd.store.tx import HOUSEHOLD, Tx, batches, put_over, unindexed

_S, _O, _D = streams.c, occurrences.c, deliveries.c

LIVE = (OccurrenceState.PLANNED, OccurrenceState.READY)
SILENT = (OccurrenceState.MISSED, OccurrenceState.SKIPPED, OccurrenceState.CANCELLED)
WITHDRAWN = reason("config")
REVIVED = (WITHDRAWN.code, "settled", "nothing-to-share")
"""Why an occurrence ended unsaid that may be planned again: a ritual or a promise that was changed back, an answer that
was taken back and given anew."""

TOLD = _O.state.not_in(SILENT) | _O.reason.in_(("digest", "own-pause"))
"""What was said or will be, by itself or together with others in one message; and what a person's own pause held, so
that the turns of the others do not tell of it."""

NO_NOTICE = _O.part.not_like(f"%{MARK}%")
"""What a ritual itself says, and not what is said beside it."""

ALL_STREAMS = select(*rows.STREAM).where(_S.household == HOUSEHOLD)
DUE_STREAMS = (
    ALL_STREAMS.where(_S.next_due_utc <= bindparam("until_utc")).order_by(_S.next_due_utc).limit(bindparam("at_most"))
)
NEXT_DUE = (
    select(_S.next_due_utc)
    .where(_S.household == HOUSEHOLD, _S.next_due_utc.is_not(None))
    .order_by(_S.next_due_utc)
    .limit(1)
)
STREAMS_OF = ALL_STREAMS.where(_S.ritual.in_(bindparam("rituals", expanding=True)))
STREAMS_TO_CHANGE = STREAMS_OF.with_for_update()
PUT_STREAM = put_over(streams)
DROP_STREAM = delete(streams).where(
    _S.household == HOUSEHOLD, _S.ritual == bindparam("of_ritual"), _S.key == bindparam("of_key")
)
PUT_OCCURRENCE = put_over(
    occurrences,
    by=("household", "ritual", "slot", "person", "part"),
    where=or_(*(_O.reason == code for code in REVIVED)),
)

AHEAD = select(_O.id, _O.ritual).where(
    _O.household == HOUSEHOLD,
    _O.state.in_(LIVE),
    _O.due_utc > bindparam("after_utc"),
    ~select(_D.id)
    .where(_D.occurrence == _O.id, (_D.attempts > 0) | (_D.state == DeliveryState.SENDING))
    .correlate(occurrences)
    .exists(),
)
WITHDRAW = (
    update(occurrences)
    .where(_O.id.in_(bindparam("ids", expanding=True)))
    .values(state=OccurrenceState.CANCELLED, reason=WITHDRAWN.code, detail=WITHDRAWN.detail)
)
WITHDRAW_DELIVERIES = (
    update(deliveries)
    .where(_D.occurrence.in_(bindparam("ids", expanding=True)), unindexed(_D.state) == DeliveryState.PENDING)
    .values(state=DeliveryState.CANCELLED, code=WITHDRAWN.code, reason=WITHDRAWN.detail, reply_token="")
)

COUNTS = (
    select(_O.person, func.count(distinct(_O.slot)).label("times"))
    .where(_O.household == HOUSEHOLD, _O.ritual == bindparam("of_ritual"), TOLD, NO_NOTICE)
    .group_by(_O.person)
)
SLOTS_FROM = (
    select(*rows.OCCURRENCE)
    .where(
        _O.household == HOUSEHOLD,
        _O.ritual == bindparam("of_ritual"),
        _O.slot >= bindparam("first"),
        _O.state != OccurrenceState.CANCELLED,
        NO_NOTICE,
    )
    .order_by(_O.id)
)
DAY_SLOTS = (
    select(*rows.OCCURRENCE)
    .where(
        _O.household == HOUSEHOLD,
        _O.ritual == bindparam("of_ritual"),
        # A civil slot is the date, or the date and "T…": both sort between DATE and DATE + "U".
        _O.slot.between(bindparam("first"), bindparam("last")),
        _O.state != OccurrenceState.CANCELLED,
        NO_NOTICE,
    )
    .order_by(_O.due_utc, _O.id)
)


def streams_of(tx: Tx, rituals: Collection[str] | None) -> dict[tuple[str, str], Stream]:
    """The streams of these rituals, or all, by (ritual, key)."""
    if rituals is None:
        return {_key(found): found for found in map(rows.stream, tx.run(ALL_STREAMS))}
    return _streams(tx, STREAMS_OF, rituals)


def due_streams(tx: Tx, until_utc: datetime, limit: int) -> list[Stream]:
    """Streams due up to `until_utc`, earliest first."""
    return [rows.stream(row) for row in tx.run(DUE_STREAMS, until_utc=until_utc, at_most=limit)]


def next_due(tx: Tx) -> datetime | None:
    """The earliest due instant of all streams."""
    return tx.run(NEXT_DUE).scalar()


def sync_streams(
    tx: Tx, upsert: Iterable[Stream], remove: Iterable[tuple[str, str]], withdraw: Iterable[str], now: datetime
) -> int:
    """Write and remove streams; withdraw what lies ahead of `now` for the rituals named. Returns how many that was."""
    written = [rows.values(stream) for stream in upsert]
    tx.put(PUT_STREAM, written)
    done = last_done_each(tx, {row["ritual"] for row in written})
    recount(tx, {row["ritual"] for row in written if row["done_utc"] != done.get(row["ritual"])}, now)
    tx.run_each(DROP_STREAM, [{"of_ritual": ritual, "of_key": key} for ritual, key in remove])
    return _withdraw(tx, frozenset(withdraw), now)


def _withdraw(tx: Tx, rituals: frozenset[str], now: datetime) -> int:
    """Cancel what was planned ahead: never much, so it is read whole rather than looked for ritual by ritual."""
    ahead = [row.id for row in tx.run(AHEAD, after_utc=now) if row.ritual in rituals] if rituals else []
    for ids in batches(ahead):
        tx.run(WITHDRAW_DELIVERIES, ids=ids)
        tx.run(WITHDRAW, ids=ids, closed_utc=now)
    return len(ahead)


def commit_plan(tx: Tx, plans: Sequence[StreamPlan]) -> int:
    """Insert what is new and advance the streams, leaving out plans made from a row that has changed since."""
    current = _current(tx, {plan.before.ritual for plan in plans})
    fresh = [plan for plan in plans if current.get(_key(plan.before)) == plan.before]
    tx.put(PUT_STREAM, [rows.values(plan.after) for plan in fresh])
    return record(tx, [occurrence for plan in fresh for occurrence in plan.occurrences])


def record(tx: Tx, planned: Sequence[Occurrence]) -> int:
    """Insert occurrences whose identity is new and was not erased; one that was withdrawn is revived in its place,
    without its words."""
    return tx.put(PUT_OCCURRENCE, [rows.values(each, without=("id",)) for each in untaken(tx, planned)])


def counts_by_person(tx: Tx, ritual: str) -> Mapping[str, int]:
    """How often each person had this ritual, or will."""
    return Counter({row.person: row.times for row in tx.run(COUNTS, of_ritual=ritual)}) + tallied(tx, ritual)


def slots_from(tx: Tx, ritual: str, day: str) -> list[Occurrence]:
    """The occurrences of an ISO date and all later ones, in the order in which they were recorded."""
    return [rows.occurrence(row) for row in tx.run(SLOTS_FROM, of_ritual=ritual, first=day)]


def day_slots(tx: Tx, ritual: str, person: str, day: str) -> list[Occurrence]:
    """The occurrences of one ISO date, of one person or ("") of anyone."""
    found = map(rows.occurrence, tx.run(DAY_SLOTS, of_ritual=ritual, first=day, last=f"{day}U"))
    return [occurrence for occurrence in found if person in ("", occurrence.person)]


def _current(tx: Tx, rituals: Iterable[str]) -> dict[tuple[str, str], Stream]:
    """The streams of these rituals as they are now, locked until the end of the transaction."""
    return _streams(tx, STREAMS_TO_CHANGE, rituals)


def _streams(tx: Tx, statement: Select[Any], rituals: Iterable[str]) -> dict[tuple[str, str], Stream]:
    return {
        _key(found): found for names in batches(rituals) for found in map(rows.stream, tx.run(statement, rituals=names))
    }


def _key(stream: Stream) -> tuple[str, str]:
    return stream.ritual, stream.key
