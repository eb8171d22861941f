"""Workers and planners beside each other on PostgreSQL: nothing twice, nothing lost, and no leader."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event as Flag
from threading import Thread
from typing import Any

import psycopg
import pytest

from ritualsd.daemon.clock import SystemClock
from ritualsd.engine.batch import Batches, GiveBack, Waited
from ritualsd.engine.jobs import BATCH, ENOUGH, LATER, MOST_WAITING, JobBook, Provider, lane_of, make_tables
from ritualsd.engine.one_by_one import OneByOne
from ritualsd.engine.pace import PACE
from ritualsd.errors import StoreBusy, StoreDamaged
from ritualsd.model import Delivery, DeliveryState
from ritualsd.ports import Slip
from ritualsd.store import open_queue
from tests.engine.harness import QUICK, Running, Work, job_book, now, opened, planner, put, state_of, until, worker
from tests.postgres import fresh_database, name_of, needs_postgres, the_server
from tests.servers import free_port

pytestmark = needs_postgres

HASTY = replace(QUICK, dead_s=3.0)
"""For tests of what nobody is at work on any more: soon found, and harmless where a busy machine is taken for dead."""


@pytest.fixture
def running() -> Iterator[Running]:
    with fresh_database() as url, opened(url) as store:
        made = Running(store, lambda running, store: worker(url, store, running), url=url)
        yield made
        made.stop.set()
        assert made.ended()


def ask(running: Running, statement: str) -> list[tuple[Any, ...]]:
    return the_server().ask(statement, name_of(running.url))


def handed_out(running: Running) -> None:
    """Jobs for everything that is due, and no worker yet."""
    queue, jobs = open_queue(running.store), job_book()
    while queue.hand_out(jobs, now()):
        pass


class OffClock(SystemClock):
    """A machine whose wall clock is off by so much."""

    def __init__(self, by_s: float) -> None:
        self._by = timedelta(seconds=by_s)

    def now(self) -> datetime:
        return super().now() + self._by


def test_two_planners_and_five_workers_with_clocks_two_seconds_apart_double_nothing(running: Running) -> None:
    for n in range(60):
        put(running.store, f"p{n % 12}/phone", now() + timedelta(seconds=(n % 4) - 1))
    work = Work(running.store)
    for number in range(7):
        running.clock = OffClock((number % 3 - 1) * 2.0)
        running.make = (
            (lambda running, store: planner(store, running))
            if number < 2
            else (lambda running, store: worker(running.url, store, running))
        )
        running.start(work)
    assert until(lambda: len(work.done) >= 60)
    time.sleep(0.5)
    assert len(work.done) == 60
    assert running.store.pending() == 0
    assert running.events == []


def test_a_job_holds_numbers_and_nothing_that_says_who_or_what(running: Running) -> None:
    put(running.store, "ana/secret-phone", name="surprise")
    handed_out(running)
    ((everything,),) = ask(running, "SELECT json_agg(job)::text FROM procrastinate_jobs job")
    (job,) = json.loads(everything)
    assert sorted(job["args"]) == ["deliveries", "lane", "provider"]
    assert all(isinstance(each, int) for each in job["args"]["deliveries"])
    for word in ("ana", "secret-phone", "surprise"):
        assert word not in everything


def test_a_job_carries_up_to_a_hundred_of_one_provider(running: Running) -> None:
    for n in range(2 * BATCH + 1):
        put(running.store, f"ana/{'mail' if n % 3 else 'phone'}")
    handed_out(running)
    found = ask(running, "SELECT args->>'provider', jsonb_array_length(args->'deliveries') FROM procrastinate_jobs")
    assert len(found) == 3
    assert sorted(length for _, length in found) == [34, 67, 100]
    assert len({provider for provider, _ in found}) == 2


def test_a_household_with_many_does_not_fill_the_first_jobs(running: Running) -> None:
    """Whatever there are of it, the others' are in the first job of their lane, and their job among the first."""
    with psycopg.connect(running.url) as connection:
        book = job_book()
        many, few = range(1, 3 * BATCH + 1), range(1001, 1004)
        order = [many[0], *few, *many[1:]]
        book.add(connection, {id_: ("ntfy", int(id_ in few)) for id_ in order})
        jobs = connection.execute(
            "SELECT args->'lane', args->'deliveries' FROM procrastinate_jobs ORDER BY id"
        ).fetchall()
    assert [(lane, len(ids)) for lane, ids in jobs] == [(0, BATCH), (1, 3), (0, BATCH), (0, BATCH)]
    assert [id_ for lane, ids in jobs for id_ in ids if lane == 0] == list(many)


