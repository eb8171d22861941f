"""Restoring: a backup takes the place of the ledger, and what it cannot know of is decided, not said again.

Everything is made ready beside the database and proven; only then does one rename put it in place. The ledger that was
there stays beside it, under a name of its own.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, bindparam, delete, select, update

from ritualsd.core.reasons import reason
from ritualsd.errors import RitualsdError, StateFolder, StoreBusy, StoreDamaged, StoreError
from ritualsd.model import DEFAULT_HOUSEHOLD, DeliveryState, Keyring, OccurrenceState, Purpose
from ritualsd.store import keeping
from ritualsd.store.connected import OneConnection
from ritualsd.store.container import Secrets, unpack
from ritualsd.store.folder import clear, sync_folder
from ritualsd.store.inspection import inspect
from ritualsd.store.kinds import Utc
from ritualsd.store.ledger import Ledger
from ritualsd.store.peek import DATABASE
from ritualsd.store.planner import LIVE
from ritualsd.store.preparing import end
from ritualsd.store.resealing import prove
from ritualsd.store.scrubbing import empty_journal
from ritualsd.store.sqlite import raw_of, uri, writer
from ritualsd.store.tables import REVISIONS, deliveries, installation, occurrences, passes
from ritualsd.store.tx import HOUSEHOLD, Tx, unindexed

RESTORED = "restored"
SIDES = ("-wal", "-shm")

_O, _D = occurrences.c, deliveries.c
_AT = bindparam("at_utc", type_=Utc())
_AHEAD = (
    select(_D.id)
    .where(_D.occurrence == _O.id, unindexed(_D.state) == DeliveryState.PENDING, _D.next_attempt_utc > _AT)
    .correlate(occurrences)
    .exists()
)
PERHAPS_SAID = select(_O.id).where(_O.household == HOUSEHOLD, _O.state.in_(LIVE), _O.due_utc <= _AT, ~_AHEAD)
# What was in flight then has no worker any more.
LAND = (
    update(deliveries)
    .where(_D.household == HOUSEHOLD, _D.state == DeliveryState.SENDING)
    .values(state=DeliveryState.CANCELLED, code=RESTORED, reason=reason(RESTORED).detail)
)
# Neither a sign-in nor a calendar's address that was taken back since the backup may come to life again. What opens a
# single message stays: nobody can take that back, and the message lies where its link does.
END_PASSES = delete(passes).where(passes.c.household == HOUSEHOLD, passes.c.purpose != Purpose.REPLY)


def restore(
    state: Path, source: BinaryIO, secrets: Secrets, *, sealing: Keyring | None, now: datetime, force: bool
) -> Mapping[str, str]:
    """Put the backup in `source` in place; returns its facts. The caller holds the folder's lock.

    What came due since the backup was made ends as missed (restored), like what was on its way then and is due by now:
    it may have been said. Raises RitualsdError where a ledger is there already, unless `force`, and for a backup that
    cannot be used; StoreError for one whose words the key does not open. Then nothing was changed.
    """
    path = state / DATABASE
    if path.exists() and not force:
        raise RitualsdError(
            "there is a record here already", where=str(path), todo="add --force to put it aside; it is kept"
        )
    aside = state / f"{DATABASE}.new"
    try:
        clear(aside)
        facts = _unpacked(source, aside, secrets)
        _make_ready(aside, sealing, state, now)
        _put_in_place(aside, path, now)
    except OSError as error:
        raise StateFolder(
            f"the record cannot be put in place: {error.strerror}", where=str(path), todo="see that the disk has space"
        ) from None
    finally:
        with suppress(OSError):
            clear(aside)
    return facts


def _unpacked(source: BinaryIO, aside: Path, secrets: Secrets) -> Mapping[str, str]:
    with open(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
        facts = unpack(source, target, secrets)
        target.flush()
        os.fsync(target.fileno())
    return facts


def _make_ready(aside: Path, sealing: Keyring | None, state: Path, now: datetime) -> None:
    try:
        revision = inspect(aside)
    except StoreDamaged:
        raise RitualsdError("the record in this backup is damaged", todo="use another backup") from None
    if revision is not None and revision != REVISIONS[-1]:
        from ritualsd.store.migrate import migrate  # Alembic is slow to load, and seldom needed

        migrate(aside, revision)
    database = OneConnection(writer(aside), str(aside))
    try:
        prove(Ledger(database, household=DEFAULT_HOUSEHOLD), sealing, state)
        database.write(lambda connection: _settle_all(connection, now))
        database.alone(lambda connection: empty_journal(raw_of(connection), str(aside)))
    finally:
        database.close()


def _settle_all(connection: Connection, now: datetime) -> None:
    for household in connection.execute(select(installation.c.household)).scalars().all():
        _settle(Tx(connection, household), now)


def _settle(tx: Tx, now: datetime) -> None:
    tx.run(LAND)
    for occurrence in tx.run(PERHAPS_SAID, at_utc=now).scalars().all():
        end(tx, occurrence, OccurrenceState.MISSED, reason(RESTORED), now)
    tx.run(END_PASSES)
    keeping.remember(tx, RESTORED, now.isoformat())


def _put_in_place(aside: Path, path: Path, now: datetime) -> None:
    _put_aside(path, path.with_name(f"{path.name}.old-{now:%Y%m%dT%H%M%S}"))
    aside.replace(path)
    sync_folder(path.parent)


def _put_aside(path: Path, old: Path) -> None:
    """Give the ledger that is there a second name, with its journal played back where that can be done: a journal left
    behind would be taken for the new one's."""
    try:
        _play_back(path)
    except StoreBusy:
        raise
    except (sqlite3.Error, StoreError):
        pass  # it is damaged, and kept as it lies
    for side in SIDES:
        left = path.with_name(path.name + side)
        if left.exists():
            left.rename(old.with_name(old.name + side))
    if path.exists():
        os.link(path, old)
    sync_folder(path.parent)


def _play_back(path: Path) -> None:
    if inspect(path) is not None:  # of a damaged one SQLite might throw the journal away
        with closing(sqlite3.connect(uri(path, "rw"), uri=True)) as ledger:
            empty_journal(ledger, str(path))
