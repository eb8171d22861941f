"""The quick look that `next` takes: right, read-only, and never in the way."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from ritualsd.core.reasons import reason
from ritualsd.model import Done, OccurrenceState, Pause
from ritualsd.store import open_store
from ritualsd.store.peek import peek
from tests.contract.ledgers import DAY, NOW, occurrence, planned, reply, stream


def test_a_peek_sees_what_the_store_says(tmp_path) -> None:
    store = open_store(tmp_path, clock_now=NOW)
    store.sync_streams([stream(key="turns"), stream("other", key="turns"), stream("everyone")], [], [], NOW)
    planned(store, occurrence(0, ritual="everyone"))
    rows = planned(store, *map(occurrence, range(3)), occurrence(0, "ben"), occurrence(0, ritual="other"))
    store.end(rows[0].id, OccurrenceState.CANCELLED, reason("config"), NOW)
    store.end(rows[1].id, OccurrenceState.MISSED, reason("down"), NOW)
    store.end(rows[2].id, OccurrenceState.SKIPPED, reason("digest"), NOW)
    store.pause(Pause(since_utc=NOW, until_utc=NOW + DAY))
    store.pause(Pause(person="ana", since_utc=NOW))
    seen = peek(tmp_path)
    assert seen is not None
    assert seen.secret == store.installation().secret
    assert seen.pauses == store.pauses()
    assert {ritual for ritual, _ in seen.counts} == {"thanks", "other"}
    for ritual in ("thanks", "other"):
        assert {who: n for (of, who), n in seen.counts.items() if of == ritual} == store.counts_by_person(ritual)
    store.close()
    assert peek(tmp_path) == seen


def test_a_peek_sees_what_a_ritual_that_counts_from_done_counts_from(tmp_path) -> None:
    store = open_store(tmp_path, clock_now=NOW)
    counting = {"when": "3 weeks after done", "since_utc": NOW - DAY, "after_utc": NOW}
    store.sync_streams([stream("filter", **counting), stream("filter", key="turns", **counting), stream()], [], [], NOW)
    assert peek(tmp_path).done == {"filter": Done(since_utc=NOW - DAY, after_utc=NOW)}
    for held in planned(store, occurrence(ritual="filter"), occurrence()):
        store.reply(reply(held, number=held.id), None, NOW)
    assert peek(tmp_path).done == {"filter": Done(last_utc=NOW, since_utc=NOW - DAY, after_utc=NOW)}
    store.close()


def test_there_is_nothing_to_see_before_the_first_start(tmp_path) -> None:
    assert peek(tmp_path / "state") is None
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("content", [b"", b"dear diary\n" * 99])
def test_there_is_nothing_to_see_in_what_is_no_database(tmp_path, content) -> None:
    (tmp_path / "ritualsd.db").write_bytes(content)
    assert peek(tmp_path) is None
    assert (tmp_path / "ritualsd.db").read_bytes() == content


def test_there_is_nothing_to_see_in_another_programs_database_or_household(tmp_path) -> None:
    open_store(tmp_path, clock_now=NOW).close()
    assert peek(tmp_path, "theirs") is None
    with closing(sqlite3.connect(tmp_path / "ritualsd.db")) as raw:
        raw.execute("DROP TABLE pauses")
    assert peek(tmp_path) is None


def test_a_peek_loads_nothing_heavy() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, ritualsd.store.peek, ritualsd.store.folder; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert not {"sqlalchemy", "alembic", "pydantic", "asyncio"} & set(loaded)
