"""What every engine promises: due deliveries handled once and one a channel at a time, whatever one of them does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Event as Flag

import pytest

from ritualsd.core.events import E
from ritualsd.engine.common import POISONED
from ritualsd.engine.lanes import REST_S
from ritualsd.errors import StoreDamaged, StoreFull
from ritualsd.model import Delivery, DeliveryState
from tests.engine.harness import ENGINES, SOONER_S, Running, Work, codes, now, put, state_of, until
from tests.postgres import why_no_postgres


@pytest.fixture(params=ENGINES)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    if request.param != "embedded" and why_no_postgres():
        pytest.skip(why_no_postgres())
    with ENGINES[request.param]() as made:
        yield made
        made.stop.set()
        assert made.ended()


def test_everything_due_is_handled_once(running: Running) -> None:
    for n in range(40):
        put(running.store, f"p{n % 5}/phone")
    work = Work(running.store)
    running.start(work)
    assert until(lambda: len(work.done) == 40)
    assert running.store.pending() == 0
    assert not work.doubled


def test_nothing_is_handled_before_it_is_due(running: Running) -> None:
    due = now() + timedelta(seconds=1.5)
    put(running.store, "ana/phone", due)
    put(running.store, "ben/phone")
    handled: list[timedelta] = []

    def handle(delivery: Delivery) -> None:
        handled.append(now() - delivery.due_utc)
        work(delivery)

    work = Work(running.store)
    running.start(handle)
    assert until(lambda: len(work.done) == 2)
    assert sorted(work.done) == ["ana/phone", "ben/phone"]
    assert all(late >= timedelta() for late in handled)


def test_what_comes_while_it_waits_goes_out_when_it_is_told(running: Running) -> None:
    work = Work(running.store)
    engine = running.start(work)
    for expected in range(1, 4):
        put(running.store, "ana/phone")
        engine.submit()
        assert until(lambda expected=expected: len(work.done) == expected, SOONER_S)  # type: ignore[misc] # bound at once


def test_one_channel_has_one_message_under_way_while_others_go_on(running: Running) -> None:
    work = Work(running.store, slow={"ana/hung": Flag()})
    for _ in range(3):
        put(running.store, "ana/hung", now() - timedelta(minutes=5))
        put(running.store, "ben/phone")
    running.start(work)
    assert until(lambda: work.done.count("ben/phone") == 3)
    work.slow["ana/hung"].set()
    assert until(lambda: len(work.done) == 6)
    assert not work.doubled


def test_a_poisoned_delivery_is_put_off_an_hour_and_the_others_go_on(running: Running) -> None:
    store = running.store
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
    assert state_of(store, poisoned).next_attempt_utc - now() > POISONED - timedelta(minutes=2)
    assert codes(running.events) == [(E.DELIVERY_RETRY, "poison", "ValueError")]


def test_a_handle_that_does_nothing_is_not_called_in_a_loop(running: Running) -> None:
    put(running.store, "ana/phone")
    calls: list[int] = []
    began = time.monotonic()
    running.start(lambda delivery: calls.append(delivery.id))
    assert until(lambda: bool(calls))
    time.sleep(1.0)
    assert len(calls) <= 1 + (time.monotonic() - began) / REST_S


def test_a_ledger_that_refuses_for_a_while_loses_nothing_and_is_told_without_words(running: Running) -> None:
    first, full = put(running.store, "ana/phone"), Flag()
    full.set()
    work = Work(running.store)

    def handle(delivery: Delivery) -> None:
        if full.is_set():
            raise StoreFull("no space left")
        work(delivery)

    engine = running.start(handle)
    assert until(lambda: any(event.name == E.STORE_FAILED for event in running.events))
    assert work.done == []
    full.clear()
    for n in range(5):
        put(running.store, f"p{n}/phone")
        engine.submit()
    assert until(lambda: len(set(work.done) - {"ana/phone"}) == 5)
    assert until(lambda: state_of(running.store, first).state in (DeliveryState.PENDING, DeliveryState.SENT))
    assert {event.name for event in running.events} == {E.STORE_FAILED}
    assert "space" not in str(running.events)


def test_a_damaged_ledger_ends_it_with_the_error(running: Running) -> None:
    put(running.store, "ana/phone")

    def handle(delivery: Delivery) -> None:
        raise StoreDamaged("not a database")

    running.start(handle)
    assert running.ended()
    assert isinstance(running.errors[0], StoreDamaged)


def test_after_stop_it_starts_nothing_and_waits_for_what_is_under_way(running: Running) -> None:
    put(running.store, "ana/phone")
    work = Work(running.store, slow={"ana/phone": Flag()})
    engine = running.start(work)
    assert until(lambda: bool(work.running))
    running.stop.set()
    put(running.store, "ben/phone")
    engine.submit()
    assert not running.ended(0.3)
    work.slow["ana/phone"].set()
    assert running.ended()
    assert work.done == ["ana/phone"]


def test_it_stops_when_idle(running: Running) -> None:
    running.start(Work(running.store))
    time.sleep(0.2)
    running.stop.set()
    assert running.ended()
