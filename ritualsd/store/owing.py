"""What a ritual that counts from done still owes: its one slot, where that ended and nobody was told. Decides no time.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update

from ritualsd.core.when_print import SEPARATOR
from ritualsd.model import OccurrenceState
from ritualsd.store.kinds import Utc
from ritualsd.store.planner import LIVE
from ritualsd.store.tables import occurrences, streams
from ritualsd.store.tx import HOUSEHOLD, Tx

_S, _O = streams.c, occurrences.c
_OTHER = occurrences.alias("other")
_NOW = bindparam("at_utc", type_=Utc())

LET_GO = frozenset({"answered", "done", "config", "digest"})
"""Ended since nobody needs it any more, or was told of it in another message: nothing is owed."""

OWE = (
    update(streams)
    .where(
        _S.household == HOUSEHOLD,
        _S.when.contains("after done"),
        ~_S.when.contains(SEPARATOR),  # a union has other times to speak
        _S.ritual.in_(select(_O.ritual).where(_O.id == bindparam("of_occurrence"))),
        ~select(_OTHER.c.id)
        .join(occurrences, (_OTHER.c.ritual == _O.ritual) & (_OTHER.c.slot == _O.slot))
        .where(
            _O.id == bindparam("of_occurrence"),
            _OTHER.c.household == HOUSEHOLD,
            _OTHER.c.state.in_((*LIVE, OccurrenceState.CLOSED)),
        )
        .exists(),
    )
    .values(after_utc=_NOW, next_due_utc=_NOW)
)


def owe(tx: Tx, occurrence: int, now: datetime) -> None:
    """An occurrence ended unsent: where nobody else was told at its slot, nor will be, that comes again after now."""
    tx.run(OWE, of_occurrence=occurrence, at_utc=now)
