"""Works through the deliveries of one job, one after another. It decides nothing about a delivery: its courier does.

Each is claimed before it is sent, so a job that was made twice, or begun by a worker that died, repeats nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from threading import Lock
from typing import Any

from ritualsd.core.events import E
from ritualsd.engine.common import POISONED
from ritualsd.engine.pace import Pace
from ritualsd.errors import StoreDamaged, StoreError
from ritualsd.model import Delivery, Event
from ritualsd.ports import Clock, Courier, Emit, Queue

CLOCKS_APART_S = 5.0
"""Another machine's clock may be so far ahead of ours: what it handed out is waited for."""

QUICK_AFTER = 10
"""So many messages say that a provider is itself again."""


class GiveBack(Exception):
    """A job that is not done goes back into the queue: where `slow` says so, into the lane for slow providers or out of
    it."""

    def __init__(self, *, slow: bool | None = None) -> None:
        super().__init__()
        self.slow = slow


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

    def forget(self, provider: str) -> None:
        with self._lock:
            self._until.pop(provider, None)

    def holds(self, provider: str) -> bool:
        return self._until.get(provider, 0.0) > self._clock.monotonic()


@dataclass(slots=True)
class Waited:
    """How long a provider took to answer, in one job."""

    seconds: float = 0.0
    messages: int = 0

    def is_slow(self, pace: Pace) -> bool:
        """Its own time counts, and not that of a busy machine or database."""
        return self.seconds > pace.slow_s and self.seconds > pace.slow_each_s * self.messages

    def is_quick(self, pace: Pace) -> bool:
        return self.messages >= QUICK_AFTER and self.seconds < pace.slow_each_s / 2 * self.messages


class Batches:
    """Carries out jobs. Several threads may call `work` at once."""

    def __init__(
        self, queue: Queue, clock: Clock, emit: Emit, courier: Courier[Any], stop: Flag, pace: Pace,
        doubt_s: Callable[[], float],
    ) -> None:  # fmt: skip
        self._queue, self._clock, self._emit, self._courier = queue, clock, emit, courier
        self._stop, self._pace, self._doubt_s = stop, pace, doubt_s
        self._grudges = Grudges(clock, pace.grudge_s)

    def work(self, provider: str, ids: Sequence[int], *, slow: bool) -> None:
        """All of these deliveries; `slow`: they are in the slow lane. Raises GiveBack where some are left, and
        StoreDamaged."""
        if not slow and self._grudges.holds(provider):
            raise GiveBack(slow=True)
        until, waited = self._clock.monotonic() + self._pace.batch_s, Waited()
        try:
            for delivery in self._queue.still_pending(ids):
                self._go_on(until)
                self._judge(provider, waited, slow=slow)
                if self._is_time(delivery):
                    self._one(delivery, waited)
            if waited.is_slow(self._pace):
                self._grudges.bear(provider)  # its other jobs need not find out for themselves
        except StoreDamaged:
            raise
        except StoreError as error:
            self._tell_refused(error)
            self._clock.wait(self._stop, self._pace.rest_s)  # here: a queue without it would be asked again at once
            raise GiveBack from None

    def _go_on(self, until: float) -> None:
        """Raises GiveBack where the rest has to wait or is for others."""
        if self._stop.is_set():
            raise GiveBack
        if self._doubt_s() > 0:
            self._clock.wait(self._stop, self._pace.poll_s)  # by then this worker takes no more
            raise GiveBack  # to others, whose clocks may be well
        if self._clock.monotonic() > until:
            raise GiveBack

    def _judge(self, provider: str, waited: Waited, *, slow: bool) -> None:
        """Raises GiveBack where the job is in the wrong lane for a provider like this."""
        if waited.is_slow(self._pace):
            self._grudges.bear(provider)
            if not slow:
                raise GiveBack(slow=True)
        elif slow and waited.is_quick(self._pace):
            self._grudges.forget(provider)
            raise GiveBack(slow=False)

    def _is_time(self, delivery: Delivery) -> bool:
        """Wait for a moment where it is near; what was put off meanwhile is handed out anew."""
        early_s = (delivery.next_attempt_utc - self._clock.now()).total_seconds()
        if early_s <= 0:
            return True
        if early_s > CLOCKS_APART_S:
            self._queue.take_back([delivery.id])
            return False
        if self._clock.wait(self._stop, early_s):
            raise GiveBack
        return True

    def _one(self, delivery: Delivery, waited: Waited) -> None:
        try:
            for parcel in self._courier.claim([delivery]).values():
                self._record(self._carry(parcel, waited))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one poisoned delivery must not stop the others
            self._push_away(delivery, error)

    def _carry(self, parcel: Any, waited: Waited) -> Any:
        began = self._clock.monotonic()
        try:
            return self._courier.carry(parcel)
        finally:
            waited.seconds += self._clock.monotonic() - began
            waited.messages += 1

    def _record(self, carried: Any) -> None:
        """What became of a message is kept until the ledger takes it: else it would be sent again."""
        told = False
        while True:
            try:
                self._courier.record([carried])
            except StoreDamaged:
                raise
            except StoreError as error:
                if not told:
                    self._tell_refused(error)
                told = True
                if self._clock.wait(self._stop, self._pace.rest_s):
                    raise
            else:
                return

    def _push_away(self, delivery: Delivery, error: Exception) -> None:
        name = type(error).__name__
        self._emit(Event(name=E.DELIVERY_RETRY, fields={"delivery": delivery.id, "code": "poison", "error": name}))
        now = self._clock.now()
        self._queue.put_off(delivery, "poison", now + POISONED, now)

    def _tell_refused(self, error: StoreError) -> None:
        self._emit(Event(name=E.STORE_FAILED, fields={"part": "worker", "error": type(error).__name__}))