def test_room_for_few_waits_until_there_is_room_for_many(running: Running) -> None:
    with psycopg.connect(running.url) as connection:
        book = job_book()
        book.add(connection, {n: (str(n), 0) for n in range(MOST_WAITING - ENOUGH)})
        assert book.room(connection) == BATCH * ENOUGH
        book.add(connection, {1_000: ("another", 0)})
        assert book.room(connection) == 0


def test_a_household_is_looked_up_once_for_all_that_is_handed_out_together(running: Running) -> None:
    looked_up: list[str] = []

    def providers(household: str) -> Provider:
        looked_up.append(household)
        return lambda slip: slip.channel

    for n in range(20):
        put(running.store, f"p{n}/phone")
    assert open_queue(running.store).hand_out(JobBook(providers), now()) == 20
    assert looked_up == ["default"]


def test_nothing_is_locked_while_a_household_is_looked_up(running: Running) -> None:
    held: list[tuple[Any, ...]] = []

    def providers(household: str) -> Provider:
        held.extend(ask(running, "SELECT pid FROM pg_locks WHERE relation = 'deliveries'::regclass"))
        return lambda slip: slip.channel

    put(running.store, "ana/phone")
    assert open_queue(running.store).hand_out(JobBook(providers), now()) == 1
    assert held == []


def test_a_channel_is_always_in_the_same_lane_and_another_provider_in_others() -> None:
    slip = Slip(id=1, household="default", person="ana", channel="phone")
    assert lane_of(slip, "ntfy") == lane_of(replace(slip, id=2), "ntfy")
    assert lane_of(slip, "ntfy")[0] != lane_of(slip, "mail")[0]


def test_jobs_that_are_done_leave_nothing_behind(running: Running) -> None:
    for n in range(20):
        put(running.store, f"p{n}/phone")
    work = Work(running.store)
    running.start(work)
    assert until(lambda: len(work.done) == 20)
    assert until(lambda: ask(running, "SELECT count(*) FROM procrastinate_jobs") == [(0,)])
    assert ask(running, "SELECT count(*) FROM procrastinate_events") == [(0,)]


def test_what_a_dead_worker_held_is_delivered_by_another(running: Running) -> None:
    running.make = lambda running, store: worker(running.url, store, running, pace=HASTY)
    in_flight, waiting = put(running.store, "ana/phone"), put(running.store, "ana/phone")
    handed_out(running)
    running.store.claim(state_of(running.store, in_flight).id, "dead", now() - timedelta(minutes=10))
    ask(running, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    ask(running, "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM procrastinate_workers)")
    work = Work(running.store)
    running.start(work)
    assert until(lambda: len(work.done) == 2)
    assert {state_of(running.store, each).state for each in (in_flight, waiting)} == {DeliveryState.SENT}


def test_a_job_of_ours_whose_end_the_database_never_heard_of_blocks_nobody(running: Running) -> None:
    running.make = lambda running, store: worker(running.url, store, running, pace=HASTY)
    put(running.store, "ana/phone")
    work = Work(running.store)
    running.start(work)
    assert until(lambda: len(work.done) == 1)
    put(running.store, "ana/phone")
    handed_out(running)
    ask(running, "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM procrastinate_workers)")
    assert until(lambda: len(work.done) == 2)


def test_a_job_that_vanished_is_made_anew(running: Running) -> None:
    put(running.store, "ana/phone")
    handed_out(running)
    ask(running, "DELETE FROM procrastinate_jobs")
    ask(running, "UPDATE deliveries SET queued_utc = queued_utc - 3600000000")
    work = Work(running.store)
    running.start(work)
    assert until(lambda: len(work.done) == 1)


def test_a_delivery_is_lost_where_no_job_has_its_number_and_only_then(running: Running) -> None:
    for channel in ("mail", "phone", "tablet"):
        put(running.store, f"ana/{channel}")
    handed_out(running)
    gone, _, waiting = (id_ for (id_,) in ask(running, "SELECT id FROM procrastinate_jobs ORDER BY id"))
    ask(running, f"UPDATE procrastinate_jobs SET status = 'doing' WHERE id = {waiting}")
    ask(running, f"DELETE FROM procrastinate_jobs WHERE id = {gone}")
    queue, later = open_queue(running.store), now() + timedelta(minutes=10)
    assert [queue.hand_out_lost(job_book(), later, later - timedelta(minutes=5)) for _ in range(2)] == [1, 0]
    carried = ask(running, "SELECT id_ FROM procrastinate_jobs, jsonb_array_elements(args->'deliveries') id_")
    assert sorted(int(str(id_)) for (id_,) in carried) == sorted(find_ids(running))


def test_two_who_reach_for_the_same_lane_at_once_is_no_trouble_of_the_queue(running: Running) -> None:
    """The jobs came in another order than their numbers, so each takes the other one."""
    running.make = lambda running, store: worker(running.url, store, running, pace=HASTY)
    for _ in range(2):
        put(running.store, "ana/phone")
        handed_out(running)
    work = Work(running.store)
    with psycopg.connect(running.url) as other:
        other.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = (SELECT max(id) FROM procrastinate_jobs)"
        )
        running.start(work)
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%fetch_job%'"
        assert until(lambda: ask(running, waiting) == [(1,)])
    assert until(lambda: len(work.done) == 2)
    assert running.events == []


