"""Erasing: everything of a person, of a ritual, or of everyone, as one transaction, and then its last byte.

The functions with a `Tx` run inside the caller's transaction; `ErasureDrawer` gives each a transaction of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, ColumnElement, Row, Table, bindparam, delete, func, select, tuple_, update

from ritualsd.core.notices import MARK, PROMISE, SIGN_IN
from ritualsd.core.reveal import REVEAL
from ritualsd.core.streams import TURNS
from ritualsd.model import Erased
from ritualsd.store import stubs
from ritualsd.store.consent import PLAN_AGAIN, TAKE_BACK
from ritualsd.store.echoes import heard, voice_of, voices_in
from ritualsd.store.planner import LIVE, TOLD
from ritualsd.store.record import FORGET, FORGET_DELIVERED
from ritualsd.store.scrubbing import remove_copies
from ritualsd.store.tables import (
    channels,
    deliveries,
    draws,
    facts,
    memory,
    occurrences,
    own,
    passes,
    pauses,
    promises,
    replies,
    seasons,
    streams,
    tastes,
)
from ritualsd.store.tx import HOUSEHOLD, Tx, batches

if TYPE_CHECKING:
    from ritualsd.store.ledger import Ledger

_O, _R, _S, _D = occurrences.c, replies.c, streams.c, deliveries.c
_IDS: BindParameter[int] = bindparam("ids", expanding=True)

FOUND = select(_O.id, _O.ritual, _O.slot, _O.person, _O.part, _O.state, TOLD.label("told")).where(
    _O.household == HOUSEHOLD
)
ANSWERED = select(_R.ritual, _O.slot).join_from(replies, occurrences).where(_R.household == HOUSEHOLD)
ANSWERS_TO = select(func.count()).select_from(replies).where(_R.occurrence.in_(_IDS))
TRIED = select(_D.occurrence).where(_D.occurrence.in_(_IDS), _D.attempts > 0)
TURNED = select(_S.ritual).where(_S.household == HOUSEHOLD, _S.key == TURNS)
DROP = delete(occurrences).where(_O.household == HOUSEHOLD, _O.id.in_(_IDS))
DROP_LINKS = delete(passes).where(passes.c.household == HOUSEHOLD, passes.c.occurrence.in_(_IDS))
REVEALS = FOUND.where(
    tuple_(_O.ritual, _O.slot).in_(bindparam("slots", expanding=True)), _O.part.contains(f"{MARK}{REVEAL}")
)
# What counts from done goes on counting from there, once nobody's reply says so any more.
KEEP_DONE = (
    update(streams)
    .where(
        _S.household == HOUSEHOLD,
        _S.when.contains("after done"),
        _S.done_utc.is_not(None),
        _S.ritual.in_(bindparam("rituals", expanding=True)),
    )
    .values(since_utc=_S.done_utc)
)
MEMORIES = select(memory.c.key).where(memory.c.household == HOUSEHOLD)
DROP_MEMORIES = delete(memory).where(
    memory.c.household == HOUSEHOLD, memory.c.key.in_(bindparam("keys", expanding=True))
)

THEIRS = (own, facts, tastes, promises, passes, seasons)
"""The tables in which every row is one person's own."""

ANEW = (PROMISE, SIGN_IN)
"""Rituals whose slots leave no stub: the next promise has the same number, and the next link is asked for anew."""

NOBODYS = (*stubs.KEPT, "seal:", "source.", "calendar:")
"""How the keys of memories begin that hold nothing of a person, whatever follows. In any other key the id of a person
or ritual stands as a word of its own: then an erasure finds it."""


class ErasureDrawer:
    """`ports.Erasure`. `state` is the folder whose copies of the database go as well."""

    def __init__(self, ledger: Ledger, state: Path | None) -> None:
        self._ledger, self._state = ledger, state

    def person(self, person: str, now: datetime) -> Erased:
        return self._erase(lambda tx: _person(tx, person, now))

    def ritual(self, ritual: str, now: datetime) -> Erased:
        return self._erase(lambda tx: _ritual(tx, ritual))

    def everything(self, now: datetime) -> Erased:
        return self._erase(lambda tx: _everything(tx, now))

    def _erase(self, rows_of: Callable[[Tx], Erased]) -> Erased:
        erased = self._ledger.write(rows_of)
        self._ledger.database.scrub()
        if self._state is not None:
            remove_copies(self._state)
        return erased


