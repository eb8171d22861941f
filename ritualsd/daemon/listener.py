"""Keeps one source of replies listening: on a thread of its own, and again after every trouble, ever more patiently."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from threading import Event as Flag
from threading import Thread

from ritualsd.core.events import E
from ritualsd.daemon.health import SourceState
from ritualsd.errors import SourceTrouble, StoreError
from ritualsd.model import Event
from ritualsd.ports import Desk, Emit, ReplySource

FIRST_S, LONGEST_S = 1.0, 300.0
"""The pause after the first trouble in a row, doubled after each, and the longest."""

STEADY_S = 60.0
"""A source that listened for so long was well: its next trouble is a first one."""

LEAVE_S = 2.0

Show = Callable[[SourceState], None]


class Listener:
    """Runs `source` from `start` until `stop`. `show` is told how it is whenever that changes."""

    def __init__(
        self, source: ReplySource, show: Show, emit: Emit, now: Callable[[], datetime], *, first_s: float = FIRST_S
    ) -> None:
        self._source, self._show, self._emit, self._now = source, show, emit, now
        self._first_s = first_s
        self._stop = Flag()
        self._listening_since: float | None = None
        self._state = SourceState()
        self._thread = Thread(target=self._run, name=f"replies-{source.name}", daemon=True)

    def start(self, desk: Desk) -> None:
        self._desk = desk
        self._show(self._state)
        self._thread.start()

    def heard(self) -> None:
        """The source is connected. Called by its own thread."""
        if self._listening_since is not None:
            return
        self._listening_since = time.monotonic()
        self._now_is(SourceState(listening=True, failures=self._state.failures, since_utc=self._now()))
        self._emit(Event(name=E.SOURCE_LISTENING, fields={"source": self._source.name}))

    def hang_up(self) -> None:
        """Tell it to end, and wait for nothing. What it was just handing in is kept, or will be told of again."""
        self._stop.set()
        self._source.hang_up()

    def wait(self, seconds: float = LEAVE_S) -> None:
        """Until it has ended, so long at most."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            trouble = self._listen()
            if self._stop.is_set():
                return
            self._fail(trouble)
            self._stop.wait(max(self._pause_s(), trouble.pause_s))

    def _listen(self) -> SourceTrouble:
        """Why it listens no more. Nothing a source does ends the thread."""
        self._listening_since = None
        try:
            self._source.listen(self._desk, self._stop)
        except SourceTrouble as trouble:
            return trouble
        except StoreError:
            return SourceTrouble("store")
        except Exception:  # noqa: BLE001 - one message that a source stumbles over must not silence it for good
            return SourceTrouble("crash")
        return SourceTrouble("closed")

    def _fail(self, trouble: SourceTrouble) -> None:
        began = self._listening_since
        steady = began is not None and time.monotonic() - began >= STEADY_S
        failures = 1 if steady else self._state.failures + 1
        since = self._now() if self._state.listening or self._state.since_utc is None else self._state.since_utc
        self._now_is(SourceState(code=trouble.code, failures=failures, since_utc=since))
        told = {"source": self._source.name, "code": trouble.code, "failures": str(failures)}
        self._emit(Event(name=E.SOURCE_FAILING, fields=told))

    def _pause_s(self) -> float:
        doubled: int = 2 ** min(self._state.failures - 1, 20)
        return min(self._first_s * doubled, LONGEST_S)

    def _now_is(self, state: SourceState) -> None:
        self._state = state
        self._show(state)
