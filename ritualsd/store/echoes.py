"""A person's own words where others hold them: a fact in a prompt, an answer in a reveal. Finds them, to be erased.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, select

from ritualsd.model import ActionKind
from ritualsd.store.tables import deliveries, facts, occurrences, promises, replies
from ritualsd.store.tx import HOUSEHOLD, Tx

LONG = 8  # so many characters in a row are somebody's own words, and not just a word
FAR = 60  # this far they are compared: what is quoted may be cut short

_O, _D = occurrences.c, deliveries.c
_WORDED = (_O.title != "") | (_O.body != "") | _O.drawn.is_not(None)
SAID = select(_O.id, _O.due_utc, _O.title, _O.body, _O.drawn).where(_O.household == HOUSEHOLD, _WORDED)
DELIVERED = select(_D.occurrence.label("id"), _D.due_utc, _D.title, _D.body).where(
    _D.household == HOUSEHOLD, (_D.title != "") | (_D.body != "")
)
FACTS = select(facts.c.value, facts.c.told_utc).where(
    facts.c.household == HOUSEHOLD, facts.c.person == bindparam("of_person")
)
PROMISES = select(promises.c.words).where(
    promises.c.household == HOUSEHOLD, promises.c.person == bindparam("of_person")
)
WRITTEN = (ActionKind.TEXT, ActionKind.WIN, ActionKind.PASS_ON)
ANSWERS = select(replies.c.words).where(replies.c.household == HOUSEHOLD, replies.c.action.in_(WRITTEN))


class Voice:
    """Words to listen for: what somebody wrote, line by line, and facts they told, from when they told them."""

    def __init__(self, written: Iterable[str], told: Iterable[tuple[str, datetime]] = ()) -> None:
        self._lines: dict[str, list[str]] = {}
        for line in (_even(line) for text in written for line in text.splitlines()):
            if len(line) >= LONG:
                self._lines.setdefault(line[:LONG], []).append(line[:FAR])
        self._facts = [(re.compile(rf"(?<!\w){re.escape(_even(value))}(?!\w)"), since) for value, since in told]

    def __bool__(self) -> bool:
        return bool(self._lines or self._facts)

    def is_heard(self, text: str, at: datetime) -> bool:
        """Whether some of them stand in `text`, which was due at `at`."""
        text = _even(text)
        if any(since <= at and fact.search(text) for fact, since in self._facts):
            return True
        return any(
            text.startswith(line, place)
            for place in range(len(text) - LONG + 1)
            for line in self._lines.get(text[place : place + LONG], ())
        )


def voice_of(tx: Tx, person: str) -> Voice:
    """What a person wrote and told."""
    written = [*tx.run(PROMISES, of_person=person).scalars(), *_answers(tx, replies.c.person == person)]
    return Voice(written, [(row.value, row.told_utc) for row in tx.run(FACTS, of_person=person)])


def voices_in(tx: Tx, ritual: str) -> Voice:
    """What anybody answered to a ritual."""
    return Voice(_answers(tx, replies.c.ritual == ritual))


def heard(tx: Tx, voice: Voice) -> set[int]:
    """The ids of the occurrences whose words, or whose deliveries' words, hold some of theirs."""
    if not voice:
        return set()
    said = [*tx.run(SAID).all(), *tx.run(DELIVERED).all()]
    return {row.id for row in said if voice.is_heard(_text(row), row.due_utc)}


def _answers(tx: Tx, which: ColumnElement[bool]) -> Sequence[str]:
    return tx.run(ANSWERS.where(which)).scalars().all()


def _text(row: Row[Any]) -> str:
    drawn = row._mapping.get("drawn")
    return "\n".join((row.title, row.body, drawn["prompt"]["text"] if drawn else ""))


def _even(text: str) -> str:
    """Without what quoting may change: letter case, and how words are spaced."""
    return " ".join(text.casefold().split())
