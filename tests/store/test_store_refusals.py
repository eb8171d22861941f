"""What must never happen to somebody's ledger: taken for ours, half read, replaced, or written by an older version."""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ritualsd.errors import NotFound, StateFolder, StoreDamaged, StoreError, StoreTooNew
from ritualsd.store import memory_store, open_reader, open_store
from ritualsd.store.sqlite import demand, in_memory
from tests.contract.ledgers import DAY, NOW, drawn, occurrence, planned, ready, stream

SECRET_WORDS = "a surprise weekend in the mountains"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with a small ledger, cleanly closed."""
    folder = tmp_path / "state"
    store = open_store(folder, clock_now=NOW)
    store.sync_streams([stream(f"r{n}") for n in range(200)], [], [], NOW)
    for each in planned(store, *map(occurrence, range(40))):
        ready(store, each, draw=drawn(), body=SECRET_WORDS)
    store.close()
    return folder


def database(state: Path) -> Path:
    return state / "ritualsd.db"


def snapshot(state: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its bytes and when it was last changed."""
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in state.iterdir()}


def refused(state: Path, error: type[StoreError], match: str | None = None) -> None:
    """Opening raises, says where and what to do, and leaves the folder as it was."""
    before = snapshot(state)
    with pytest.raises(error, match=match) as caught:
        open_store(state, clock_now=NOW)
    assert str(database(state)) in str(caught.value)
    assert caught.value.todo
    assert snapshot(state) == before


@pytest.mark.parametrize(
    "content",
    [b"", b"S", b"SQLite format 3\0", b"dear diary\n" * 500, b"SQLite format 3\0" + bytes(8000), bytes(4096)],
    ids=["empty", "one-byte", "magic-only", "text", "magic-and-zeros", "zeros"],
)
def test_a_file_that_is_no_database_is_refused_and_kept(state, content) -> None:
    database(state).write_bytes(content)
    refused(state, StoreDamaged)


def test_a_database_of_another_program_is_refused_and_kept(state) -> None:
    database(state).unlink()
    with closing(sqlite3.connect(database(state))) as other:
        other.execute("CREATE TABLE bookmarks (url)")
    database(state).chmod(0o600)
    refused(state, StoreDamaged, "another program")


