"""A ledger that the first schema made, with life in it, opened by the present one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from ritualsd.store import memory_store, migrate, open_store
from ritualsd.store.inspection import APPLICATION_ID
from ritualsd.store.kinds import EPOCH, MICROSECOND
from ritualsd.store.peek import peek
from ritualsd.store.sqlite import draft, raw_of
from tests.contract.ledgers import DAY, NOW, reply

AT = (NOW - EPOCH) // MICROSECOND
ROWS = (
    "INSERT INTO installation VALUES ('default', 'home', x'5353', 0)",
    'INSERT INTO streams (household, ritual, key, zone, "when", rule_hash, mark_utc, next_due_utc)'
    f" VALUES ('default', 'filter', 'UTC', 'UTC', '3 weeks after done at 10:00', '1', {AT}, NULL)",
    "INSERT INTO occurrences (id, household, ritual, slot, person, part, due_utc, slot_local, zone, state, reason,"
    " detail, note, title, body, source, late, closed_utc) VALUES (7, 'default', 'filter', '2026-03-02', 'ana', '',"
    f" {AT}, '2026-03-02T08:00:00', 'UTC', 'closed', 'sent', '', '', 't', 'b', 'message', 0, {AT})",
    "INSERT INTO deliveries (id, household, occurrence, ritual, person, channel, title, body, due_utc, expires_utc,"
    ' next_attempt_utc, "order", state, attempts, code, reason, sent_utc)'
    f" VALUES (3, 'default', 7, 'filter', 'ana', 'phone', 't', 'b', {AT}, {AT}, {AT}, 0, 'sent', 1, 'ok', '', {AT})",
)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A state folder as the first schema left it."""
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    path = state / "ritualsd.db"
    path.touch(mode=0o600)
    config = Config()
    config.set_main_option("script_location", migrate.SCRIPTS)
    with draft(path).connect() as connection:
        config.attributes["connection"] = connection
        raw_of(connection).execute(f"PRAGMA application_id={APPLICATION_ID}")
        command.upgrade(config, "0001")
    with closing(sqlite3.connect(path)) as raw:
        for row in ROWS:
            raw.execute(row)
        raw.commit()
    return state


def test_its_record_is_all_there_and_takes_replies(first) -> None:
    store = open_store(first, clock_now=NOW)
    entry = store.find("filter@2026-03-02/ana")
    assert [delivery.id for delivery in entry.deliveries] == [3]
    assert store.reply(reply(entry.occurrence, at=NOW + DAY), None, NOW + DAY)
    store.close()
    again = open_store(first, clock_now=NOW)
    assert again.last_done("filter") == NOW + DAY
    again.close()


def test_its_streams_count_from_the_earliest_moment_still_known(first) -> None:
    store = open_store(first, clock_now=NOW + DAY)
    (stream,) = store.streams().values()
    assert (stream.since_utc, stream.after_utc, stream.done_utc) == (NOW, NOW, None)
    store.close()


def test_a_copy_of_it_stays_beside_it(first) -> None:
    open_store(first, clock_now=NOW).close()
    with closing(sqlite3.connect(first / "ritualsd.db.of-0001")) as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert raw.execute("SELECT count(*) FROM occurrences").fetchone() == (1,)


def test_simulate_and_a_quick_look_read_it_as_it_lies(first) -> None:
    store = memory_store(copy_of=first)
    assert store.replies(7) == []
    store.close()
    seen = peek(first)
    assert seen is not None
    assert seen.secret == b"SS"
