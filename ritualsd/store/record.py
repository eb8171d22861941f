"""The record: what became of everything, as `log`, `why`, the inbox and retention read it.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from ritualsd.core.notices import MARK
from ritualsd.model import Delivery, DeliveryState, Entry, Occurrence
from ritualsd.store import rows
from ritualsd.store.preparing import UNDER_WAY
from ritualsd.store.tables import deliveries, occurrences
from ritualsd.store.tx import HOUSEHOLD, Tx, batches, unindexed

_O, _D = occurrences.c, deliveries.c

HISTORY = (
    select(*rows.OCCURRENCE)
    .where(_O.household == HOUSEHOLD)
    .order_by(_O.due_utc.desc(), _O.id.desc())
    .limit(bindparam("at_most"))
)
FIND = select(*rows.OCCURRENCE).where(
    _O.household == HOUSEHOLD,
    _O.ritual == bindparam("of_ritual"),
    _O.slot == bindparam("at_slot"),
    _O.person == bindparam("of_person"),
    _O.part == bindparam("of_part"),
)
# No household here: the occurrences were just read from it, and beside a long list SQLite would take "household = ?"
# for the narrower condition and walk the whole table.
DELIVERIES_OF = (
    select(*rows.DELIVERY)
    .where(_D.occurrence.in_(bindparam("of_occurrences", expanding=True)))
    .order_by(_D.occurrence, _D.order)
)
ENTRY = select(*rows.OCCURRENCE).where(_O.household == HOUSEHOLD, _O.id == bindparam("of_occurrence"))
AT_SLOT = (
    select(*rows.OCCURRENCE)
    .where(_O.household == HOUSEHOLD, _O.ritual == bindparam("of_ritual"), _O.slot == bindparam("at_slot"))
    .order_by(_O.id)
)
LAST_NOTICE = (
    select(_O.due_utc)
    .where(
        _O.household == HOUSEHOLD,
        _O.ritual == bindparam("of_ritual"),
        _O.person == bindparam("of_person"),
        _O.part.like(bindparam("part_end")),
    )
    .order_by(_O.due_utc.desc())
    .limit(1)
)
INBOX = (
    select(*rows.DELIVERY)
    .where(
        _D.household == HOUSEHOLD,
        _D.person == bindparam("of_person"),
        _D.channel.in_(bindparam("on_channels", expanding=True)),
        _D.state == DeliveryState.SENT,
    )
    .order_by(_D.sent_utc.desc(), _D.id.desc())
    .limit(bindparam("at_most"))
)
OLD = select(_O.id).where(
    _O.household == HOUSEHOLD,
    _O.closed_utc < bindparam("before_utc"),
    (_O.title != "") | (_O.body != "") | _O.drawn.is_not(None),
    ~select(_D.id).where(_D.occurrence == _O.id, unindexed(_D.state).in_(UNDER_WAY)).correlate(occurrences).exists(),
)
FORGET = (
    update(occurrences)
    .where(_O.id.in_(bindparam("of_occurrences", expanding=True)))
    .values(title="", body="", words_hash="", drawn=None)
)
FORGET_DELIVERED = (
    update(deliveries).where(_D.occurrence.in_(bindparam("of_occurrences", expanding=True))).values(title="", body="")
)


def history(tx: Tx, ritual: str, person: str, limit: int) -> list[Entry]:
    """The newest occurrences with their deliveries; "" stands for any ritual, any person."""
    narrowed = [column == value for column, value in ((_O.ritual, ritual), (_O.person, person)) if value]
    statement = HISTORY.where(*narrowed)
    return _entries(tx, [rows.occurrence(row) for row in tx.run(statement, at_most=limit)])


def find(tx: Tx, name: str) -> Entry | None:
    """The occurrence called `ritual@slot/person[/part]`."""
    ritual, _, rest = name.partition("@")
    slot, _, rest = rest.partition("/")
    person, _, part = rest.partition("/")
    row = tx.run(FIND, of_ritual=ritual, at_slot=slot, of_person=person, of_part=part).one_or_none()
    return None if row is None else _entries(tx, [rows.occurrence(row)])[0]


def entry(tx: Tx, occurrence: int) -> Entry | None:
    """The occurrence with this id."""
    row = tx.run(ENTRY, of_occurrence=occurrence).one_or_none()
    return None if row is None else _entries(tx, [rows.occurrence(row)])[0]


def at_slot(tx: Tx, ritual: str, slot: str) -> list[Occurrence]:
    """Everybody's occurrences of one civil slot, its notices too."""
    return [rows.occurrence(row) for row in tx.run(AT_SLOT, of_ritual=ritual, at_slot=slot)]


def last_notice(tx: Tx, ritual: str, person: str, notice: str) -> datetime | None:
    """When a notice of this name about that ritual was last due for a person."""
    return tx.run(LAST_NOTICE, of_ritual=ritual, of_person=person, part_end=f"%{MARK}{notice}").scalar()


def inbox(tx: Tx, person: str, channels: Sequence[str], limit: int) -> list[Delivery]:
    """What was delivered to these channels of a person, newest first."""
    found = tx.run(INBOX, of_person=person, on_channels=list(channels), at_most=limit)
    return [rows.delivery(row) for row in found]


def forget_words(tx: Tx, before_utc: datetime) -> int:
    """Blank the words of what closed before then, wherever they are kept. Returns how many occurrences forgot."""
    old = tx.run(OLD, before_utc=before_utc).scalars().all()
    for ids in batches(old):
        tx.run(FORGET_DELIVERED, of_occurrences=ids)
        tx.run(FORGET, of_occurrences=ids)
    return len(old)


def _entries(tx: Tx, found: Sequence[Occurrence]) -> list[Entry]:
    by_occurrence: dict[int, list[Delivery]] = defaultdict(list)
    for ids in batches(occurrence.id for occurrence in found):
        for row in tx.run(DELIVERIES_OF, of_occurrences=ids):
            delivery = rows.delivery(row)
            by_occurrence[delivery.occurrence].append(delivery)
    return [Entry(occurrence=occurrence, deliveries=tuple(by_occurrence[occurrence.id])) for occurrence in found]
