"""Works through the deliveries of one job, one after another. It decides nothing about a delivery: `handle` does.

Each is read anew before it is handled, so a job that was made twice, or begun by a worker that died, repeats nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event as Flag
from threading import Lock

from ritualsd.core.events import E
from ritualsd.engine.embedded import POISONED, Handle
from ritualsd.engine.pace import Pace
from ritualsd.errors import StoreDamaged, StoreError
from ritualsd.model import Delivery, Event
from ritualsd.ports import Clock, Emit, Queue, Slip

CLOCKS_APART_S = 5.0
"""Another machine's clock may be so far ahead of ours: what it handed out is waited for."""


class GiveBack(Exception):
    """A job that is not done goes back into the queue: not before `in_s` seconds, and into the lane of slow ones where
    the provider is `slow`."""

    def __init__(self, *, in_s: float = 0.0, slow: bool = False) -> None:
        super().__init__()
        self.in_s, self.slow = in_s, slow


class Grudges:
    """The providers that took their time a while ago, as one worker saw it. Any thread may ask."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self._seconds = clock, seconds
        self._until: dict[str, float] = {}
        self._lock = Lock()

    def bear(self, provider: str) -> None:
        now = self._clock.monotonic()
        with self._lock:
            self._until = {name: until for name, until in self._until.items() if until > now}
            self._until[provider] = now + self._seconds

    def holds(self, provider: str) -> bool:
        return self._until.get(provider, 0.0) > self._clock.monotonic()


class Batches:
    """Carries out jobs. Several threads may call `work` at once."""

    def __init__(
        self, queue: Queue, clock: Clock, emit: Emit, handle: Handle, stop: Flag, pace: Pace,
        doubt_s: Callable[[], float],
    ) -> None:  # fmt: skip
        self._queue, self._clock, self._emit, self._handle = queue, clock, emit, handle
        self._stop, self._pace, self._doubt_s = stop, pace, doubt_s
        self._grudges = Grudges(clock, pace.grudge_s)

    def work(self, provider: str, ids: Sequence[int], *, slow: bool) -> None:
        """All of these deliveries; `slow`: they are in the slow lane. Raises GiveBack where some are left."""
        if not slow and self._grudges.holds(provider):
            raise GiveBack(slow=True)
        most_s = self._pace.batch_s if slow else self._pace.slow_s
        until = self._clock.monotonic() + most_s
        try:
            for slip in self._queue.still_pending(ids):
                self._go_on(provider, until)
                self._one(slip)
        except StoreDamaged:
            raise
        except StoreError as error:
            self._emit(Event(name=E.STORE_FAILED, fields={"part": "worker", "error": type(error).__name__}))
            raise GiveBack(in_s=self._pace.rest_s) from None

    def _go_on(self, provider: str, until: float) -> None:
        """Raises GiveBack where the rest has to wait or is for others."""
        if self._stop.is_set():
            raise GiveBack
        if (doubt_s := self._doubt_s()) > 0:
            raise GiveBack(in_s=doubt_s)
        if self._clock.monotonic() > until:
            self._grudges.bear(provider)
            raise GiveBack(slow=True)

    def _one(self, slip: Slip) -> None:
        delivery = self._queue.fresh(slip)
        if delivery is None:
            return
        early_s = (delivery.next_attempt_utc - self._clock.now()).total_seconds()
        if early_s > CLOCKS_APART_S or (early_s > 0 and self._clock.wait(self._stop, early_s)):
            self._queue.take_back([slip.id])
            return
        try:
            self._handle(delivery)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one poisoned delivery must not stop the others
            self._push_away(delivery, error)

    def _push_away(self, delivery: Delivery, error: Exception) -> None:
        name = type(error).__name__
        self._emit(Event(name=E.DELIVERY_RETRY, fields={"delivery": delivery.id, "code": "poison", "error": name}))
        now = self._clock.now()
        self._queue.put_off(delivery, "poison", now + POISONED, now)