@pytest.mark.parametrize("part", [0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_database_is_refused_and_kept(state, part) -> None:
    os.truncate(database(state), int(database(state).stat().st_size * part))
    refused(state, StoreDamaged)


def test_a_database_with_something_appended_is_refused(state) -> None:
    with database(state).open("ab") as file:
        file.write(b"x" * 4096)
    refused(state, StoreDamaged)


def test_a_journal_without_its_database_is_refused(state) -> None:
    database(state).rename(state / "elsewhere")
    (state / "ritualsd.db-wal").write_bytes(b"frames")
    (state / "ritualsd.db-wal").chmod(0o600)
    with pytest.raises(StoreDamaged, match="journal"):
        open_store(state, clock_now=NOW)
    assert not database(state).exists()


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bytes_never_end_in_anything_but_an_error_of_ours(state, seed) -> None:
    """Bits that fall into plain text can go unseen; whatever is seen is StoreDamaged, and the file stays."""
    chance = random.Random(seed)
    damaged = bytearray(database(state).read_bytes())
    for _ in range(chance.choice([1, 8, 200])):
        damaged[chance.randrange(100, len(damaged))] ^= chance.randrange(1, 256)
    database(state).write_bytes(damaged)
    with suppress(StoreDamaged):
        store = open_store(state, clock_now=NOW)
        with closing(store):
            store.streams()
            store.history(limit=1000)
            store.due_deliveries(NOW + 100 * DAY, 1000)
            store.seen("ana", "gratitude")
        return
    assert database(state).read_bytes() == damaged


def test_a_flipped_page_is_noticed_when_opening(state) -> None:
    damaged = bytearray(database(state).read_bytes())
    middle = len(damaged) // 8192 * 4096
    damaged[middle : middle + 64] = bytes(64)
    database(state).write_bytes(damaged)
    refused(state, StoreDamaged)


def test_a_value_that_cannot_be_is_damage_and_shows_no_words(state) -> None:
    with closing(sqlite3.connect(database(state))) as raw:
        raw.execute("UPDATE occurrences SET state = ?", (SECRET_WORDS,))
        raw.commit()
    store = open_store(state, clock_now=NOW)
    with pytest.raises(StoreDamaged) as caught:
        store.history()
    assert SECRET_WORDS not in str(caught.value)
    assert caught.value.__cause__ is None
    assert str(database(state)) in str(caught.value)
    with pytest.raises(StoreDamaged):
        store.pending()
    store.close()


def test_text_that_is_no_text_is_damage_and_shows_no_words(state) -> None:
    with closing(sqlite3.connect(database(state))) as raw:
        raw.execute("UPDATE occurrences SET body = CAST(? AS TEXT)", (SECRET_WORDS.encode() + b"\xff\xfe",))
        raw.commit()
    store = open_store(state, clock_now=NOW)
    with pytest.raises(StoreDamaged) as caught:
        store.history()
    assert SECRET_WORDS not in str(caught.value)
    store.close()


def test_errors_of_statements_never_show_what_was_to_be_stored(state) -> None:
    store = open_store(state, clock_now=NOW)
    (held,) = planned(store, occurrence(99))
    with pytest.raises(StoreError) as caught:
        ready(store, held, body=f"{SECRET_WORDS} \udc80")
    assert SECRET_WORDS not in str(caught.value)
    assert caught.value.__cause__ is None
    assert store.find(held.name).deliveries == ()
    store.close()


def test_what_a_statement_was_given_is_hidden_where_sqlalchemy_names_it() -> None:
    with in_memory().connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": SECRET_WORDS})
    assert SECRET_WORDS not in str(caught.value)


# versions


def written_by(state: Path, revision: str) -> None:
    with closing(sqlite3.connect(database(state))) as raw:
        raw.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        raw.commit()


def test_a_newer_database_is_refused_before_anything_is_written(state) -> None:
    written_by(state, "9999")
    refused(state, StoreTooNew, "newer")
    with pytest.raises(StoreTooNew):
        open_reader(state)
    with pytest.raises(StoreTooNew):
        memory_store(copy_of=state)


def test_a_newer_database_left_by_a_crash_is_refused_and_keeps_its_journal(state, tmp_path) -> None:
    """The last commits of a killed process lie in the journal: it must not be played into the file."""
    raw = sqlite3.connect(database(state))
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    crashed = tmp_path / "crashed"
    shutil.copytree(state, crashed)
    raw.close()
    kept = {name: snapshot(crashed)[name] for name in ("ritualsd.db", "ritualsd.db-wal")}
    assert len(kept["ritualsd.db-wal"][0]) > 0
    with pytest.raises(StoreTooNew):
        open_store(crashed, clock_now=NOW)
    assert {name: snapshot(crashed)[name] for name in kept} == kept


def test_a_database_that_names_no_version_is_refused(state) -> None:
    with closing(sqlite3.connect(database(state))) as raw:
        raw.execute("DROP TABLE alembic_version")
        raw.commit()
    refused(state, StoreDamaged, "version")


def test_an_address_that_is_none_is_refused_and_not_repeated(tmp_path) -> None:
    with pytest.raises(StoreError, match="cannot be read") as caught:
        open_store(tmp_path / "state", url="postgresql://user:hush hush@host:port/db", clock_now=NOW)
    assert "hush" not in str(caught.value)


def test_without_the_driver_it_says_how_to_get_it(tmp_path, monkeypatch) -> None:
    for module in ("ritualsd.store.pooled", "ritualsd.store.postgres", "ritualsd.store.moving"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    state, url = tmp_path / "state", "postgresql://db.example.org/ritualsd"
    open_store(state, clock_now=NOW).close()
    for way in (lambda: open_store(tmp_path / "new", url=url, clock_now=NOW), lambda: move(state, url)):
        with pytest.raises(StoreError, match=re.escape("ritualsd[postgres]")):
            way()


def move(state: Path, url: str) -> None:
    from ritualsd.store import moving

    moving.move(state, url, NOW, lambda rows: None, lambda rows: None)


# readers


def test_a_reader_finds_nothing_before_the_first_start(tmp_path) -> None:
    with pytest.raises(NotFound, match="ritualsd run"):
        open_reader(tmp_path / "state")
    assert not (tmp_path / "state").exists()


def test_a_reader_beside_a_daemon_sees_what_is_committed_and_cannot_write(state) -> None:
    daemon = open_store(state, clock_now=NOW)
    reader = open_reader(state)
    daemon.remember("key", "value")
    assert reader.recall("key") == "value"
    with pytest.raises(StateFolder):
        reader.remember("key", "other")
    reader.close()
    assert daemon.recall("key") == "value"
    daemon.close()


def test_a_reader_refuses_what_is_not_ours(state) -> None:
    database(state).write_bytes(b"dear diary\n" * 500)
    with pytest.raises(StoreDamaged):
        open_reader(state)


def test_a_reader_never_moves_the_journal_into_the_database(state) -> None:
    daemon = open_store(state, clock_now=NOW)
    before = database(state).read_bytes()
    daemon.sync_streams([stream(f"more{n}") for n in range(500)], [], [], NOW)
    reader = open_reader(state)
    assert len(reader.streams()) == 700
    reader.close()
    assert database(state).read_bytes() == before
    daemon.close()
    assert database(state).read_bytes() != before


def test_a_memory_copy_starts_from_the_folder_and_leaves_it_alone(state) -> None:
    before = snapshot(state)
    store = memory_store(copy_of=state)
    assert len(store.streams()) == 200
    store.sync_streams([], [("r0", "UTC")], [], NOW)
    store.close()
    kept = snapshot(state)
    assert {name: kept[name] for name in before} == before


def test_a_memory_copy_of_nothing_is_empty(tmp_path) -> None:
    store = memory_store(copy_of=tmp_path / "state", secret=b"s" * 32)
    assert store.streams() == {}
    assert store.installation().secret == b"s" * 32
    store.close()


def test_a_pragma_that_sqlite_declines_is_refused() -> None:
    with closing(sqlite3.connect(":memory:")) as raw, pytest.raises(StoreError, match="journal_mode"):
        demand(raw, "journal_mode", "wal")
