"""The embedded engine on the real ledger: one delivery a channel at a time, and nobody waits for a slow peer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from threading import Lock, Thread
from typing import Any

import pytest

from ritualsd.core.events import E
from ritualsd.daemon.clock import SystemClock
from ritualsd.engine.embedded import POISONED, EmbeddedEngine
from ritualsd.errors import StoreDamaged, StoreFull
from ritualsd.model import Delivery, DeliveryState, Event, Message, Occurrence, Reason
from ritualsd.model import OccurrenceState as O
from ritualsd.ports import Settlement, Store
from ritualsd.store import memory_store


def now() -> datetime:
    return datetime.now(UTC)


def put(store: Store, label: str, due: datetime | None = None, name: str = "thanks") -> int:
    """One pending delivery on `person/channel`; its id."""
    person, channel = label.split("/")
    due = due or now() - timedelta(seconds=1)
    slot = f"{name}-{len(store.history(limit=100_000))}"
    store.record([Occurrence(ritual=name, slot=slot, person=person, due_utc=due, slot_local=due.replace(tzinfo=None),
                             zone="UTC")])  # fmt: skip
    entry = store.find(f"{name}@{slot}/{person}")
    assert entry is not None
    row = Delivery(
        occurrence=entry.occurrence.id, ritual=name, person=person, channel=channel, title="t", body="b",
        due_utc=due, expires_utc=due + timedelta(days=1), next_attempt_utc=due,
    )  # fmt: skip
    store.commit_ready(entry.occurrence.id, Message(title="t", body="b", source="s"), [row], None, person, "", now())
    return entry.occurrence.id


def state_of(store: Store, occurrence: int) -> Delivery:
    return next(e.deliveries[0] for e in store.history(limit=100_000) if e.occurrence.id == occurrence)


@dataclass
class Work:
    """A handle that claims and settles like the real one, and remembers who ran beside whom."""

    store: Store
    slow: dict[str, Flag] = field(default_factory=dict)  # labels that hang until their flag is set
    done: list[str] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    most: int = 0
    doubled: bool = False
    lock: Any = field(default_factory=Lock)

    def __call__(self, delivery: Delivery) -> None:
        with self.lock:
            self.doubled |= delivery.label in self.running
            self.running.append(delivery.label)
            self.most = max(self.most, len(self.running))
        if self.store.claim(delivery.id, "boot", now()):
            if delivery.label in self.slow:
                self.slow[delivery.label].wait(10)
            closing = (O.CLOSED, Reason(code="sent"))
            self.store.settle(delivery.id, Settlement(state=DeliveryState.SENT, occurrence=closing), None, now())
        with self.lock:
            self.running.remove(delivery.label)
            self.done.append(delivery.label)


@dataclass
class Running:
    store: Store
    events: list[Event] = field(default_factory=list)
    stop: Flag = field(default_factory=Flag)
    error: list[BaseException] = field(default_factory=list)
    thread: Thread | None = None

    def start(self, handle: Callable[[Delivery], None], **options: Any) -> EmbeddedEngine:
        engine = EmbeddedEngine(self.store, SystemClock(), self.events.append, **options)
        self.thread = Thread(target=self._run, args=(engine, handle), daemon=True)
        self.thread.start()
        return engine

    def _run(self, engine: EmbeddedEngine, handle: Callable[[Delivery], None]) -> None:
        try:
            engine.run(handle, self.stop)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.error.append(error)

    def ended(self, seconds: float = 5.0) -> bool:
        assert self.thread is not None
        self.thread.join(seconds)
        return not self.thread.is_alive()


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_store()
    yield made
    made.close()


@pytest.fixture
def running(store: Store) -> Iterator[Running]:
    made = Running(store)
    yield made
    made.stop.set()
    if made.thread is not None:
        assert made.ended()


def until(condition: Callable[[], bool], seconds: float = 8.0) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not condition():
        time.sleep(0.01)
    return condition()


def test_everything_due_is_handled_once(store: Store, running: Running) -> None:
    for n in range(40):
        put(store, f"p{n % 5}/phone")
    work = Work(store)
    running.start(work)
    assert until(lambda: len(work.done) == 40)
    assert store.pending() == 0
    assert not work.doubled


def test_no_more_than_three_run_at_once_and_one_a_channel(store: Store, running: Running) -> None:
    work = Work(store, slow={f"p{n}/phone": Flag() for n in range(5)})
    for n in range(5):
        put(store, f"p{n}/phone")
        put(store, f"p{n}/phone")
    engine = running.start(work)
    assert until(lambda: engine.busy() == 3)
    time.sleep(0.1)
    for flag in work.slow.values():
        flag.set()
    assert until(lambda: len(work.done) == 10)
    assert work.most == 3
    assert not work.doubled


def test_a_hundred_waiting_behind_a_hung_channel_hold_up_nobody_else(store: Store, running: Running) -> None:
    for _ in range(100):
        put(store, "ana/hung", now() - timedelta(minutes=5))
    put(store, "ben/phone")
    work = Work(store, slow={"ana/hung": Flag()})
    running.start(work)
    assert until(lambda: "ben/phone" in work.done)
    work.slow["ana/hung"].set()
    assert until(lambda: len(work.done) == 101, 20)


def test_a_delivery_that_comes_while_it_waits_goes_out_at_once(store: Store, running: Running) -> None:
    work = Work(store)
    engine = running.start(work)
    time.sleep(0.1)
    put(store, "ana/phone")
    engine.submit()
    assert until(lambda: work.done == ["ana/phone"], 2)


def test_a_delivery_goes_out_when_it_is_due(store: Store, running: Running) -> None:
    due = now() + timedelta(seconds=0.6)
    put(store, "ana/phone", due)
    work = Work(store)
    running.start(work)
    assert until(lambda: bool(work.done))
    assert timedelta() <= now() - due < timedelta(seconds=1)


def test_one_due_soon_is_on_time_though_another_waits_behind_a_hung_channel(store: Store, running: Running) -> None:
    work = Work(store, slow={"ana/hung": Flag()})
    put(store, "ana/hung")
    put(store, "ana/hung")
    due = now() + timedelta(seconds=0.8)
    put(store, "ben/phone", due)
    running.start(work)
    assert until(lambda: "ben/phone" in work.done)
    assert now() - due < timedelta(seconds=1.5)
    work.slow["ana/hung"].set()


def test_a_poisoned_delivery_is_put_off_an_hour_and_the_others_go_on(store: Store, running: Running) -> None:
    poisoned = put(store, "ana/phone", now() - timedelta(minutes=1))
    put(store, "ana/phone")
    work = Work(store)

    def handle(delivery: Delivery) -> None:
        if delivery.occurrence == poisoned:
            store.claim(delivery.id, "boot", now())
            raise ValueError("the words of the message")
        work(delivery)

    running.start(handle)
    assert until(lambda: work.done == ["ana/phone"] and state_of(store, poisoned).state is DeliveryState.PENDING)
    put_off = state_of(store, poisoned)
    assert put_off.next_attempt_utc - now() > POISONED - timedelta(minutes=1)
    told = [event for event in running.events if event.name == E.DELIVERY_RETRY]
    assert [(event.fields["code"], event.fields["error"]) for event in told] == [("poison", "ValueError")]


def test_a_handle_that_does_nothing_is_not_called_in_a_loop(store: Store, running: Running) -> None:
    put(store, "ana/phone")
    calls: list[int] = []
    running.start(lambda delivery: calls.append(delivery.id))
    assert until(lambda: bool(calls))
    time.sleep(1.0)
    assert len(calls) == 1


def test_a_full_disk_stops_sending_is_told_once_and_heals(store: Store, running: Running) -> None:
    first, full = put(store, "ana/phone"), Flag()
    full.set()
    work = Work(store)
    original = store.settle

    class Full:
        """The ledger on a disk without space: it reads, and refuses to write."""

        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def settle(self, *args: Any) -> None:
            if full.is_set():
                raise StoreFull("no space left")
            original(*args)

        def claim(self, *args: Any) -> Delivery | None:
            if full.is_set():
                raise StoreFull("no space left")
            return store.claim(*args)

    running.store = Full()
    work.store = running.store
    engine = running.start(work)
    assert until(lambda: any(event.name == E.STORE_FAILED for event in running.events))
    for n in range(5):
        put(store, f"p{n}/phone")
        engine.submit()
        time.sleep(0.05)
    assert work.done == []
    assert [event.name for event in running.events] == [E.STORE_FAILED]
    full.clear()
    engine.submit()
    assert until(lambda: len(work.done) == 5)
    assert state_of(store, first).state is DeliveryState.PENDING


def test_a_damaged_ledger_ends_it_with_the_error(store: Store, running: Running) -> None:
    put(store, "ana/phone")

    def handle(delivery: Delivery) -> None:
        raise StoreDamaged("not a database")

    running.start(handle)
    assert running.ended()
    assert isinstance(running.error[0], StoreDamaged)


def test_after_stop_it_starts_nothing_and_waits_for_what_is_under_way(store: Store, running: Running) -> None:
    put(store, "ana/phone")
    work = Work(store, slow={"ana/phone": Flag()})
    engine = running.start(work)
    assert until(lambda: engine.busy() == 1)
    running.stop.set()
    put(store, "ben/phone")
    engine.submit()
    assert not running.ended(0.3)
    work.slow["ana/phone"].set()
    assert running.ended()
    assert work.done == ["ana/phone"]


def test_it_stops_at_once_when_idle(store: Store, running: Running) -> None:
    running.start(Work(store))
    time.sleep(0.1)
    running.stop.set()
    assert running.ended(2)


def test_nothing_is_sent_while_the_clock_is_in_doubt(store: Store, running: Running) -> None:
    put(store, "ana/phone")
    doubt = [30.0]
    work = Work(store)
    engine = running.start(work, doubt_s=lambda: doubt[0])
    time.sleep(0.2)
    assert work.done == []
    doubt[0] = 0.0
    engine.submit()
    assert until(lambda: work.done == ["ana/phone"])
