"""The outbox as it is handed out: each delivery once, and again only where its job got lost. On both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from ritualsd.daemon.clock import SystemClock
from ritualsd.engine.dispatch import Dispatcher
from ritualsd.model import Delivery, DeliveryState, Settlement
from ritualsd.ports import Lane, Queue, Slip
from ritualsd.store import memory_store, open_queue
from tests.engine.harness import QUICK, now, opened, put
from tests.postgres import fresh_database, why_no_postgres

LONG_AGO = timedelta(minutes=5)


@dataclass
class Jobs:
    """`ports.Jobs` that only remembers what it was given."""

    space: int = 100_000
    fails: bool = False
    given: list[int] = field(default_factory=list)

    def room(self, connection: Any) -> int:
        return self.space - len(self.given)

    def held(self, connection: Any) -> set[int]:
        return set(self.given)

    def lanes(self, slips: Sequence[Slip]) -> dict[int, Lane]:
        return {slip.id: ("ntfy", 0) for slip in slips}

    def add(self, connection: Any, lanes: Mapping[int, Lane]) -> None:
        if self.fails:
            raise ValueError("no job could be made")
        self.given += lanes


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "memory":
        made = memory_store()
        yield made
        made.close()
    elif why_no_postgres():
        pytest.skip(why_no_postgres())
    else:
        with fresh_database() as url, opened(url) as made:
            yield made


@pytest.fixture
def queue(store: Any) -> Queue:
    return open_queue(store)


def pending(store: Any, due: datetime | None = None) -> Delivery:
    occurrence = put(store, "ana/phone", due)
    delivery: Delivery = next(e.deliveries[0] for e in store.history(limit=100) if e.occurrence.id == occurrence)
    return delivery


def handed_out(queue: Queue, jobs: Jobs, at: datetime | None = None) -> int:
    return queue.hand_out(jobs, at or now())


def test_what_is_due_is_handed_out_once_the_oldest_first(store: Any, queue: Queue) -> None:
    late, later = pending(store, now() - timedelta(hours=1)), pending(store, now() - timedelta(hours=2))
    pending(store, now() + timedelta(hours=1))
    jobs = Jobs()
    assert (handed_out(queue, jobs), handed_out(queue, jobs)) == (2, 0)
    assert jobs.given == [later.id, late.id]


def test_a_household_with_many_is_handed_out_in_turns_with_the_others_and_in_order(store: Any, queue: Queue) -> None:
    big = [pending(store.of("big"), now() - timedelta(hours=2, minutes=-n)).id for n in range(5)]
    one, other = (pending(store.of(name), now() - timedelta(minutes=5)).id for name in ("one", "other"))
    jobs = Jobs(space=4)
    assert handed_out(queue, jobs) == 4
    assert jobs.given == [big[0], one, other, big[1]]
    jobs.space = 100
    assert handed_out(queue, jobs) == 3
    assert jobs.given[4:] == big[2:]


def test_no_more_than_there_is_room_for(store: Any, queue: Queue) -> None:
    for _ in range(5):
        pending(store)
    jobs = Jobs(space=3)
    assert (handed_out(queue, jobs), handed_out(queue, jobs)) == (3, 0)


def test_where_no_job_could_be_made_nothing_counts_as_handed_out(store: Any, queue: Queue) -> None:
    pending(store)
    with pytest.raises(ValueError, match="no job"):
        handed_out(queue, Jobs(fails=True))
    assert handed_out(queue, Jobs()) == 1


def test_the_next_time_is_that_of_the_first_which_has_no_job(store: Any, queue: Queue) -> None:
    assert queue.next_utc() is None
    pending(store)
    ahead = pending(store, now() + timedelta(hours=1))
    handed_out(queue, Jobs())
    assert queue.next_utc() == ahead.next_attempt_utc


def test_what_is_to_be_tried_again_is_handed_out_anew_and_when_it_is_due(store: Any, queue: Queue) -> None:
    each, again_utc = pending(store), now() + timedelta(minutes=10)
    handed_out(queue, Jobs())
    store.claim(each.id, "boot", now())
    store.settle(each.id, Settlement(state=DeliveryState.PENDING, code="http-503", next_attempt_utc=again_utc), None,
                 now())  # fmt: skip
    assert handed_out(queue, Jobs()) == 0
    assert handed_out(queue, Jobs(), again_utc) == 1


def test_a_job_that_got_lost_is_made_anew_after_a_while_though_others_wait(store: Any, queue: Queue) -> None:
    ids = [pending(store).id for _ in range(3)]
    handed_out(queue, jobs := Jobs())
    jobs.given.remove(ids[1])
    found = []
    for later in (LONG_AGO / 2, 2 * LONG_AGO, 2 * LONG_AGO):
        at = now() + later
        found.append(queue.hand_out_lost(jobs, at, at - LONG_AGO))
    assert found == [0, 1, 0]
    assert jobs.given == [ids[0], ids[2], ids[1]]


def test_what_was_lost_and_is_over_meanwhile_gets_no_other_job(store: Any, queue: Queue) -> None:
    each = pending(store)
    handed_out(queue, Jobs())

    class Slow(Jobs):
        def lanes(self, slips: Sequence[Slip]) -> dict[int, Lane]:
            store.claim(each.id, "boot", now())
            return super().lanes(slips)

    assert queue.hand_out_lost(jobs := Slow(), now() + 2 * LONG_AGO, now() + LONG_AGO) == 0
    assert jobs.given == []


def test_what_was_taken_back_is_handed_out_anew(store: Any, queue: Queue) -> None:
    each = pending(store)
    handed_out(queue, Jobs())
    queue.take_back([each.id])
    assert handed_out(queue, Jobs()) == 1


def test_a_job_is_told_what_is_still_pending_in_order_and_without_words(store: Any, queue: Queue) -> None:
    first, over, last = pending(store), pending(store), pending(store)
    store.claim(over.id, "boot", now())
    found = queue.still_pending([last.id, 123_456, over.id, first.id])
    assert [each.id for each in found] == [last.id, first.id]
    assert {(each.title, each.body) for each in found} == {("", "")}


def test_a_delivery_that_was_put_off_waits_and_keeps_its_words(store: Any, queue: Queue) -> None:
    each, until_utc = pending(store), now() + timedelta(hours=1)
    store.claim(each.id, "boot", now())
    queue.put_off(each, "poison", until_utc, now())
    (entry,) = store.history(limit=10)
    kept = entry.deliveries[0]
    assert (kept.state, kept.code, kept.next_attempt_utc) == (DeliveryState.PENDING, "poison", until_utc)
    assert (kept.title, kept.body) == ("t", "b")


def test_what_a_dead_worker_had_in_flight_is_pending_again_in_every_household(store: Any, queue: Queue) -> None:
    here, there = store.of("one"), store.of("two")
    stuck = [pending(here), pending(there)]
    here.claim(stuck[0].id, "dead", now() - timedelta(minutes=10))
    there.claim(stuck[1].id, "dead", now() - timedelta(minutes=10))
    fresh = pending(here)
    here.claim(fresh.id, "alive", now())
    before_utc = now() - timedelta(minutes=2)
    assert queue.recover_stalled(queue.stalled(before_utc), before_utc, now()) == 2
    assert sorted(each.id for each in queue.still_pending([*(each.id for each in stuck), fresh.id])) == [
        each.id for each in stuck
    ]
    assert handed_out(queue, Jobs()) == 2


def test_what_a_worker_sends_whose_clock_is_behind_is_not_taken_for_stalled_at_the_first_look(store: Any) -> None:
    dispatcher = Dispatcher(
        open_queue(store), Jobs(), SystemClock(), lambda event: None, pace=replace(QUICK, settled_s=0.0)
    )
    quick, dead = pending(store), pending(store)
    for each in (quick, dead):
        store.claim(each.id, "behind", now() - timedelta(minutes=10))
    dispatcher.turn()
    assert open_queue(store).still_pending([quick.id, dead.id]) == []
    store.settle(quick.id, Settlement(state=DeliveryState.SENT), None, now())
    dispatcher.turn()
    assert [each.id for each in open_queue(store).still_pending([quick.id, dead.id])] == [dead.id]


def test_ten_who_hand_out_at_once_hand_out_everything_once() -> None:
    if why_no_postgres():
        pytest.skip(why_no_postgres())
    with fresh_database() as url, opened(url) as store:
        wanted = [pending(store).id for _ in range(60)]
        books = [Jobs(space=17) for _ in range(10)]

        def hand_out(jobs: Jobs) -> None:
            while handed_out(open_queue(store), jobs):
                pass

        threads = [Thread(target=hand_out, args=(jobs,)) for jobs in books]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        handed_out(open_queue(store), last := Jobs())  # rows that all had passed over at the same moment
        assert sorted(id_ for jobs in (*books, last) for id_ in jobs.given) == sorted(wanted)
