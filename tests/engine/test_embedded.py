"""What the embedded engine promises beyond the contract: few at once, nobody waits for a slow peer, a doubted clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Event as Flag
from typing import Any

import pytest

from ritualsd.core.events import E
from ritualsd.engine.embedded import EmbeddedEngine
from ritualsd.engine.lanes import REST_S
from ritualsd.errors import StoreFull
from ritualsd.model import Delivery, DeliveryState
from tests.engine.harness import SOONER_S, Running, Work, codes, embedded, now, put, state_of, until


@pytest.fixture
def running() -> Iterator[Running]:
    with embedded() as made:
        yield made
        made.stop.set()
        assert made.ended()


def test_no_more_than_three_run_at_once_and_one_a_channel(running: Running) -> None:
    work = Work(running.store, slow={f"p{n}/phone": Flag() for n in range(5)})
    for n in range(5):
        put(running.store, f"p{n}/phone")
        put(running.store, f"p{n}/phone")
    running.start(work)
    assert until(lambda: len(work.running) == 3)
    time.sleep(0.1)
    for flag in work.slow.values():
        flag.set()
    assert until(lambda: len(work.done) == 10)
    assert work.most == 3
    assert not work.doubled


def test_a_hundred_waiting_behind_a_hung_channel_hold_up_nobody_else(running: Running) -> None:
    for _ in range(100):
        put(running.store, "ana/hung", now() - timedelta(minutes=5))
    put(running.store, "ben/phone")
    work = Work(running.store, slow={"ana/hung": Flag()})
    running.start(work)
    assert until(lambda: "ben/phone" in work.done, SOONER_S)
    work.slow["ana/hung"].set()
    assert until(lambda: len(work.done) == 101)


def test_one_due_soon_goes_out_though_another_waits_behind_a_hung_channel(running: Running) -> None:
    work = Work(running.store, slow={"ana/hung": Flag()})
    put(running.store, "ana/hung")
    put(running.store, "ana/hung")
    put(running.store, "ben/phone", now() + timedelta(seconds=0.8))
    running.start(work)
    assert until(lambda: "ben/phone" in work.done, SOONER_S)
    work.slow["ana/hung"].set()


class Full:
    """The ledger on a disk without space: it reads, and refuses to write."""

    def __init__(self, store: Any) -> None:
        self.store, self.full = store, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def _demand_space(self) -> None:
        if self.full:
            raise StoreFull("no space left")

    def settle(self, *args: Any) -> None:
        self._demand_space()
        self.store.settle(*args)

    def claim(self, *args: Any) -> Delivery | None:
        self._demand_space()
        claimed: Delivery | None = self.store.claim(*args)
        return claimed


def test_a_full_disk_stops_sending_is_told_once_and_heals(running: Running) -> None:
    first, disk = put(running.store, "ana/phone"), Full(running.store)
    work = Work(disk)  # type: ignore[arg-type] # a Store but for what it refuses
    engine = running.start(work, disk)  # type: ignore[arg-type] # as above
    assert until(lambda: any(event.name == E.STORE_FAILED for event in running.events))
    for n in range(5):
        put(running.store, f"p{n}/phone")
        engine.submit()
        time.sleep(0.05)
    assert work.done == []
    assert [event.name for event in running.events] == [E.STORE_FAILED]
    disk.full = False
    engine.submit()
    assert until(lambda: len(work.done) == 5)
    assert state_of(running.store, first).state is DeliveryState.PENDING


class Odd:
    """The ledger with an error of ours in it: it cannot put off one delivery."""

    def __init__(self, store: Any, occurrence: int) -> None:
        self.store, self.occurrence = store, occurrence

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def settle(self, delivery: int, *args: Any) -> None:
        if delivery == state_of(self.store, self.occurrence).id:
            raise LookupError("the words of the message")
        self.store.settle(delivery, *args)


def test_a_poisoned_delivery_that_cannot_be_put_off_keeps_no_thread_and_no_lane(running: Running) -> None:
    poisoned = put(running.store, "ana/phone", now() - timedelta(minutes=5))
    odd, work = Odd(running.store, poisoned), Work(running.store)
    tries: list[int] = []

    def handle(delivery: Delivery) -> None:
        if delivery.occurrence == poisoned:
            tries.append(delivery.id)
            raise ValueError("the words of the message")
        work(delivery)

    running.make = lambda running, store: EmbeddedEngine(store, running.clock, running.events.append, workers=1)
    engine = running.start(handle, odd)  # type: ignore[arg-type] # a Store but for what it refuses
    assert until(lambda: bool(tries))
    for n in range(1, 4):
        put(running.store, "ana/phone")
        engine.submit()
        assert until(lambda n=n: len(work.done) == n, SOONER_S)  # type: ignore[misc] # bound at once
        time.sleep(REST_S / 2)
    assert len(tries) == 1
    assert codes(running.events) == [
        (E.DELIVERY_RETRY, "poison", "ValueError"),
        (E.BEAT_FAILED, None, "LookupError"),
    ]


def test_nothing_is_sent_while_the_clock_is_in_doubt(running: Running) -> None:
    put(running.store, "ana/phone")
    doubt_s = 30.0
    running.make = lambda running, store: EmbeddedEngine(
        store, running.clock, running.events.append, doubt_s=lambda: doubt_s
    )
    work = Work(running.store)
    engine = running.start(work)
    time.sleep(0.2)
    assert work.done == []
    doubt_s = 0.0
    engine.submit()
    assert until(lambda: work.done == ["ana/phone"])