def test_what_is_left_of_a_job_is_given_back_when_a_worker_stops(running: Running) -> None:
    for _ in range(5):
        put(running.store, "ana/phone")
    work = Work(running.store, slow={"ana/phone": Flag()})
    running.start(work)
    assert until(lambda: bool(work.running))
    running.stop.set()
    work.slow["ana/phone"].set()
    assert running.ended()
    assert work.done == ["ana/phone"]
    assert ask(running, "SELECT status, jsonb_array_length(args->'deliveries') FROM procrastinate_jobs") == [
        ("todo", 5)
    ]
    running.stop.clear()
    running.start(work)
    assert until(lambda: len(work.done) == 5)


def test_a_worker_that_ends_over_a_damaged_ledger_leaves_its_job_to_the_others(running: Running) -> None:
    for _ in range(3):
        put(running.store, "ana/phone")

    def damaged(delivery: Delivery) -> None:
        raise StoreDamaged("it is of a newer version")

    running.start(damaged)
    assert running.ended()
    assert ask(running, "SELECT status, priority FROM procrastinate_jobs") == [("todo", LATER)]
    running.stop.clear()
    work = Work(running.store)
    running.start(work)
    assert until(lambda: len(work.done) == 3)


def test_a_slow_provider_holds_one_worker_and_the_others_keep_their_pace(running: Running) -> None:
    """Fifty to a provider that takes its time were due first, in several lanes; the quick ones pass them all."""
    hurry = replace(QUICK, slow_s=0.3, slow_each_s=0.2)
    running.make = lambda running, store: worker(running.url, store, running, pace=hurry)
    for n in range(50):
        put(running.store, f"p{n}/slow", now() - timedelta(minutes=5))
    for n in range(50):
        put(running.store, f"p{n}/quick")
    work, waited = Work(running.store), Flag()

    def handle(delivery: Delivery) -> None:
        if delivery.channel == "slow":
            waited.wait(0.5)
        work(delivery)

    for _ in range(3):
        running.start(handle)
    assert until(lambda: sum(label.endswith("quick") for label in work.done) == 50)
    slow_yet = sum(label.endswith("slow") for label in work.done)
    waited.set()
    assert until(lambda: len(work.done) == 100)
    assert slow_yet < 50
    assert not work.doubled


def test_a_provider_that_is_quick_again_gets_its_lanes_back(running: Running) -> None:
    """Its jobs are in the lane for slow ones, from before; there are many of one lane."""
    for _ in range(40):
        put(running.store, "ana/phone")
    handed_out(running)
    ask(running, "UPDATE procrastinate_jobs SET lock = (args->>'provider') || '-slow', priority = -1")
    lanes: list[bool] = []
    work = Work(running.store)

    def handle(delivery: Delivery) -> None:
        doing = ask(running, "SELECT lock FROM procrastinate_jobs WHERE status = 'doing'")
        lanes.append(str(doing[0][0]).endswith("-slow"))
        work(delivery)

    running.start(handle)
    assert until(lambda: len(work.done) == 40)
    assert lanes[0]
    assert not lanes[-1]


def test_a_busy_machine_is_not_taken_for_a_slow_provider() -> None:
    assert not Waited(seconds=16.0, messages=100).is_slow(PACE)
    assert Waited(seconds=20.0, messages=1).is_slow(PACE)
    assert Waited(seconds=1.0, messages=100).is_quick(PACE)
    assert not Waited(seconds=0.1, messages=1).is_quick(PACE)


def test_connections_that_are_cut_off_cost_no_message(running: Running) -> None:
    running.make = lambda running, store: worker(running.url, store, running, pace=HASTY)
    for n in range(80):
        put(running.store, f"p{n % 8}/phone")
    work = Work(running.store)

    def handle(delivery: Delivery) -> None:
        time.sleep(0.01)
        work(delivery)

    for _ in range(2):
        running.start(handle)
    for enough in (10, 40):
        assert until(lambda enough=enough: len(work.done) >= enough)  # type: ignore[misc] # bound at once
        the_server().cut_off(name_of(running.url))
    assert until(lambda: len(work.done) >= 80)
    assert (len(work.done), running.store.pending()) == (80, 0)


