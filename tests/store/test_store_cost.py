"""What reading costs: the number due, never the number there are. Counted in SQLite's own steps, which no machine
changes; clocks appear only as loose ceilings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from ritualsd.ports import Store
from ritualsd.store.kinds import EPOCH
from ritualsd.store.ledger import Ledger
from ritualsd.store.opening import memory_store
from ritualsd.store.sqlite import raw_of
from tests.contract.ledgers import DAY, NOW, occurrence, plan, planned, ready, stream

MANY = 100_000
SECOND = timedelta(seconds=1)


def ledger() -> Ledger:
    store = memory_store(secret=None, copy_of=None, household="default")
    assert isinstance(store, Ledger)
    return store


def fill(store: Ledger, count: int) -> None:
    """Streams due one a second from tomorrow on, and as many occurrences and deliveries long over."""
    store.sync_streams([stream(f"r{n}", next_due_utc=NOW + DAY + n * SECOND) for n in range(count)], [], [], NOW)
    raw = raw_of(store.database.connection)
    past = (NOW - EPOCH) // timedelta(microseconds=1) - 10**9
    raw.execute("BEGIN")
    raw.executemany(
        "INSERT INTO occurrences (id, household, ritual, slot, person, part, due_utc, slot_local, zone, state, reason,"
        " detail, note, title, body, source, late, closed_utc)"
        " VALUES (?, 'default', ?, ?, 'ana', '', ?, '2026-03-01T08:00:00', 'UTC', 'closed', 'sent', '', '', 't', 'b',"
        " '', 0, ?)",
        ((n, f"r{n % 50}", f"old-{n}", past - n, past - n) for n in range(1, count + 1)),
    )
    raw.executemany(
        "INSERT INTO deliveries (id, household, occurrence, ritual, person, channel, title, body, due_utc, expires_utc,"
        ' next_attempt_utc, "order", state, attempts, code, reason, sent_utc)'
        " VALUES (?, 'default', ?, 'r', 'ana', 'phone', 't', 'b', ?, ?, ?, 0, 'sent', 1, '', '', ?)",
        ((n, n, past - n, past - n, past - n, past - n) for n in range(1, count + 1)),
    )
    raw.execute("COMMIT")


@pytest.fixture(scope="module")
def few_and_many() -> Iterator[tuple[Ledger, Ledger]]:
    few, many = ledger(), ledger()
    fill(few, 100)
    fill(many, MANY)
    yield few, many
    few.close()
    many.close()


def steps(store: Ledger, read: Callable[[Store], object]) -> int:
    """How many instructions SQLite's machine ran for this."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    raw = raw_of(store.database.connection)
    raw.set_progress_handler(tick, 1)
    try:
        read(store)
    finally:
        raw.set_progress_handler(None, 0)
    return count


READS: dict[str, Callable[[Store], object]] = {
    "due_streams, none due": lambda store: store.due_streams(NOW, 200),
    "due_streams, ten due": lambda store: store.due_streams(NOW + DAY + 9 * SECOND, 200),
    "due_streams, at most ten": lambda store: store.due_streams(NOW + 99 * DAY, 10),
    "next_due": lambda store: store.next_due(),
    "to_prepare": lambda store: store.to_prepare(NOW + DAY, 200),
    "due_deliveries": lambda store: store.due_deliveries(NOW + DAY, 200),
    "next_delivery": lambda store: store.next_delivery(),
    "pending": lambda store: store.pending(),
    "history": lambda store: store.history(limit=20),
    "inbox": lambda store: store.inbox("ana", ["phone"], 20),
    "find": lambda store: store.find("r1@old-1/ana"),
    "sibling": lambda store: store.sibling(occurrence(ritual="r1")),
    "withdraw": lambda store: store.sync_streams([], [], ["r1", "r2"], NOW),
    "history of nothing": lambda store: store.history(ritual="unknown", person="ana", limit=20),
    "day_slots": lambda store: store.day_slots("r1", "", "2026-03-02"),
    "claim": lambda store: store.claim(7, "one", NOW),
    "recover": lambda store: store.recover("one", NOW),
}


@pytest.mark.parametrize("read", READS)
def test_reading_costs_the_same_however_much_there_is(few_and_many, read) -> None:
    few, many = (steps(store, READS[read]) for store in few_and_many)
    assert many <= few + 30


def test_a_beat_of_ten_reads_ten_rows(few_and_many) -> None:
    _, many = few_and_many
    nothing = steps(many, READS["due_streams, none due"])
    ten = steps(many, READS["due_streams, ten due"])
    assert ten - nothing < 10 * 40


def test_committing_a_plan_costs_the_streams_planned(few_and_many) -> None:
    def commit(store: Store) -> None:
        due = store.due_streams(NOW + DAY + 9 * SECOND, 10)
        assert store.commit_plan([plan(each, occurrence(1, ritual=each.ritual)) for each in due]) == 10

    few, many = (steps(store, commit) for store in few_and_many)
    assert many <= few * 1.2


@contextmanager
def statements(store: Ledger) -> Iterator[list[tuple[str, object]]]:
    """What is sent to the database meanwhile."""
    sent: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(store.database.connection, "before_cursor_execute", note)
    yield sent
    event.remove(store.database.connection, "before_cursor_execute", note)


@pytest.mark.parametrize("read", READS)
def test_no_read_scans_a_table(few_and_many, read) -> None:
    _, many = few_and_many
    with statements(many) as sent:
        READS[read](many)
    assert sent
    for statement, parameters in sent:
        lines = raw_of(many.database.connection).execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        assert [line[3] for line in lines if line[3].startswith("SCAN") and "CONSTANT" not in line[3]] == []


def test_an_idle_beat_at_a_hundred_thousand_streams_is_quick(few_and_many) -> None:
    _, many = few_and_many
    best = min(took(lambda: many.due_streams(NOW, 200)) for _ in range(20))
    assert best < 0.01  # measured: 0.00006


def test_a_thousand_occurrences_are_committed_quickly() -> None:
    store = ledger()
    rows = [stream(f"r{n}") for n in range(1000)]
    store.sync_streams(rows, [], [], NOW)
    plans = [plan(row, occurrence(ritual=row.ritual)) for row in rows]
    assert took(lambda: store.commit_plan(plans)) < 1  # measured: 0.05
    store.close()


def test_a_year_of_messages_in_memory_takes_seconds() -> None:
    store = ledger()

    def live() -> None:
        for day in range(365):
            for each in planned(store, occurrence(day)):
                store.claim(ready(store, each).id, "one", NOW)

    assert took(live) < 10  # measured: 0.3
    store.close()


def took(act: Callable[[], object]) -> float:
    """Seconds of this process alone: the machine may have other things to do."""
    began = time.process_time()
    act()
    return time.process_time() - began
