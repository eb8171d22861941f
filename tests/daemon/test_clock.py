"""The clock watch: it notices a jump, doubts a large one for a while, and takes sleep and drift for what they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event as Flag

from ritualsd.core.events import E
from ritualsd.daemon.clock import STANDS_S, ClockWatch, SystemClock
from ritualsd.model import Event

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class TwoClocks:
    """Wall and monotonic time, each moved by hand."""

    wall: datetime = START
    mono: float = 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.mono

    def wait(self, flag: Flag, seconds: float) -> bool:
        return flag.is_set()

    def go(self, seconds: float, step: float = 0.0) -> None:
        self.wall += timedelta(seconds=seconds + step)
        self.mono += seconds


def watched() -> tuple[TwoClocks, ClockWatch, list[Event]]:
    clock, events = TwoClocks(), list[Event]()
    return clock, ClockWatch(clock, events.append), events


def test_time_that_passes_is_no_step() -> None:
    clock, watch, events = watched()
    for _ in range(100):
        clock.go(30, step=0.01)
        assert watch.doubt_s() == 0
    assert events == []


def test_an_hour_forward_or_back_is_told_and_believed() -> None:
    clock, watch, events = watched()
    clock.go(30, step=3600)
    assert watch.doubt_s() == 0
    clock.go(30, step=-7200)
    assert watch.doubt_s() == 0
    assert events == [Event(name=E.CLOCK_STEPPED, fields={"seconds": step}) for step in (3600, -7200)]
    assert watch.steps == 2


def test_a_jump_of_years_is_held_until_it_has_stood_two_minutes() -> None:
    clock, watch, _ = watched()
    clock.go(30, step=10 * 365 * 86400)
    assert watch.doubt_s() == STANDS_S
    clock.go(90)
    assert watch.doubt_s() == STANDS_S - 90
    clock.go(31)
    assert watch.doubt_s() == 0


def test_a_jump_of_years_that_is_undone_is_forgotten_at_once() -> None:
    clock, watch, _ = watched()
    clock.go(30, step=10 * 365 * 86400)
    assert watch.doubt_s() > 0
    clock.go(5, step=-10 * 365 * 86400)
    assert watch.doubt_s() == 0


def test_a_clock_before_this_installation_was_made_is_not_believed() -> None:
    clock, watch, _ = watched()
    watch.set_floor(START + timedelta(days=365))
    assert watch.doubt_s() > 0
    clock.go(30, step=366 * 86400)
    clock.go(200)
    watch.doubt_s()
    clock.go(STANDS_S)
    assert watch.doubt_s() == 0


def test_the_system_clock_is_aware_and_its_monotonic_time_rises() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()
    assert not clock.wait(Flag(), -1)
