"""A quick look at the ledger for commands that must start fast: at a file with the standard library. Never writes."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from ritualsd.core.upcoming import Settled
from ritualsd.errors import NotFound
from ritualsd.model import DEFAULT_HOUSEHOLD, Done, LifeSeason, Pause, Slot

DATABASE = "ritualsd.db"
MOVED = f"{DATABASE}.moved-*"
"""How the file is called once its record was moved to a server: its name alone keeps others from beginning anew."""

WAIT_S = 1.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
T = TypeVar("T")

_SECRET = "SELECT secret FROM installation WHERE household = :household"
_COUNTS = """
    SELECT ritual, person, count(DISTINCT slot) FROM occurrences
    WHERE household = :household
    AND (state NOT IN ('missed', 'skipped', 'cancelled') OR reason IN ('digest', 'own-pause'))
    AND part NOT LIKE '%~%'
    AND ritual IN (SELECT ritual FROM streams WHERE household = :household AND key = 'turns')
    GROUP BY ritual, person
"""
_SETTLED = """
    SELECT ritual, person, slot, part, slot_local, zone, due_utc FROM occurrences
    WHERE household = :household AND slot >= :day AND state <> 'cancelled' AND part NOT LIKE '%~%'
    AND ritual IN (SELECT ritual FROM streams WHERE household = :household AND key = 'turns')
    ORDER BY id
"""
_TALLIES = "SELECT substr(key, 7), value FROM memory WHERE household = :household AND key LIKE 'tally:%'"
_PAUSES = "SELECT ritual, person, since_utc, until_utc FROM pauses WHERE household = :household"
_CALENDARS = "SELECT substr(key, 10), value FROM memory WHERE household = :household AND key LIKE 'calendar:%'"
_KEPT = "SELECT key, value FROM memory WHERE household = :household AND substr(key, 1, length(:start)) = :start"
_KNOWS_SEASONS = "SELECT 1 FROM pragma_table_info('seasons')"
_SEASONS = "SELECT person, name, since_utc, until_utc FROM seasons WHERE household = :household ORDER BY person"
_KNOWS_DONE = "SELECT 1 FROM pragma_table_info('streams') WHERE name = 'done_utc'"
_DONE = """
    SELECT ritual, max(done_utc), min(since_utc), max(after_utc) FROM streams
    WHERE household = :household AND "when" LIKE '%after done%'
    GROUP BY ritual
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peek:
    """What a preview needs: the key of hashed draws, how often each had a ritual that takes turns, the pauses, what
    each ritual that counts from done counts from, the seasons of life, and the days of plugins' calendars, as the text
    they are kept in."""

    secret: bytes
    counts: Mapping[tuple[str, str], int]
    pauses: tuple[Pause, ...]
    done: Mapping[str, Done]
    seasons: tuple[LifeSeason, ...]
    calendars: Mapping[str, str]


class Asked(Protocol):
    """What a look goes through: a connection of SQLite's, or one to a server that understands the same."""

    def execute(self, statement: str, values: Mapping[str, str], /) -> Any: ...


def peek(state: Path, household: str = DEFAULT_HOUSEHOLD, url: str = "") -> Peek | None:
    """What the ledger in `state`, or at `url`, says; None where there is none that can be read.

    Raises StoreError for a server that cannot be reached.
    """
    return _look(state, url, lambda database: _read(database, household))


def kept(state: Path, start: str, household: str = DEFAULT_HOUSEHOLD, url: str = "") -> Mapping[str, str]:
    """The small memories whose key begins with `start`; none where there is no ledger that can be read."""
    asked = {"household": household, "start": start}
    found = _look(state, url, lambda database: database.execute(_KEPT, asked).fetchall())
    return {str(key): str(value) for key, value in found or ()}


def settled(state: Path, day: str, household: str = DEFAULT_HOUSEHOLD, url: str = "") -> list[Settled]:
    """The turns on record from the ISO date `day` on, the older ones first; none where nothing can be read."""
    asked = {"household": household, "day": day}
    found = _look(state, url, lambda database: [_settled(*row) for row in database.execute(_SETTLED, asked)])
    return found or []


def _look(state: Path, url: str, question: Callable[[Asked], T]) -> T | None:
    """The answer, as of one moment; None where there is no ledger, or none that can be read."""
    try:
        if url:
            from ritualsd.store.opening import ask  # loads the driver, which only a server needs

            return ask(url, question)
        with closing(_open(state)) as database:
            database.execute("BEGIN")
            return question(database)
    except (sqlite3.Error, ValueError, TypeError, OverflowError, NotFound):
        return None


def _open(state: Path) -> sqlite3.Connection:
    name = f"file:{quote(str((state / DATABASE).absolute()))}?mode=ro"
    return sqlite3.connect(name, uri=True, timeout=WAIT_S)


def put_aside(state: Path) -> Path | None:
    """The file as it was left here, where the record was moved to a server."""
    return max(state.glob(MOVED), default=None)


def _lacks(database: Asked, knows: str) -> bool:
    """Whether a file is older than what is looked for; there never was a server with a schema of that age."""
    return isinstance(database, sqlite3.Connection) and database.execute(knows).fetchone() is None


def _settled(ritual: str, person: str, key: str, part: str, local: str, zone: str, due: int) -> Settled:
    slot = Slot(
        local=datetime.fromisoformat(local), zone=zone, due_utc=_EPOCH + due * _MICROSECOND, key=key, part=part
    )  # fmt: skip
    return Settled(ritual=ritual, person=person, slot=slot)


def _read(database: Asked, household: str) -> Peek | None:
    whose = {"household": household}
    found = database.execute(_SECRET, whose).fetchone()
    if found is None:
        return None
    return Peek(
        secret=bytes(found[0]),
        counts=_counts(database, whose),
        pauses=tuple(
            Pause(ritual=ritual, person=person, since_utc=_EPOCH + since * _MICROSECOND, until_utc=_utc(until))
            for ritual, person, since, until in database.execute(_PAUSES, whose)
        ),
        done=_done(database, whose),
        seasons=_seasons(database, whose),
        calendars=dict(
            database.execute(_CALENDARS, {"household": DEFAULT_HOUSEHOLD}).fetchall()
        ),  # plugins' are shared
    )


def _counts(database: Asked, whose: Mapping[str, str]) -> Mapping[tuple[str, str], int]:
    """By ritual and person, the turns among them that were erased."""
    counts = Counter({(ritual, person): times for ritual, person, times in database.execute(_COUNTS, whose)})
    for key, times in database.execute(_TALLIES, whose):
        ritual, _, person = key.partition(":")
        counts[ritual, person] += int(times)
    return counts


def _done(database: Asked, whose: Mapping[str, str]) -> dict[str, Done]:
    """By ritual; nothing on a ledger of the first release, which no daemon has brought up to date yet."""
    if _lacks(database, _KNOWS_DONE):
        return {}
    return {
        ritual: Done(last_utc=_utc(last), since_utc=_utc(since), after_utc=_utc(after))
        for ritual, last, since, after in database.execute(_DONE, whose)
    }


def _seasons(database: Asked, whose: Mapping[str, str]) -> tuple[LifeSeason, ...]:
    """All on record, ended ones too; none on a ledger from before there were any."""
    if _lacks(database, _KNOWS_SEASONS):
        return ()
    return tuple(
        LifeSeason(name=name, person=person, since_utc=_EPOCH + since * _MICROSECOND, until_utc=_utc(until))
        for person, name, since, until in database.execute(_SEASONS, whose)
    )


def _utc(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + microseconds * _MICROSECOND
