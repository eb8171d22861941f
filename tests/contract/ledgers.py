"""Ledgers to test, and small streams, occurrences and deliveries to put into them.

A new kind of store joins the contract suite with one line in `KINDS`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ritualsd.core.keys import key_text
from ritualsd.model import (
    ActionKind,
    Delivery,
    Drawn,
    Keyring,
    Message,
    Occurrence,
    Prompt,
    Reply,
    Secret,
    Stream,
    StreamPlan,
)
from ritualsd.ports import Store
from ritualsd.store import memory_store, open_store
from ritualsd.store.pooled import Pooled
from ritualsd.store.schema import settle
from ritualsd.store.tables import metadata
from tests.postgres import name_of, needs_postgres, the_server

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)

KEYRING = Keyring(text=Secret(key_text(bytes(32))))

Open = Callable[[], Store]


@contextmanager
def file_ledger(sealing: Keyring | None = None) -> Iterator[Open]:
    """Each call opens the same file again, on a connection of its own."""
    opened: list[Store] = []
    with tempfile.TemporaryDirectory() as folder:

        def again() -> Store:
            opened.append(open_store(Path(folder) / "state", clock_now=NOW, sealing=sealing))
            return opened[-1]

        yield again
        for store in opened:
            store.close()


@contextmanager
def memory_ledger() -> Iterator[Open]:
    """Each call gives the same store: there is nothing else to open."""
    store = memory_store()
    yield lambda: store
    store.close()


@contextmanager
def server_ledger(sealing: Keyring | None = None) -> Iterator[Open]:
    """Each call opens the same database again, from a process of its own as far as the server can tell."""
    opened: list[Store] = []
    url = _FREE.pop() if _FREE else _with_tables()
    with tempfile.TemporaryDirectory() as folder:

        def again() -> Store:
            opened.append(open_store(Path(folder) / "state", url=url, clock_now=NOW, sealing=sealing))
            return opened[-1]

        yield again
        for store in opened:
            store.close()
    the_server().ask(EMPTY, name_of(url))
    _FREE.append(url)


EMPTY = "".join(f"DELETE FROM {table.name};" for table in reversed(metadata.sorted_tables)) + (
    "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"
)
_FREE: list[str] = []
"""Databases that hold our tables and no row: emptying one is quicker than making one."""


def _with_tables() -> str:
    name = f"contract_{next(_numbers)}"
    the_server().ask(f"CREATE DATABASE {name} TEMPLATE template0")
    pooled = Pooled(the_server().url(name))
    pooled.write(lambda connection: settle(connection, pooled.where))
    pooled.close()
    return the_server().url(name)


_numbers = count(1)

KINDS = {
    "file": file_ledger,
    "sealed": partial(file_ledger, KEYRING),
    "memory": memory_ledger,
    "postgres": server_ledger,
    "postgres-sealed": partial(server_ledger, KEYRING),
}


def _kinds(*without: str) -> list[Any]:
    kinds = sorted(KINDS.keys() - set(without))
    return [pytest.param(kind, marks=needs_postgres if kind.startswith("postgres") else ()) for kind in kinds]


EVERY_KIND = _kinds()
SOON_OPEN = _kinds("postgres-sealed")
"""For tests that open many: sealing a server's tables for the first time writes each of them anew."""


def stream(ritual: str = "thanks", **over: Any) -> Stream:
    given = {
        "ritual": ritual, "key": "UTC", "zone": "UTC", "when": "every day at 08:00", "rule_hash": "1",
        "mark_utc": NOW - DAY, "next_due_utc": NOW,
    } | over  # fmt: skip
    return Stream(**given)


def occurrence(day: int = 0, person: str = "ana", ritual: str = "thanks", **over: Any) -> Occurrence:
    due = NOW + day * DAY
    given = {
        "ritual": ritual, "slot": due.date().isoformat(), "person": person, "due_utc": due,
        "slot_local": due.replace(tzinfo=None), "zone": "UTC",
    } | over  # fmt: skip
    return Occurrence(**given)


def plan(before: Stream, *occurrences: Occurrence, **after: Any) -> StreamPlan:
    """Advance a stream by one day, and further as named."""
    moved = {"mark_utc": before.mark_utc + DAY, "next_due_utc": before.next_due_utc + DAY} | after
    return StreamPlan(before=before, after=replace(before, **moved), occurrences=occurrences)


def drawn(id_: str = "warm.1", **over: Any) -> Drawn:
    given = {"text": "What made today easier?", "id": id_, "tags": frozenset({"fun"}), "source": "deck:warm"} | over
    return Drawn(prompt=Prompt(**given), round=1, why="the first of the bag")


def planned(store: Store, *occurrences: Occurrence) -> list[Occurrence]:
    """These occurrences as stored."""
    store.record(occurrences)
    return [store.find(each.name).occurrence for each in occurrences]


def ready(store: Store, each: Occurrence, channel: str = "phone", draw: Drawn | None = None, **over: Any) -> Delivery:
    """A stored occurrence with its words, and its delivery."""
    given = {
        "occurrence": each.id, "ritual": each.ritual, "person": each.person, "channel": channel, "title": "A note",
        "body": f"the words of {each.name}", "due_utc": each.due_utc, "expires_utc": each.due_utc + DAY,
        "next_attempt_utc": each.due_utc,
    } | over  # fmt: skip
    delivery = Delivery(**given)
    message = Message(title=delivery.title, body=delivery.body, source="deck:warm")
    store.commit_ready(each.id, message, [delivery], draw, each.person, "gratitude", NOW)
    return store.find(each.name).deliveries[0]


def sending(store: Store, each: Occurrence, boot: str = "one") -> Delivery:
    """A delivery claimed and under way."""
    claimed = store.claim(ready(store, each).id, boot, NOW)
    assert claimed is not None
    return claimed


def reply(
    to: Occurrence, action: ActionKind = ActionKind.DONE, number: int = 1, at: datetime = NOW, **over: Any
) -> Reply:
    """A reply to a stored occurrence, as message `number` of one source."""
    given = {
        "occurrence": to.id, "ritual": to.ritual, "person": to.person, "action": action, "source": "test",
        "source_msg_id": str(number), "received_utc": at,
    } | over  # fmt: skip
    return Reply(**given)
