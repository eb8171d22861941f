"""Runs deliveries in this process, straight from the ledger. It decides nothing about a delivery: `handle` does.

At most one delivery at a time per channel label, a few in all, and none again before it had a moment's rest.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event as Flag
from threading import Lock, Thread

from ritualsd.core.events import E
from ritualsd.errors import StoreDamaged, StoreError
from ritualsd.model import Delivery, DeliveryState, Event
from ritualsd.ports import Clock, Emit, Settlement, Store

CAP_S = 30.0
READ_AHEAD = 64
READ_MOST = 4096
REST_S = 2.0
OVERDUE_S = 0.5
STORE_REST_S = 30.0
AFTER_FAILURE_S = 5.0
POISONED = timedelta(hours=1)

Handle = Callable[[Delivery], None]


def no_doubt() -> float:
    """The gate of an engine whose clock is always believed."""
    return 0.0


class EmbeddedEngine:
    """ports.Engine on our own ledger.

    `doubt_s` is asked before each pass: seconds to hold everything back, 0.0 to go on.
    """

    def __init__(
        self, store: Store, clock: Clock, emit: Emit, *, workers: int = 3, doubt_s: Callable[[], float] = no_doubt
    ) -> None:
        self._store, self._clock, self._emit = store, clock, emit
        self._workers, self._doubt_s = workers, doubt_s
        self._wake = Flag()
        self._lock = Lock()
        self._running: dict[tuple[str, str], int] = {}  # lane → delivery
        self._resting: dict[int, float] = {}  # delivery → monotonic time it may be handled again
        self._unsettled: dict[int, Settlement] = {}  # what a full disk kept us from recording
        self._backlog: list[Delivery] = []  # read ahead, not started
        self._read_at = 0.0
        self._store_well = True
        self._damage: StoreDamaged | None = None

    def submit(self) -> None:
        self._wake.set()

    def busy(self) -> int:
        """How many deliveries are being handled at this moment."""
        with self._lock:
            return len(self._running)

    def run(self, handle: Handle, stop: Flag) -> None:
        """Until `stop`, then until what is under way has ended. Raises StoreDamaged when the ledger is lost."""
        Thread(target=self._ring_when, args=(stop,), name="engine-stop", daemon=True).start()
        while not stop.is_set() and self._damage is None:
            wait_s = self._pass(handle)
            self._clock.wait(self._wake, min(wait_s, CAP_S))
            self._wake.clear()
        while self.busy():
            self._clock.wait(self._wake, 1.0)
            self._wake.clear()
        if self._damage is not None:
            raise self._damage

    def _ring_when(self, stop: Flag) -> None:
        stop.wait()
        self._wake.set()

    def _pass(self, handle: Handle) -> float:
        """Start what can be started; seconds until there may be more."""
        doubt_s = self._doubt_s()
        if doubt_s > 0:
            return doubt_s
        try:
            self._settle_rest()
            self._start_due(handle)
            idle_s = self._idle_s()
        except StoreError as error:
            return self._store_failed(error)
        except Exception as error:  # noqa: BLE001 - deliveries must go on at the next pass, whatever this one met
            self._emit(Event(name=E.BEAT_FAILED, fields={"part": "engine", "error": type(error).__name__}))
            return AFTER_FAILURE_S
        if not self._unsettled:
            self._store_well = True
        return idle_s

    def _start_due(self, handle: Handle) -> None:
        self._backlog = [delivery for delivery in self._backlog if not self._start(delivery, handle)]
        now = self._clock.monotonic()
        if self._backlog and now - self._read_at < OVERDUE_S:
            return  # all that is left waits behind busy channels: don't read it again for each one that ends
        self._read_at = now
        limit = READ_AHEAD
        while self.busy() < self._workers:
            due = self._store.due_deliveries(self._clock.now(), limit)
            self._backlog = [delivery for delivery in self._fresh(due) if not self._start(delivery, handle)]
            if len(due) < limit or limit >= READ_MOST:
                return
            limit *= 8  # everything read so far waits behind a busy channel: look past it

    def _fresh(self, due: list[Delivery]) -> list[Delivery]:
        """Leave out what is being handled, or was a moment ago: its row may be older than what became of it."""
        now = self._clock.monotonic()
        with self._lock:
            self._resting = {id_: until for id_, until in self._resting.items() if until > now}
            held = self._resting.keys() | set(self._running.values())
        return [delivery for delivery in due if delivery.id not in held]

    def _start(self, delivery: Delivery, handle: Handle) -> bool:
        with self._lock:
            if len(self._running) >= self._workers or delivery.lane in self._running:
                return False
            self._running[delivery.lane] = delivery.id
        try:
            Thread(target=self._one, args=(delivery, handle), name=f"deliver-{delivery.id}", daemon=True).start()
        except RuntimeError:  # this machine is out of threads: the row is still pending, and is read again
            with self._lock:
                del self._running[delivery.lane]
            return False
        return True

    def _idle_s(self) -> float:
        if self.busy() >= self._workers:
            return CAP_S  # the next one to end rings
        next_utc = self._store.next_delivery()
        if next_utc is None:
            return CAP_S
        ahead_s = (next_utc - self._clock.now()).total_seconds()
        return ahead_s if ahead_s > 0 else OVERDUE_S  # it rests, or waits behind a busy channel

    def _one(self, delivery: Delivery, handle: Handle) -> None:
        try:
            handle(delivery)
        except StoreError as error:
            self._push(delivery, "store", timedelta(seconds=STORE_REST_S))
            self._store_failed(error)
        except Exception as error:  # noqa: BLE001 - one poisoned delivery must not stop the others
            self._emit(_poisoned(delivery, error))
            self._push(delivery, "poison", POISONED)
        finally:
            with self._lock:
                self._running.pop(delivery.lane, None)
                self._resting[delivery.id] = self._clock.monotonic() + REST_S
            self._wake.set()

    def _push(self, delivery: Delivery, code: str, by: timedelta) -> None:
        """Put a delivery that raised off, with the same words; remembered until the ledger takes it."""
        settlement = Settlement(state=DeliveryState.PENDING, code=code, next_attempt_utc=self._clock.now() + by)
        with self._lock:
            self._unsettled[delivery.id] = settlement
        try:
            self._settle_rest()
        except StoreError as error:
            self._store_failed(error)

    def _settle_rest(self) -> None:
        with self._lock:
            waiting = list(self._unsettled.items())
        for delivery, settlement in waiting:
            self._store.settle(delivery, settlement, None, self._clock.now())
            with self._lock:
                self._unsettled.pop(delivery, None)

    def _store_failed(self, error: StoreError) -> float:
        if isinstance(error, StoreDamaged):
            self._damage = error
            self._wake.set()
        if self._store_well:  # once, not once a pass
            self._emit(Event(name=E.STORE_FAILED, fields={"error": type(error).__name__}))
        self._store_well = False
        return STORE_REST_S


def _poisoned(delivery: Delivery, error: Exception) -> Event:
    return Event(
        name=E.DELIVERY_RETRY, fields={"delivery": delivery.id, "code": "poison", "error": type(error).__name__}
    )
