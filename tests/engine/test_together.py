"""The embedded engine with a courier: what starts together is claimed together, what ended is recorded together, and
no trouble of one delivery, nor of the ledger, is another's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest

from ritualsd.core.events import E
from ritualsd.core.reasons import reason
from ritualsd.daemon.clock import SystemClock
from ritualsd.engine.crew import Crew
from ritualsd.engine.embedded import EmbeddedEngine
from ritualsd.errors import StoreFull
from ritualsd.model import Delivery, DeliveryState, Event, Outcome, Settled, Settlement
from ritualsd.model import OccurrenceState as O
from ritualsd.ports import Store
from ritualsd.store import memory_store
from tests.engine.harness import now, put, state_of, until

SENT = Settlement(state=DeliveryState.SENT, occurrence=(O.CLOSED, reason("sent")))


@dataclass
class Courier:
    """Claims and records like the real one. `before` may raise in the place of a step, or hang in it."""

    store: Store
    before: Callable[[str, Sequence[Delivery]], None] = lambda *_: None
    claims: list[list[str]] = field(default_factory=list)
    records: list[list[str]] = field(default_factory=list)
    carried: list[int] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)

    def __call__(self, delivery: Delivery) -> None:
        raise AssertionError("an engine that knows the steps takes them")

    def claim(self, deliveries: Sequence[Delivery]) -> dict[int, Delivery]:
        self.before("claim", deliveries)
        self.claims.append([each.label for each in deliveries])
        return {each.id: each for each in self.store.claim_each(deliveries, "boot", now())}

    def carry(self, parcel: Delivery) -> Delivery:
        self.threads.add(threading.current_thread().name)
        self.carried.append(parcel.occurrence)
        self.before("carry", [parcel])
        return parcel

    def record(self, parcels: Sequence[Delivery]) -> None:
        self.before("record", parcels)
        sent = Outcome(kind="sent", code="http-200")
        self.store.settle_each([
            Settled(delivery=each.id, settlement=SENT, outcome=sent, at_utc=now()) for each in parcels
        ])  # fmt: skip
        self.records.append([each.label for each in parcels])


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_store()
    yield made
    made.close()


@contextmanager
def running(store: Store, courier: Courier, events: list[Event] | None = None, **options: Any) -> Iterator[Any]:
    engine = EmbeddedEngine(store, SystemClock(), [].append if events is None else events.append, **options)
    stop = Flag()
    thread = Thread(target=engine.run, args=(courier, stop), daemon=True)
    thread.start()
    yield engine
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


def test_all_that_can_start_is_claimed_as_one_and_nothing_twice_in_a_lane(store: Store) -> None:
    for n in range(60):
        put(store, f"p{n % 12}/phone")
    courier = Courier(store)
    with running(store, courier, workers=5):
        assert until(lambda: sum(map(len, courier.records)) == 60)
    assert len(courier.claims[0]) == 5
    assert all(len(set(together)) == len(together) <= 5 for together in courier.claims)
    assert len(courier.carried) == 60
    assert store.pending() == 0


def test_a_lane_keeps_its_order(store: Store) -> None:
    rows = [put(store, "ana/phone") for _ in range(15)]
    courier = Courier(store)
    with running(store, courier, workers=4):
        assert until(lambda: len(courier.records) == 15)
    assert courier.carried == rows


def test_the_same_few_threads_do_it_all(store: Store) -> None:
    for n in range(40):
        put(store, f"p{n % 8}/phone")
    courier = Courier(store)
    with running(store, courier, workers=3):
        assert until(lambda: sum(map(len, courier.records)) == 40)
    assert len(courier.threads) <= 3


def test_one_that_hangs_holds_up_no_record_and_no_start_of_others(store: Store) -> None:
    hung = Flag()
    put(store, "ana/hung")
    for n in range(6):
        put(store, f"p{n}/phone")
    courier = Courier(store, lambda step, rows: step == "carry" and rows[0].label == "ana/hung" and hung.wait(30))
    with running(store, courier, workers=3):
        assert until(lambda: sum(map(len, courier.records)) == 6)
        hung.set()
        assert until(lambda: sum(map(len, courier.records)) == 7)


@pytest.mark.parametrize("step", ["claim", "carry", "record"])
def test_one_poisoned_delivery_is_put_off_and_those_beside_it_go(store: Store, step: str) -> None:
    poisoned = put(store, "ana/phone")
    for n in range(5):
        put(store, f"p{n}/phone")

    def before(at: str, rows: Sequence[Delivery]) -> None:
        if at == step and any(each.occurrence == poisoned for each in rows):
            raise ValueError("the words of the message")

    events: list[Event] = []
    courier = Courier(store, before)
    with running(store, courier, events, workers=6):
        assert until(lambda: sum(map(len, courier.records)) == 5)
        assert until(lambda: state_of(store, poisoned).code == "poison")
    assert state_of(store, poisoned).state is DeliveryState.PENDING
    assert courier.carried.count(poisoned) <= 1
    told = [event.fields for event in events if event.name == E.DELIVERY_RETRY]
    assert [(fields["code"], fields["error"]) for fields in told] == [("poison", "ValueError")]


def test_what_was_sent_while_the_disk_was_full_is_recorded_later_and_not_sent_again(store: Store) -> None:
    refused = Flag()
    rows = [put(store, f"p{n}/phone") for n in range(3)]

    def before(at: str, rows: Sequence[Delivery]) -> None:
        if at == "record":
            refused.set()
            raise StoreFull("no space left")

    events: list[Event] = []
    courier = Courier(store, before)
    with running(store, courier, events, workers=3) as engine:
        assert until(lambda: len(courier.carried) == 3 and refused.is_set())
        put(store, "late/phone")
        engine.submit()
        assert until(lambda: any(event.name == E.STORE_FAILED for event in events))
        assert courier.records == []
        courier.before = lambda *_: None
        engine.submit()
        assert until(lambda: sum(map(len, courier.records)) == 4)
    assert sorted(courier.carried)[:3] == rows
    assert len(courier.carried) == 4
    assert [event.name for event in events] == [E.STORE_FAILED]


def test_what_is_not_won_is_left_and_its_lane_is_free_at_once(store: Store) -> None:
    taken, free = put(store, "ana/phone"), put(store, "ana/phone")
    courier = Courier(store)
    real = courier.claim

    def claim(deliveries: Sequence[Delivery]) -> dict[int, Delivery]:
        others = [each for each in deliveries if each.occurrence != taken]
        return real(others) if others else {}

    courier.claim = claim  # type: ignore[method-assign]  # another courier, in one step
    with running(store, courier, workers=3):
        assert until(lambda: courier.carried == [free])


def test_what_is_under_way_at_a_stop_is_carried_to_its_end_and_recorded(store: Store) -> None:
    hung = Flag()
    put(store, "ana/phone")
    put(store, "ben/phone")
    courier = Courier(store, lambda step, _: step == "carry" and hung.wait(30))
    engine = EmbeddedEngine(store, SystemClock(), [].append, workers=2)
    stop = Flag()
    thread = Thread(target=engine.run, args=(courier, stop), daemon=True)
    thread.start()
    assert until(lambda: len(courier.carried) == 2)
    stop.set()
    hung.set()
    thread.join(30)
    assert not thread.is_alive()
    assert store.pending() == 0


def test_a_crew_hires_no_more_than_are_wanted_and_goes_home() -> None:
    crew, done = Crew(3, "hand"), []
    assert [crew.hands(wanted) for wanted in (0, 1, 1, 9)] == [0, 1, 1, 3]
    for n in range(20):
        crew.do(lambda n=n: done.append(n))
    assert until(lambda: sorted(done) == list(range(20)))
    crew.dismiss()
    assert until(lambda: not any(thread.name.startswith("hand-") for thread in threading.enumerate()))
