"""Small things the ledger keeps: who this installation is, pauses, channel health, and values under a key.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from ritualsd.errors import StoreDamaged
from ritualsd.model import Health, Installation, Pause
from ritualsd.store import rows
from ritualsd.store.tables import channels, installation, memory, pauses
from ritualsd.store.tx import HOUSEHOLD, Tx, put_over

_P, _M = pauses.c, memory.c

CANARY = "seal:canary"
"""Under this key every ledger that may hold sealed words keeps one that proves the key."""

INSTALLATION = select(*rows.INSTALLATION).where(installation.c.household == HOUSEHOLD)
PUT_INSTALLATION = put_over(installation)
HEALTH = select(*rows.HEALTH).where(channels.c.household == HOUSEHOLD)
PAUSES = select(*rows.PAUSE).where(_P.household == HOUSEHOLD)
PAUSES_OF = PAUSES.where(_P.person.in_(bindparam("people", expanding=True)))
PUT_PAUSE = put_over(pauses)
RESUME = (
    update(pauses)
    .where(
        _P.household == HOUSEHOLD,
        _P.ritual == bindparam("of_ritual"),
        _P.person == bindparam("of_person"),
        _P.until_utc.is_(None) | (_P.until_utc > bindparam("at_utc")),
    )
    .values(until_utc=bindparam("at_utc"))
)
RECALL = select(_M.value).where(_M.household == HOUSEHOLD, _M.key == bindparam("of_key"))
RECALL_ALL = select(_M.key, _M.value).where(
    _M.household == HOUSEHOLD, func.substr(_M.key, 1, bindparam("size")) == bindparam("start")
)
PUT_MEMORY = put_over(memory)


def identify(tx: Tx, now: datetime, secret: bytes | None = None) -> None:
    """Make this installation's identity where there is none; a `secret` given replaces the one there is."""
    known = tx.run(INSTALLATION).one_or_none()
    if known is not None and secret is None:
        return
    made = Installation(id=secrets.token_hex(8), secret=secret or secrets.token_bytes(32), created_utc=now)
    tx.put(PUT_INSTALLATION, [rows.values(made)])


def identity(tx: Tx) -> Installation:
    """Who this installation is. Raises StoreDamaged when nobody ever said."""
    row = tx.run(INSTALLATION).one_or_none()
    if row is None:
        raise StoreDamaged("the database does not say whose it is")
    return rows.installation(row)


def health(tx: Tx) -> Mapping[str, Health]:
    """Channel health by label."""
    return {row.label: rows.health(row) for row in tx.run(HEALTH)}


def pauses_of(tx: Tx, people: Collection[str] | None) -> tuple[Pause, ...]:
    """The pauses of these people, or all, ended ones too, by ritual and person."""
    found = tx.run(PAUSES) if people is None else tx.run(PAUSES_OF, people=list(people))
    # Sorted here: to have them in order, SQLite would take another index and walk past everybody's.
    return tuple(sorted(map(rows.pause, found), key=lambda each: (each.ritual, each.person)))


def pause(tx: Tx, wanted: Pause) -> None:
    """Add it, or let it take the place of the one for the same ritual and person."""
    tx.put(PUT_PAUSE, [rows.values(wanted)])


def resume(tx: Tx, ritual: str, person: str, now: datetime) -> bool:
    """End a pause that has not ended; False when there is none."""
    return bool(tx.run(RESUME, of_ritual=ritual, of_person=person, at_utc=now).rowcount)


def recall(tx: Tx, key: str) -> str:
    """The value kept under `key`, or ""."""
    return tx.run(RECALL, of_key=key).scalar() or ""


def recall_all(tx: Tx, start: str) -> dict[str, str]:
    """Every value whose key begins with `start`, by its key."""
    return {row.key: row.value for row in tx.run(RECALL_ALL, start=start, size=len(start))}


def remember(tx: Tx, key: str, value: str) -> None:
    """Keep a value under `key`."""
    remember_all(tx, {key: value})


def remember_all(tx: Tx, values: Mapping[str, str]) -> None:
    """Keep each value under its key."""
    tx.put(PUT_MEMORY, [{"key": key, "value": value} for key, value in values.items()])
