"""Engines to test, and small deliveries for them. An engine joins the contract suite with one entry in `ENGINES`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread
from typing import Any

from ritualsd.daemon.clock import SystemClock
from ritualsd.engine.dispatch import Dispatcher
from ritualsd.engine.embedded import EmbeddedEngine
from ritualsd.engine.jobs import JobBook
from ritualsd.engine.pace import Pace
from ritualsd.engine.procrastinate import ProcrastinateEngine
from ritualsd.model import Delivery, DeliveryState, Event, Message, Occurrence, Reason
from ritualsd.model import OccurrenceState as O
from ritualsd.ports import Clock, Engine, Settlement, Store
from ritualsd.store import memory_store, open_queue, open_store
from tests.postgres import fresh_database

QUICK = Pace(look_s=0.5, poll_s=0.2, heartbeat_s=0.5, dead_s=60.0, stalled_s=60.0, settled_s=1.0, rest_s=0.3)
"""In a hurry, and still nobody is taken for dead because the machine is busy."""


SOONER_S = 20.0
"""Well below the half minute after which the embedded engine looks of its own accord."""


def now() -> datetime:
    return datetime.now(UTC)


def put(store: Store, label: str, due: datetime | None = None, name: str = "thanks") -> int:
    """One pending delivery on `person/channel`; the id of its occurrence."""
    person, channel = label.split("/")
    due = due or now() - timedelta(seconds=1)
    slot = f"{name}-{time.monotonic_ns()}"
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


def until(condition: Callable[[], bool], seconds: float = 90.0) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not condition():
        time.sleep(0.01)
    return condition()


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
        try:
            self._deliver(delivery)
        finally:
            with self.lock:
                self.running.remove(delivery.label)

    def _deliver(self, delivery: Delivery) -> None:
        if self.store.claim(delivery.id, "boot", now()):
            if delivery.label in self.slow:
                self.slow[delivery.label].wait(90)
            closing = (O.CLOSED, Reason(code="sent"))
            self.store.settle(delivery.id, Settlement(state=DeliveryState.SENT, occurrence=closing), None, now())
        with self.lock:
            self.done.append(delivery.label)


@dataclass
class Running:
    """Engines at work on one store: those that `make` makes, each in a thread of its own."""

    store: Store
    make: Callable[[Running, Store], Engine]
    events: list[Event] = field(default_factory=list)
    stop: Flag = field(default_factory=Flag)
    errors: list[BaseException] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    clock: Clock = field(default_factory=SystemClock)
    url: str = ""

    def start(self, handle: Callable[[Delivery], None], store: Store | None = None) -> Engine:
        """`store` stands in the place of ours where the engine looks."""
        engine = self.make(self, store or self.store)
        self.threads.append(Thread(target=self._run, args=(engine, handle), daemon=True))
        self.threads[-1].start()
        return engine

    def _run(self, engine: Engine, handle: Callable[[Delivery], None]) -> None:
        try:
            engine.run(handle, self.stop)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.errors.append(error)

    def ended(self, seconds: float = 90.0) -> bool:
        ends = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.0, ends - time.monotonic()))
        return not any(thread.is_alive() for thread in self.threads)


@contextmanager
def embedded() -> Iterator[Running]:
    store = memory_store()
    yield Running(store, lambda running, store: EmbeddedEngine(store, running.clock, running.events.append))
    store.close()


@contextmanager
def procrastinate(concurrency: int = 3) -> Iterator[Running]:
    """One process that plans and delivers, on a database of its own."""
    with fresh_database() as url, opened(url) as store:
        yield Running(store, lambda running, store: worker(url, store, running, concurrency=concurrency))


@contextmanager
def opened(url: str) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "state", url=url, clock_now=now())
        yield store
        store.close()


def worker(url: str, store: Any, running: Running, pace: Pace = QUICK, **options: Any) -> ProcrastinateEngine:
    queue, clock, emit = open_queue(store), running.clock, running.events.append
    dispatcher = Dispatcher(queue, job_book(), clock, emit, pace=pace)
    return ProcrastinateEngine(url, queue, dispatcher, clock, emit, pace=pace, **options)


def planner(store: Any, running: Running) -> Dispatcher:
    """A process that hands out and delivers nothing."""
    return Dispatcher(open_queue(store), job_book(), running.clock, running.events.append, pace=QUICK)


def job_book() -> JobBook:
    """Where each channel's name is a provider."""
    return JobBook(lambda _: lambda slip: slip.channel)


def codes(events: Sequence[Event]) -> list[tuple[Any, ...]]:
    return [(event.name, event.fields.get("code"), event.fields.get("error")) for event in events]


ENGINES = {"embedded": embedded, "procrastinate": procrastinate}
