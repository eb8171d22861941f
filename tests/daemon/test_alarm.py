"""The alarm: it rings, late or doubled at worst, and nothing a job, a trigger or the clock does silences it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from threading import Thread

import pytest

from ritualsd.core.events import E
from ritualsd.daemon.alarm import CAP_S, Alarm, Cadence
from ritualsd.model import Event

HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


class Ringing:
    """An alarm running in a thread, what it emitted, and how often each job rang."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.alarm = Alarm(self.events.append)
        self.rings: list[str] = []
        self.thread = Thread(target=self.alarm.run, daemon=True)

    def job(self, name: str) -> Callable[[], None]:
        return lambda: self.rings.append(name)

    def count(self, name: str) -> int:
        return self.rings.count(name)


@pytest.fixture
def ringing() -> Iterator[Ringing]:
    made = Ringing()
    yield made
    made.alarm.stop()
    if made.thread.ident:
        made.thread.join(60)
        assert not made.thread.is_alive()


def until(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def test_a_job_rings_at_its_time(ringing: Ringing) -> None:
    due, rang = now() + timedelta(seconds=0.3), []
    ringing.alarm.add("beat", lambda: rang.append(now()), HOUR, due)
    ringing.thread.start()
    assert until(lambda: bool(rang))
    assert rang[0] >= due


def test_a_ring_asked_for_comes_no_later(ringing: Ringing) -> None:
    ringing.alarm.add("beat", ringing.job("beat"), HOUR, now() + HOUR)
    ringing.thread.start()
    ringing.alarm.ring("beat", now())
    assert until(lambda: ringing.count("beat") == 1)


def test_asking_for_a_later_ring_puts_nothing_off(ringing: Ringing) -> None:
    ringing.alarm.add("beat", ringing.job("beat"), HOUR, now() + timedelta(seconds=0.2))
    ringing.alarm.ring("beat", now() + HOUR)
    ringing.thread.start()
    assert until(lambda: ringing.count("beat") == 1)


def test_a_ring_during_a_run_is_not_lost(ringing: Ringing) -> None:
    inside, go_on = Flag(), Flag()

    def slow() -> None:
        ringing.rings.append("slow")
        inside.set()
        go_on.wait(60)

    ringing.alarm.add("slow", slow, HOUR, now())
    ringing.thread.start()
    assert inside.wait(60)
    ringing.alarm.ring("slow", now())
    time.sleep(0.1)
    go_on.set()
    assert until(lambda: ringing.count("slow") == 2)


def test_jobs_never_run_at_the_same_time(ringing: Ringing) -> None:
    running, most = [0], [0]

    def job() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        time.sleep(0.05)
        running[0] -= 1
        ringing.rings.append("job")

    for name in ("one", "two", "three"):
        ringing.alarm.add(name, job, HOUR, now())
    ringing.thread.start()
    assert until(lambda: ringing.count("job") == 3)
    assert most[0] == 1


def test_a_job_that_raises_is_told_by_its_type_and_rings_again(ringing: Ringing) -> None:
    def failing() -> None:
        ringing.rings.append("failing")
        raise ValueError("words that must not be told")

    ringing.alarm.add("failing", failing, HOUR, now())
    ringing.alarm.add("other", ringing.job("other"), HOUR, now())
    ringing.thread.start()
    assert until(lambda: bool(ringing.events) and ringing.count("other") == 1)
    assert ringing.events[0] == Event(name=E.ALARM_FAILED, fields={"job": "failing", "error": "ValueError"})
    ringing.alarm.ring("failing", now())
    assert until(lambda: ringing.count("failing") == 2)


def test_a_pass_that_raises_is_survived(ringing: Ringing, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Cadence, previous: datetime | None, moment: datetime) -> datetime:
        raise RuntimeError

    monkeypatch.setattr("ritualsd.daemon.alarm.AFTER_FAILURE_S", 0.1)
    ringing.alarm.add("first", ringing.job("first"), HOUR, now())
    monkeypatch.setattr(Cadence, "get_next_fire_time", broken)
    ringing.thread.start()
    assert until(lambda: any(event.name == E.ALARM_FAILED for event in ringing.events))
    monkeypatch.undo()
    before = ringing.count("first")
    assert until(lambda: ringing.count("first") > before)


def test_a_job_stranded_by_a_clock_set_back_rings_at_the_next_pass(ringing: Ringing) -> None:
    ringing.alarm.add("beat", ringing.job("beat"), timedelta(seconds=30), now())
    ringing.thread.start()
    assert until(lambda: ringing.count("beat") == 1)
    ringing.alarm._scheduler.get_job("beat").modify(next_run_time=now() + 24 * HOUR)
    assert until(lambda: ringing.count("beat") == 2)


def test_no_wait_is_longer_than_the_cap(ringing: Ringing) -> None:
    ringing.alarm.add("beat", ringing.job("beat"), 48 * HOUR, now() + 24 * HOUR)
    ringing.thread.start()
    assert until(lambda: ringing.alarm._scheduler.running)
    assert ringing.alarm._scheduler._process_jobs() <= CAP_S


def test_a_stop_before_the_start_ends_it_at_once() -> None:
    alarm = Alarm(lambda event: None)
    alarm.add("beat", lambda: None, HOUR, now())
    alarm.stop()
    alarm.run()
    assert alarm.wait_idle(60)


def test_it_stops_while_a_job_hangs_and_says_so() -> None:
    alarm, inside, go_on = Alarm(lambda event: None), Flag(), Flag()

    def hang() -> None:
        inside.set()
        go_on.wait(60)

    alarm.add("hang", hang, HOUR, now())
    thread = Thread(target=alarm.run, daemon=True)
    thread.start()
    assert inside.wait(60)
    alarm.stop()
    thread.join(60)
    assert not thread.is_alive()
    assert not alarm.wait_idle(0.05)
    go_on.set()
    assert alarm.wait_idle(60)
