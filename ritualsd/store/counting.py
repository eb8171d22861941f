"""How much one person was told, or is about to be: what a budget is held against. Decides nothing.

Runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, func, select

from ritualsd.model import DeliveryState, Spoken
from ritualsd.store.kinds import Utc
from ritualsd.store.preparing import UNDER_WAY
from ritualsd.store.tables import deliveries
from ritualsd.store.tx import HOUSEHOLD, Tx, unindexed

_D = deliveries.c
_FROM, _UNTIL = bindparam("from_utc", type_=Utc()), bindparam("until_utc", type_=Utc())
_THEIRS = (
    _D.household == HOUSEHOLD,
    _D.person == bindparam("of_person"),
    _D.ritual.not_in(bindparam("leaving_out", expanding=True)),
)
SENT = select(func.count().label("messages"), func.max(_D.sent_utc, type_=Utc()).label("last_utc")).where(
    *_THEIRS, unindexed(_D.state) == DeliveryState.SENT, _D.sent_utc >= _FROM, _D.sent_utc < _UNTIL
)
ABOUT_TO_BE = select(func.count(_D.occurrence.distinct())).where(
    *_THEIRS, _D.state.in_(UNDER_WAY), _D.next_attempt_utc >= _FROM, _D.next_attempt_utc < _UNTIL
)


def spoken(
    tx: Tx, person: str, from_utc: datetime, until_utc: datetime, leaving_out: Collection[str], *, sent_only: bool
) -> Spoken:
    """What reached a person in [from, until), and what is under way to them for a time in it."""
    span = {"of_person": person, "from_utc": from_utc, "until_utc": until_utc, "leaving_out": list(leaving_out)}
    sent = tx.run(SENT, **span).one()
    coming = 0 if sent_only else int(tx.run(ABOUT_TO_BE, **span).scalar_one())
    return Spoken(messages=sent.messages + coming, last_utc=sent.last_utc)
