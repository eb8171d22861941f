"""What keeps a source listening: patience that grows, and nothing a source does ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event as Flag

import pytest

from ritualsd.core.sources import SENTENCES, sentence, unheard
from ritualsd.daemon.health import FAILING, SourceState, Standing, deaf
from ritualsd.daemon.listener import LONGEST_S, Listener
from ritualsd.errors import SourceTrouble, StoreFull
from ritualsd.model import Event
from ritualsd.ports import Desk
from tests.servers import soon

AT = datetime(2026, 3, 2, tzinfo=UTC)


class Scripted:
    """A source that does one thing after another, then listens until it is told to stop."""

    name = "scripted"
    cursor_key = "source.scripted"

    def __init__(self, *steps: Callable[[], None]) -> None:
        self.steps, self.calls = list(steps), 0

    def listen(self, desk: Desk, stop: Flag) -> None:
        self.calls += 1
        if self.steps:
            self.steps.pop(0)()
            return
        stop.wait()

    def hang_up(self) -> None:
        """`stop` is all it waits for."""


def failing(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_any_trouble_is_survived_and_named() -> None:
    states: list[SourceState] = []
    events: list[Event] = []
    source = Scripted(
        failing(SourceTrouble("dns")), failing(RuntimeError("a secret")), failing(StoreFull("full")), lambda: None
    )
    listener = Listener(source, states.append, events.append, lambda: AT, first_s=0.01)
    listener.start(None)  # type: ignore[arg-type] # it hands nothing in
    assert soon(lambda: source.calls == 5)
    listener.hang_up()
    listener.wait()
    assert [state.code for state in states] == ["", "dns", "crash", "store", "closed"]
    assert [state.failures for state in states] == [0, 1, 2, 3, 4]
    assert "a secret" not in repr(events)


@pytest.mark.parametrize(("failures", "pause_s"), [(1, 1.0), (2, 2.0), (4, 8.0), (40, LONGEST_S)])
def test_the_pause_doubles_up_to_five_minutes(failures: int, pause_s: float) -> None:
    listener = Listener(Scripted(), lambda _: None, lambda _: None, lambda: AT)
    listener._state = SourceState(failures=failures)
    assert listener._pause_s() == pause_s


def test_a_source_that_is_not_heard_for_long_is_a_problem_of_the_daemon() -> None:
    state = SourceState(code="login", failures=FAILING, since_utc=AT)
    standing = Standing(running=True, sources={"mail": state})
    assert deaf(state)
    assert not standing.ok
    told = standing.as_json()
    assert told["problems"] == ["answers by mail are not heard"]
    assert told["replies"] == {"mail": {"listening": False, "code": "login", "since_utc": "2026-03-02T00:00:00Z"}}
    assert Standing(running=True, sources={"mail": SourceState(code="dns", failures=1)}).ok


@pytest.mark.parametrize(("name", "hours", "lost"), [("ntfy", 11, False), ("ntfy", 13, True), ("mail", 900, False)])
def test_status_says_when_a_server_may_have_dropped_answers(name: str, hours: int, lost: bool) -> None:
    told = unheard(name, "dns", AT, AT + timedelta(hours=hours))
    assert told.startswith("not heard since 2026-03-02T00:00:00Z, because the name of the server could not be found")
    assert ("may be lost" in told) is lost


@pytest.mark.parametrize("code", [*SENTENCES, "http-502"])
def test_every_code_is_a_sentence(code: str) -> None:
    assert sentence(code)[0].islower()
