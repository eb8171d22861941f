"""Hands out what is due: jobs for deliveries, in one transaction with the mark that they have one. It carries out none.

Any number of processes do this at once and none leads: rows one of them is at work on are passed over by the others.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from datetime import timedelta
from threading import Event as Flag

from ritualsd.core.events import E
from ritualsd.engine.common import no_doubt, ring_at
from ritualsd.engine.pace import PACE, Pace
from ritualsd.errors import StoreDamaged, StoreError
from ritualsd.model import Event
from ritualsd.ports import Attempt, Clock, Emit, Jobs, Queue

OVERDUE_S = 0.5


class Dispatcher:
    """`ports.Engine` of a process that plans and leaves delivering to workers.

    `doubt_s` is asked before each turn: seconds to hold everything back, 0.0 to go on. `alive` is called after each.
    """

    def __init__(
        self, queue: Queue, jobs: Jobs, clock: Clock, emit: Emit, *, pace: Pace = PACE,
        doubt_s: Callable[[], float] = no_doubt, alive: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._queue, self._jobs, self._clock, self._emit = queue, jobs, clock, emit
        self._pace, self._doubt_s, self._alive = pace, doubt_s, alive
        self._wake = Flag()
        self._stalled: Set[Attempt] = frozenset()  # at the last look: what still is at the next does not end any more
        self._well = True
        self._well_since = self._recovered = clock.monotonic()

    def submit(self) -> None:
        self._wake.set()

    def busy(self) -> int:
        """Nothing is ever under way here."""
        return 0

    def run(self, handle: object, stop: Flag) -> None:
        """Until `stop`. `handle` is never called: workers have their own. Raises StoreDamaged."""
        self.hand_out_until(stop)

    def hand_out_until(self, stop: Flag) -> None:
        """Turn after turn. Raises StoreDamaged."""
        ring_at(stop, self._wake, "dispatch-stop")
        while not stop.is_set():
            wait_s = self.turn()
            self._alive()
            self._clock.wait(self._wake, min(wait_s, self._pace.look_s))
            self._wake.clear()

    def turn(self) -> float:
        """Hand out all there is to; seconds until there may be more. Raises StoreDamaged."""
        doubt_s = self._doubt_s()
        if doubt_s > 0:
            return doubt_s
        try:
            self._recover()
            while self._hand_out():
                pass
            wait_s = self._until_next_s()
        except StoreDamaged:
            raise
        except Exception as error:  # noqa: BLE001 - the next turn must come; the type says enough without words
            return self._failed(error)
        if not self._well:
            self._well, self._well_since = True, self._clock.monotonic()
        return wait_s

    def _hand_out(self) -> int:
        return self._queue.hand_out(self._jobs, self._clock.now())

    def _recover(self) -> None:
        """What a dead worker left in flight is pending again, and what has no job any more gets another."""
        monotonic = self._clock.monotonic()
        if not self._well or monotonic - max(self._well_since, self._recovered) < self._pace.settled_s:
            return
        now = self._clock.now()
        before_utc = now - timedelta(seconds=self._pace.stalled_s)
        stalled = self._queue.stalled(before_utc)
        count = self._queue.recover_stalled(stalled & self._stalled, before_utc, now)
        self._stalled = stalled
        if count:
            self._emit(Event(name=E.DELIVERY_RECOVERED, fields={"count": count}))
        while self._queue.hand_out_lost(self._jobs, now, now - timedelta(seconds=self._pace.lost_s)):
            pass
        self._recovered = monotonic

    def _until_next_s(self) -> float:
        next_utc = self._queue.next_utc()
        if next_utc is None:
            return self._pace.look_s
        return max(OVERDUE_S, (next_utc - self._clock.now()).total_seconds())

    def _failed(self, error: Exception) -> float:
        if self._well:  # once, not once a turn
            name = E.STORE_FAILED if isinstance(error, StoreError) else E.BEAT_FAILED
            self._emit(Event(name=name, fields={"part": "dispatch", "error": type(error).__name__}))
        self._well = False
        return self._pace.rest_s
