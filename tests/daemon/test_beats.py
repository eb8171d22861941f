"""One turn of the loop: what feeds the watchdog, what does not, and that no failure is the last beat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ritualsd.core.events import E
from ritualsd.errors import StoreBusy, StoreDamaged, StoreFull
from ritualsd.model import Ask, Event, Secret
from ritualsd.ports import Pool
from ritualsd.testing import ListContent, RecordingSender
from tests.builders import NOON, channel, person, ritual, settings
from tests.daemon.home import HeldClock, Home


@pytest.fixture
def home() -> Home:
    return Home(settings(ritual(when="every day at 12:05")), HeldClock(NOON))


class Failing:
    """A ledger of which one method raises."""

    def __init__(self, store: Any, method: str, error: Exception) -> None:
        self._store, self._method, self._error = store, method, error

    def __getattr__(self, name: str) -> Any:
        if name == self._method:
            raise self._error
        return getattr(self._store, name)


def fail(home: Home, error: Exception | None, method: str = "due_streams") -> None:
    """From now on the ledger raises `error`; None heals it."""
    store = home.store if error is None else Failing(home.store, method, error)
    home.live.world = replace(home.live.world, store=store)


def test_a_beat_that_read_the_ledger_feeds_the_watchdog_and_is_the_pulse(home: Home) -> None:
    home.beats.beat()
    assert home.notifier.heard == ["WATCHDOG=1"]
    assert home.live.pulse.beat_monotonic == home.clock.mono
    assert E.OCCURRENCE_READY in home.names()


def test_a_beat_that_raises_feeds_nobody_is_told_by_its_type_and_is_not_the_last(home: Home) -> None:
    fail(home, RuntimeError("words of a message"))
    home.beats.beat()
    assert home.notifier.heard == []
    assert home.events == [Event(name=E.BEAT_FAILED, fields={"error": "RuntimeError"})]
    fail(home, None)
    home.beats.beat()
    assert home.notifier.heard == ["WATCHDOG=1"]


@pytest.mark.parametrize("error", [StoreFull("no space left"), StoreBusy("another process holds it")])
def test_a_ledger_that_cannot_write_is_told_once_and_the_loop_lives_on(home: Home, error: Exception) -> None:
    fail(home, error)
    for _ in range(3):
        home.beats.beat()
    assert home.names() == [E.STORE_FAILED]
    assert home.notifier.heard == ["WATCHDOG=1"] * 3
    assert home.live.pulse.store_error
    fail(home, None)
    home.beats.beat()
    assert home.live.pulse.store_error == ""


def test_a_damaged_ledger_ends_the_daemon(home: Home) -> None:
    fail(home, StoreDamaged("not a database"))
    home.beats.beat()
    assert len(home.lost) == 1
    assert home.notifier.heard == []


def test_it_rings_again_when_the_next_thing_is_to_be_done(home: Home) -> None:
    home.beats.beat()
    assert home.next_ring() <= NOON + timedelta(seconds=30)
    soon = Home(settings(ritual(when="every day at 12:10")), HeldClock(NOON - timedelta(seconds=20)))
    soon.beats.beat()
    assert soon.next_ring() <= NOON


def test_more_than_one_beat_prepares_is_taken_up_at_once() -> None:
    crowd = [ritual(f"r{number}", when="every day at 12:05") for number in range(450)]
    home = Home(settings(*crowd), HeldClock(NOON))
    for left in (250, 50, 0):
        home.beats.beat()
        waiting = home.store.to_prepare(NOON + timedelta(hours=1), 1000)
        assert len(waiting) == left
        if left:
            assert home.next_ring() - NOON <= timedelta(seconds=1)


def test_nothing_is_planned_while_the_clock_is_in_doubt_and_the_watchdog_is_content(home: Home) -> None:
    home.clock.go(1, step=10 * 365 * 86400)
    home.beats.beat()
    assert home.names() == [E.CLOCK_STEPPED]
    assert home.store.history() == []
    assert home.notifier.heard == ["WATCHDOG=1"]
    home.clock.go(5, step=-10 * 365 * 86400)
    home.beats.beat()
    assert [entry.occurrence.slot for entry in home.store.history()] == ["2026-03-02"]


def test_a_clock_set_back_by_years_is_planned_anew() -> None:
    home = Home(settings(ritual(when="every day at 12:05")), HeldClock(NOON.replace(year=2036)))
    home.beats.beat()
    home.clock.go(1, step=(NOON - home.clock.at).total_seconds())
    home.beats.beat()
    next_due = home.store.next_due()
    assert next_due is not None
    assert next_due.year == 2026


def test_nothing_is_adopted_under_a_clock_that_was_never_set_and_all_is_once_it_is_right() -> None:
    home = Home(settings(ritual(when="every day at 12:05")), HeldClock(NOON))
    home.live.watch.set_floor(NOON)
    home.clock.go(1, step=-50 * 365 * 86400)
    home.live.take_up(settings(ritual(when="every day at 12:06")))
    home.beats.beat()
    assert home.store.next_due() == NOON.replace(minute=5)
    home.clock.go(1, step=50 * 365 * 86400)
    home.beats.beat()
    assert home.store.history() == []
    home.clock.go(125)
    home.beats.beat()
    assert home.store.history()[0].occurrence.slot_local.minute == 6
    assert len(home.store.history()) == 1


@pytest.mark.parametrize(
    ("url", "due", "warmed"),
    [("json://127.0.0.1", "12:00", True), ("inbox://", "12:00", False), ("json://127.0.0.1", "12:05", False)],
    ids=["due soon", "the inbox needs none", "not yet"],
)
def test_a_sender_is_warmed_when_something_is_about_to_leave_the_machine(url: str, due: str, warmed: bool) -> None:
    asked: list[int] = []

    class Sender(RecordingSender):
        def warm(self, channels: int = 1) -> None:
            asked.append(channels)

    ana = person("ana", channels=(channel("ana", url=Secret(url)),))
    home = Home(settings(ritual(when=f"every day at {due}"), people=(ana,)), HeldClock(NOON - timedelta(seconds=20)))
    home.live.world = replace(home.live.world, sender=Sender())
    home.beats.beat()
    assert asked == ([1] if warmed else [])


def test_upkeep_forgets_nothing_while_the_clock_is_in_doubt(home: Home) -> None:
    home.clock.go(1, step=10 * 365 * 86400)
    fail(home, RuntimeError(), method="forget_words")
    home.beats.upkeep()
    fail(home, None)
    home.clock.go(200)
    home.beats.upkeep()


def test_an_occurrence_that_cannot_be_prepared_ends_with_a_reason_and_holds_up_no_other() -> None:
    class Poisoned(ListContent):
        def offers(self, ask: Ask, deck: str = "") -> Pool:
            if ask.ritual == "poisoned":
                raise ValueError("the words of a prompt")
            return super().offers(ask, deck)

    rituals = [ritual(name, when="every day at 12:05", kind="gratitude") for name in ("poisoned", "well")]
    home = Home(settings(*rituals), HeldClock(NOON))
    home.live.world = replace(home.live.world, content=Poisoned())
    home.beats.beat()
    states = {entry.occurrence.ritual: str(entry.occurrence.state) for entry in home.store.history()}
    assert states == {"poisoned": "failed", "well": "ready"}
    assert home.notifier.heard == ["WATCHDOG=1"]
    (told,) = [event for event in home.events if event.name == E.BEAT_FAILED]
    assert told.fields == {"ritual": "poisoned", "occurrence": "poisoned@2026-03-02/ana", "error": "ValueError"}
