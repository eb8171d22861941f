"""Killed, out of space, or on a failing disk: what was promised is there, and nothing is there by half."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ritualsd.core.reasons import reason
from ritualsd.errors import StoreBusy, StoreDamaged, StoreError, StoreFull
from ritualsd.model import DeliveryState, OccurrenceState
from ritualsd.ports import Store
from ritualsd.store import memory_store, open_store
from ritualsd.store.connected import BUSY_TRIES, OneConnection
from ritualsd.store.ledger import Ledger
from ritualsd.store.sqlite import raw_of, writer
from tests.contract.ledgers import NOW, drawn, occurrence, planned, ready, stream
from tests.store.crash import EVER, live, turn, turns

ROOT = Path(__file__).resolve().parents[2]
S, D = OccurrenceState, DeliveryState


def sound(state: Path) -> None:
    """SQLite itself finds nothing wrong with the file."""
    with closing(sqlite3.connect(state / "ritualsd.db")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []


def whole(store: Store, promised: int) -> None:
    """Every step of every message is there completely or not at all, and whatever was promised is there."""
    days = turns(store)
    assert days >= promised
    assert store.due_streams(EVER, 10) == list(store.streams().values())
    entries = {entry.occurrence.name: entry for entry in store.history(limit=10_000)}
    assert set(entries) == {occurrence(day, who).name for day in range(days) for who in ("ana", "ben")}
    for entry in entries.values():
        held, states = entry.occurrence, [delivery.state for delivery in entry.deliveries]
        said = [(delivery.title, delivery.body) for delivery in entry.deliveries]
        match held.state:
            case S.PLANNED:
                assert (states, held.body) == ([], "")
            case S.READY:
                assert states in ([D.PENDING], [D.SENDING])
            case S.CLOSED:
                assert states == [D.SENT]
        assert all(words == (held.title, held.body) for words in said)
        assert (held.name in store.seen(held.person, "gratitude")) == (held.state is not S.PLANNED)
    assert all(entries[occurrence(day).name].occurrence.state is S.CLOSED for day in range(promised))


def die(state: Path, after_turns: int, and_seconds: float) -> int:
    """Live in a child process, killed so long after so many turns; returns how many turns it had promised."""
    reader, teller = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            live(state, 10_000, lambda number: os.write(teller, b"."))
        finally:
            os._exit(1)
    os.close(teller)
    with os.fdopen(reader, "rb") as told:
        promised = len(told.read(after_turns))
        time.sleep(and_seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return promised + len(told.read())


def test_a_ledger_killed_again_and_again_keeps_what_it_promised_and_nothing_half(tmp_path) -> None:
    state = tmp_path / "state"
    chance = random.Random(7)
    promised = 0
    for life in range(25):
        promised += die(state, after_turns=life % 3, and_seconds=chance.uniform(0, 0.03))
        if (state / "ritualsd.db").exists():
            store = open_store(state, clock_now=NOW)
            whole(store, promised)
            store.close()
            sound(state)
    assert promised >= 24


def test_a_creation_that_was_killed_is_simply_begun_again(tmp_path) -> None:
    for left in ("ritualsd.db.new", "ritualsd.db.new-journal"):
        (tmp_path / left).write_bytes(b"half")
        (tmp_path / left).chmod(0o600)
    store = open_store(tmp_path, clock_now=NOW)
    store.close()
    assert [file.name for file in tmp_path.iterdir()] == ["ritualsd.db"]


# a failing disk


def under_strace(state: Path, first_bad: int) -> list[str]:
    """A life in which every fsync from the given one on fails with EIO; what it printed."""
    inject = f"inject=fdatasync,fsync:error=EIO:when={first_bad}+"
    command = ["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=fdatasync,fsync", "-e", inject]
    life = [sys.executable, "-m", "tests.store.crash", str(state), "20"]
    ran = subprocess.run([*command, *life], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    if "ptrace" in ran.stderr.lower():
        pytest.skip("this machine does not let strace trace")
    assert ran.stderr == ""
    return ran.stdout.split()


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
@pytest.mark.parametrize("first_bad", [2, 6, 9, 30])
def test_a_disk_that_cannot_write_ends_the_ledger_without_a_false_promise(tmp_path, first_bad) -> None:
    *kept, end = under_strace(tmp_path / "state", first_bad)
    assert end == "StoreDamaged"
    store = open_store(tmp_path / "state", clock_now=NOW)
    store.sync_streams([] if store.streams() else [stream()], [], [], NOW)
    whole(store, len(kept))
    turn(store)
    store.close()
    sound(tmp_path / "state")


def test_a_broken_connection_is_never_used_again(tmp_path) -> None:
    store = open_store(tmp_path, clock_now=NOW)
    store.sync_streams([stream(f"r{n}") for n in range(2000)], [], [], NOW)
    store.close()
    path = tmp_path / "ritualsd.db"
    ledger = Ledger(OneConnection(writer(path), str(path)), household="default")
    with path.open("r+b") as file:  # behind its back, as a failing disk would
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    with pytest.raises(StoreDamaged) as first:
        ledger.streams()
    with pytest.raises(StoreDamaged) as second:
        ledger.remember("key", "value")
    assert first.value is second.value
    ledger.close()


# no space


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir(mode=0o700)
    options = ["-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(disk)]
    mount = shutil.which("mount")
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a tmpfs")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def turn_until_it_ends(store: Store) -> None:
    for _ in range(1000):
        turn(store)


def fill(disk: Path, but: int = 0) -> Path:
    """Leave only `but` bytes free."""
    ballast = disk / "ballast"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    ballast.write_bytes(bytes(max(0, free - but)))
    return ballast


def test_a_full_disk_stops_recording_and_goes_on_when_there_is_space(small_disk) -> None:
    state = small_disk / "state"
    store = open_store(state, clock_now=NOW)
    store.sync_streams([stream()], [], [], NOW)
    turn(store)
    ballast = fill(small_disk, but=64 * 1024)
    with pytest.raises(StoreFull, match="free some space"):
        turn_until_it_ends(store)
    before = store.history(limit=1000)
    with pytest.raises(StoreFull):
        planned(store, *(occurrence(day, "cleo") for day in range(1000)))
    assert store.history(limit=1000) == before
    ballast.unlink()
    store.recover("two", NOW)
    turn(store)
    whole(store, turns(store))
    store.close()
    sound(state)


def test_a_full_disk_at_the_first_start_leaves_nothing_half_made(small_disk) -> None:
    (small_disk / "state").mkdir(mode=0o700)
    ballast = fill(small_disk, but=8 * 1024)
    with pytest.raises(StoreFull):
        open_store(small_disk / "state", clock_now=NOW)
    assert list((small_disk / "state").iterdir()) == []
    ballast.unlink()
    open_store(small_disk / "state", clock_now=NOW).close()


def test_a_full_disk_at_a_later_start_is_said_to_be_full_and_not_damaged(small_disk) -> None:
    open_store(small_disk / "state", clock_now=NOW).close()
    fill(small_disk)
    with pytest.raises(StoreFull):
        open_store(small_disk / "state", clock_now=NOW)


def test_a_ledger_without_space_keeps_what_it_has_and_recovers(tmp_path) -> None:
    """The same where no disk can be mounted: SQLite is told to take the file as full."""
    open_store(tmp_path, clock_now=NOW).close()
    path = tmp_path / "ritualsd.db"
    store = Ledger(OneConnection(writer(path), str(path)), household="default")
    store.sync_streams([stream()], [], [], NOW)
    raw = raw_of(store.database.connection)
    raw.execute("PRAGMA max_page_count=1").fetchall()
    with pytest.raises(StoreFull):
        store.record([occurrence(day) for day in range(1000)])
    assert store.history() == []
    raw.execute("PRAGMA max_page_count=100000").fetchall()
    turn(store)
    whole(store, 1)
    store.close()


# other processes


def impatient(path: Path) -> Ledger:
    return Ledger(OneConnection(writer(path, busy_s=0.05), str(path)), household="default")


def test_a_database_held_by_somebody_else_is_waited_for_then_said_to_be_busy(tmp_path) -> None:
    open_store(tmp_path, clock_now=NOW).close()
    store = impatient(tmp_path / "ritualsd.db")
    with closing(sqlite3.connect(tmp_path / "ritualsd.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        with pytest.raises(StoreBusy, match="another process"):
            store.remember("key", "value")
        assert time.monotonic() - began >= BUSY_TRIES * 0.05
        assert store.recall("key") == ""
        other.execute("ROLLBACK")
    store.remember("key", "value")
    assert store.recall("key") == "value"
    store.close()


def test_an_error_in_the_middle_leaves_nothing_of_a_transaction(tmp_path) -> None:
    store = memory_store()
    (held,) = planned(store, occurrence())
    with pytest.raises(StoreError):
        ready(store, held, draw=drawn(), occurrence=999)
    assert store.find(held.name).occurrence == held
    assert store.seen("ana", "gratitude") == {}
    ready(store, held)
    store.close()


def test_durable_settings_are_those_of_the_open_connection(tmp_path) -> None:
    open_store(tmp_path, clock_now=NOW).close()
    path = tmp_path / "ritualsd.db"
    store = Ledger(OneConnection(writer(path), str(path)), household="default")
    raw = raw_of(store.database.connection)
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    assert {pragma: raw.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in wanted} == wanted
    store.close()


def test_forgotten_words_are_not_left_in_the_file(tmp_path) -> None:
    words = "a surprise weekend in the mountains"
    store = open_store(tmp_path, clock_now=NOW)
    (held,) = planned(store, occurrence())
    delivery = ready(store, held, body=words, draw=drawn(text=words))
    claimed = store.claim(delivery.id, "one", NOW)
    assert claimed is not None
    store.end(held.id, S.EXPIRED, reason("late"), NOW)
    store.recover("two", NOW)
    store.close()
    assert words.encode() in (tmp_path / "ritualsd.db").read_bytes()
    store = open_store(tmp_path, clock_now=NOW)
    assert store.forget_words(EVER) == 1
    store.close()
    assert words.encode() not in (tmp_path / "ritualsd.db").read_bytes()
