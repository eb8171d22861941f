"""When a ritual was last done, told from the replies that stand; its streams carry it, for planning to read.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from ritualsd.store.answering import STANDING
from ritualsd.store.kinds import Utc
from ritualsd.store.tables import replies, streams
from ritualsd.store.tx import HOUSEHOLD, Tx, batches

_R, _S = replies.c, streams.c
_DONE_AT = bindparam("done_at_utc", type_=Utc())

LAST_DONE = (
    select(_R.received_utc)
    .where(*STANDING, _R.ritual == bindparam("of_ritual"))
    .order_by(_R.received_utc.desc())
    .limit(1)
)
LAST_DONE_EACH = (
    select(_R.ritual, func.max(_R.received_utc, type_=Utc()).label("done_utc"))
    .where(*STANDING, _R.ritual.in_(bindparam("rituals", expanding=True)))
    .group_by(_R.ritual)
)
MARK_DONE = (
    update(streams)
    .where(_S.household == HOUSEHOLD, _S.ritual == bindparam("of_ritual"), _S.done_utc.is_distinct_from(_DONE_AT))
    .values(done_utc=_DONE_AT, next_due_utc=bindparam("at_utc", type_=Utc()))
)


def last_done(tx: Tx, ritual: str, person: str) -> datetime | None:
    """The last time anyone, or the person named, did it."""
    mine = LAST_DONE.where(_R.person == person) if person else LAST_DONE
    return tx.run(mine, of_ritual=ritual).scalar()


def last_done_each(tx: Tx, rituals: Collection[str]) -> dict[str, datetime]:
    """The last time anyone did each of these; of what nobody ever did there is none."""
    found = (row for names in batches(rituals) for row in tx.run(LAST_DONE_EACH, rituals=names))
    return {row.ritual: row.done_utc for row in found}


def recount(tx: Tx, rituals: Iterable[str], now: datetime) -> None:
    """Let the streams of these rituals know when it was last done; where that is news, they are due to be planned."""
    for names in batches(rituals):
        done = last_done_each(tx, names)
        tx.run_each(MARK_DONE, [{"of_ritual": name, "done_at_utc": done.get(name), "at_utc": now} for name in names])
