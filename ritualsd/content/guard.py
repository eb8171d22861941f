"""Bounds around code that is not ours: a time limit for one call, and a circuit breaker that remembers.

A call that does not end is left behind in a daemon thread; it cannot be stopped here, only counted and not repeated.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")

FAILURES_TO_TRIP = 3
STUCK_CAP = 2
FIRST_REST_S = 60.0
LONGEST_REST_S = 3600.0


@dataclass(frozen=True, slots=True)
class Ok(Generic[T]):
    """The call ended with a value."""

    value: T


@dataclass(frozen=True, slots=True)
class Failed:
    """The call raised: anything, SystemExit and KeyboardInterrupt too."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The call had not ended after `seconds`; its thread is left behind."""

    seconds: float


# One call at a time: standard output is process-wide, and a plugin that prints must not spoil a listing of ours.
_turn = Lock()


def attempt(call: Callable[[], T]) -> Ok[T] | Failed:
    """Run `call` here and now, without a bound. Never raises for what it does."""
    try:
        return Ok(call())
    except BaseException as error:  # noqa: BLE001 - sys.exit() and worse in a plugin must end here
        return Failed(error)


def bounded(call: Callable[[], T], seconds: float) -> Ok[T] | Failed | TimedOut:
    """Run `call` in a throw-away daemon thread for at most `seconds`. Never raises for what `call` does."""
    outcome: list[Ok[T] | Failed] = []
    thread = Thread(target=lambda: outcome.append(attempt(call)), name="plugin call", daemon=True)
    with _turn, redirect_stdout(sys.stderr):
        thread.start()
        thread.join(seconds)
    return outcome[0] if outcome else TimedOut(seconds)


def side_by_side(jobs: Iterable[Callable[[], object]]) -> None:
    """Run each job in a thread of its own and wait for all; then raise what the first of them raised, if any did."""
    outcomes: list[Ok[object] | Failed] = []

    def run(job: Callable[[], object]) -> None:
        outcomes.append(attempt(job))

    threads = [Thread(target=run, args=(job,), name="plugin job", daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for outcome in outcomes:
        if isinstance(outcome, Failed):
            raise outcome.error


class Breaker:
    """One plugin's memory of failure: three in a row and it rests a minute, then twice as long, up to an hour.

    `recall` and `remember` keep it beyond a restart, so that a restart loop does not hammer anything. Times are
    seconds since the epoch; `error` is what was wrong the last time, in one line.
    """

    def __init__(self, name: str, recall: Callable[[str], str], remember: Callable[[str, str], None]) -> None:
        self._key, self._remember = f"breaker:{name}", remember
        self.failures, self.rest_s, self.open_until, self.error = _kept(recall(self._key))
        self.stuck = 0

    def allows(self, now: float) -> bool:
        """Whether the plugin may be called: not resting, and not stuck too often in this process."""
        return self.stuck < STUCK_CAP and now >= self.open_until

    @property
    def tripped(self) -> bool:
        """Resting, or on trial after a rest, or stuck for good."""
        return self.rest_s > 0 or self.stuck >= STUCK_CAP

    def succeeded(self) -> bool:
        """Forget the failures; True when this closes a tripped breaker."""
        was = self.rest_s > 0
        if self.failures or self.error:
            self.failures, self.rest_s, self.open_until, self.error = 0, 0.0, 0.0, ""
            self.keep()
        return was

    def failed(self, now: float, *, stuck: bool = False, rest: bool = False) -> bool:
        """Count a failure; True when this one trips the breaker. `rest` trips it at once."""
        was = self.tripped
        self.failures += 1
        self.stuck += stuck
        if rest or self.failures >= FAILURES_TO_TRIP:
            self.rest_s = min(max(FIRST_REST_S, self.rest_s * 2), LONGEST_REST_S)
            self.open_until = now + self.rest_s
        self.keep()
        return self.tripped and not was

    def keep(self) -> None:
        """Remember all of this."""
        self._remember(self._key, json.dumps([self.failures, self.rest_s, self.open_until, self.error]))


def _kept(text: str) -> tuple[int, float, float, str]:
    """What a breaker remembered, or a fresh start where that cannot be read."""
    try:
        failures, rest_s, open_until, *error = json.loads(text)
        return int(failures), float(rest_s), float(open_until), str(*error[:1])
    except (ValueError, TypeError):
        return 0, 0.0, 0.0, ""