def test_what_became_of_a_message_is_kept_until_the_ledger_takes_it(running: Running) -> None:
    put(running.store, "ana/phone")
    refusals = iter([StoreBusy("the database cannot be reached")] * 3)
    sent: list[int] = []

    class Courier(OneByOne):
        def record(self, parcels: Any) -> None:
            if refusal := next(refusals, None):
                raise refusal
            super().record(parcels)

    courier = Courier(lambda delivery: sent.append(delivery.id))
    batches = Batches(
        open_queue(running.store), SystemClock(), running.events.append, courier, Flag(), replace(QUICK, rest_s=0.01),
        lambda: 0.0,
    )  # fmt: skip
    batches.work("ntfy", sorted(find_ids(running)), slow=False)
    assert len(sent) == 1
    assert [event.fields["error"] for event in running.events] == ["StoreBusy"]


def test_nothing_is_sent_while_the_clock_is_in_doubt(running: Running) -> None:
    put(running.store, "ana/phone")
    sent: list[int] = []
    batches = Batches(
        open_queue(running.store), SystemClock(), running.events.append, OneByOne(lambda each: sent.append(each.id)),
        Flag(), QUICK, lambda: 60.0,
    )  # fmt: skip
    with pytest.raises(GiveBack):
        batches.work("ntfy", find_ids(running), slow=False)
    assert sent == []


def test_a_worker_whose_clock_is_in_doubt_keeps_no_job_from_the_others(running: Running) -> None:
    doubtful, well = Work(running.store), Work(running.store)
    for n in range(20):
        put(running.store, f"p{n}/phone")
    running.make = lambda running, store: worker(running.url, store, running, doubt_s=lambda: 600.0)
    running.start(doubtful)
    assert until(lambda: handed_out_yet(running))
    time.sleep(1.0)  # it has the time to take them all
    running.make = lambda running, store: worker(running.url, store, running)
    running.start(well)
    assert until(lambda: len(well.done) == 20)
    assert doubtful.done == []


def test_a_worker_whose_clock_comes_into_doubt_gives_back_what_it_has_and_goes_on_when_it_is_well(
    running: Running,
) -> None:
    for _ in range(5):
        put(running.store, "ana/phone")
    doubts = [0.0]
    work = Work(running.store, slow={"ana/phone": Flag()})
    running.make = lambda running, store: worker(running.url, store, running, doubt_s=lambda: doubts[0])
    running.start(work)
    assert until(lambda: bool(work.running))
    doubts[0] = 600.0
    work.slow["ana/phone"].set()
    assert until(lambda: ask(running, "SELECT status FROM procrastinate_jobs") == [("todo",)])
    assert work.done == ["ana/phone"]
    doubts[0] = 0.0
    assert until(lambda: len(work.done) == 5)


def test_one_message_that_was_waited_for_is_enough_to_know_a_slow_provider(running: Running) -> None:
    put(running.store, "ana/phone")
    batches = Batches(
        open_queue(running.store), SystemClock(), running.events.append, OneByOne(lambda _: time.sleep(0.01)), Flag(),
        replace(QUICK, slow_s=0.0, slow_each_s=0.0), lambda: 0.0,
    )  # fmt: skip
    batches.work("ntfy", find_ids(running), slow=False)
    with pytest.raises(GiveBack) as raised:
        batches.work("ntfy", find_ids(running), slow=False)
    assert raised.value.slow


def test_a_queue_that_cannot_be_reached_is_told_of_once(running: Running) -> None:
    nowhere = f"postgresql://127.0.0.1:{free_port()}/nothing"
    running.make = lambda running, store: worker(nowhere, store, running, pace=replace(QUICK, rest_s=0.05))
    running.start(Work(running.store))
    assert until(lambda: bool(running.events))
    time.sleep(0.5)
    assert [event.fields for event in running.events] == [{"part": "queue", "error": "OperationalError"}]


def test_two_who_make_the_tables_at_once_make_them_once() -> None:
    with fresh_database() as url, psycopg.connect(url) as one, psycopg.connect(url) as other:
        make_tables(one)
        waiting = Thread(target=make_tables, args=(other,))
        waiting.start()
        one.commit()
        waiting.join(30)
        assert other.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)


def test_tables_whose_making_was_taken_back_are_made_again() -> None:
    with fresh_database() as url, psycopg.connect(url) as connection:
        book = JobBook(lambda _: lambda slip: "ntfy")
        for _ in range(2):
            assert book.room(connection) > 0
            book.add(connection, {1: ("ntfy", 0)})
            connection.rollback()


def handed_out_yet(running: Running) -> bool:
    return ask(running, "SELECT count(*) FROM deliveries WHERE queued_utc IS NULL") == [(0,)]


def find_ids(running: Running) -> list[int]:
    return [delivery.id for entry in running.store.history(limit=100) for delivery in entry.deliveries]