def _person(tx: Tx, person: str, now: datetime) -> Erased:
    voice = voice_of(tx, person)
    answered = [tuple(row) for row in tx.run(ANSWERED.where(_R.person == person))]
    messages, answers = _drop(tx, tx.run(FOUND.where(_O.person == person)).all())
    for slots in batches(answered):
        _drop(tx, tx.run(REVEALS, slots=slots).all())
    _silence(tx, heard(tx, voice))
    told = sum(_clear(tx, table, table.c.person == person) for table in THEIRS)
    _clear(tx, draws, draws.c.scope == person)
    _clear(tx, channels, channels.c.label.startswith(f"{person}/", autoescape=True))
    _clear(tx, pauses, pauses.c.person == person, pauses.c.until_utc <= now)
    _forget(tx, lambda key: person in _words(key))
    return Erased(messages=messages, answers=answers, told=told)


def _ritual(tx: Tx, ritual: str) -> Erased:
    voice = voices_in(tx, ritual)
    messages, answers = _drop(tx, tx.run(FOUND.where(_O.ritual == ritual)).all())
    _silence(tx, heard(tx, voice))
    _forget(tx, lambda key: ritual in _words(key))
    return Erased(messages=messages, answers=answers)


def _everything(tx: Tx, now: datetime) -> Erased:
    messages, answers = _drop(tx, tx.run(FOUND).all())
    told = sum(_clear(tx, table) for table in THEIRS)
    _clear(tx, draws)
    _clear(tx, channels)
    _clear(tx, pauses, pauses.c.until_utc <= now)
    _forget(tx, lambda key: True)
    return Erased(messages=messages, answers=answers, told=told)


def _drop(tx: Tx, found: Sequence[Row[Any]]) -> tuple[int, int]:
    """Remove occurrences with all that hangs on them, leaving their stubs. How many, and how many answers they had."""
    stubs.take(tx, [(row.ritual, row.slot, row.person, row.part) for row in found if row.ritual not in ANEW])
    stubs.tally(tx, _turns(tx, found))
    for rituals in batches({row.ritual for row in found}):
        tx.run(KEEP_DONE, rituals=rituals)
    answers = 0
    for ids in batches(row.id for row in found):
        answers += int(tx.run(ANSWERS_TO, ids=ids).scalar_one())
        tx.run(DROP_LINKS, ids=ids)
        tx.run(DROP, ids=ids)
    return len(found), answers


def _turns(tx: Tx, found: Iterable[Row[Any]]) -> Counter[tuple[str, str]]:
    """How often each (ritual, person) among these had a turn: one a slot, whatever reminders belong to it."""
    turned = set(tx.run(TURNED).scalars())
    told = (row for row in found if row.ritual in turned and row.told and MARK not in row.part)
    return Counter((ritual, person) for ritual, _, person in {(row.ritual, row.slot, row.person) for row in told})


def _silence(tx: Tx, ids: Collection[int]) -> None:
    """Take the words from occurrences that quote somebody; what is still to be said is worded anew, or not said."""
    for some in batches(ids):
        tried = set(tx.run(TRIED, ids=some).scalars())
        found = tx.run(FOUND.where(_O.id.in_(_IDS)), ids=some).all()
        gone = [row for row in found if row.state in LIVE and (row.id in tried or MARK in row.part + row.ritual)]
        _drop(tx, gone)
        left = [row for row in found if row not in gone]
        anew = [{"of_occurrence": row.id} for row in left if row.state in LIVE]
        tx.run_each(TAKE_BACK, anew)
        tx.run(FORGET_DELIVERED, of_occurrences=[row.id for row in left])
        tx.run(FORGET, of_occurrences=[row.id for row in left])
        tx.run_each(PLAN_AGAIN, anew)


def _clear(tx: Tx, table: Table, *which: ColumnElement[bool]) -> int:
    return tx.run(delete(table).where(table.c.household == HOUSEHOLD, *which)).rowcount


def _forget(tx: Tx, goes: Callable[[str], bool]) -> None:
    keys = [key for key in tx.run(MEMORIES).scalars() if not key.startswith(NOBODYS) and goes(key)]
    for some in batches(keys):
        tx.run(DROP_MEMORIES, keys=some)


def _words(key: str) -> list[str]:
    return re.findall(r"[\w-]+", key)
