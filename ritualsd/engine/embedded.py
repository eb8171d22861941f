"""Runs deliveries in this process, straight from the ledger. It decides nothing about a delivery: its courier does.

At most one delivery at a time per lane, a few in all, and none again before it had a moment's rest. What starts
together is claimed together, and what ended meanwhile is recorded together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from threading import Event as Flag
from threading import Lock
from typing import Any

from ritualsd.core.events import E
from ritualsd.engine.common import POISONED, no_doubt, ring_at
from ritualsd.engine.crew import Crew
from ritualsd.engine.lanes import Ended, Lanes
from ritualsd.engine.one_by_one import Handle as Handle
from ritualsd.engine.one_by_one import OneByOne
from ritualsd.errors import StoreDamaged, StoreError
from ritualsd.model import Delivery, DeliveryState, Event
from ritualsd.ports import Clock, Courier, Emit, Settlement
from ritualsd.ports.households import Outbox

CAP_S = 30.0
READ_AHEAD = 256
READ_MOST = 4096
OVERDUE_S = 0.5
GATHER_S = 0.005
"""So long what has ended waits for others to end, where several are on their way."""

SOON_S = 0.05
STORE_REST_S = 30.0
AFTER_FAILURE_S = 5.0


class EmbeddedEngine:
    """ports.Engine on our own ledger.

    `doubt_s` is asked before each turn: seconds to hold everything back, 0.0 to go on.
    """

    def __init__(
        self, store: Outbox, clock: Clock, emit: Emit, *, workers: int = 3, doubt_s: Callable[[], float] = no_doubt
    ) -> None:
        self._store, self._clock, self._emit = store, clock, emit
        self._workers, self._doubt_s = workers, doubt_s
        self._crew = Crew(workers, "deliver")
        self._wake = Flag()
        self._lock = Lock()
        self._lanes = Lanes()
        self._unsettled: dict[int, Settlement] = {}  # what a full disk kept us from recording
        self._read_at = 0.0
        self._store_well = True
        self._damage: StoreDamaged | None = None

    def submit(self) -> None:
        self._wake.set()

    def busy(self) -> int:
        """How many deliveries are being handled at this moment."""
        return self._lanes.busy()

    def run(self, handle: Handle, stop: Flag) -> None:
        """Until `stop`, then until what is under way has ended. Raises StoreDamaged when the ledger is lost."""
        courier: Courier[Any] = handle if isinstance(handle, Courier) else OneByOne(handle)
        ring_at(stop, self._wake, "engine-stop")
        while not stop.is_set() and self._damage is None:
            self._wait(self._turn(courier))
            self._gather()
        self._finish(courier)
        self._crew.dismiss()
        if self._damage is not None:
            raise self._damage

    def _wait(self, seconds: float) -> None:
        self._clock.wait(self._wake, min(seconds, CAP_S))
        self._wake.clear()

    def _gather(self) -> None:
        """Give the others a moment to end as well: one transaction is for all of them."""
        if self._lanes.any_ended() and not self._lanes.enough_ended():
            self._wait(GATHER_S)

    # ── a turn ──

    def _turn(self, courier: Courier[Any]) -> float:
        """Record what ended, and start what can be started; seconds until there may be more."""
        try:
            recorded = self._record(courier)
            doubt_s = self._doubt_s()
            if doubt_s > 0:
                return doubt_s
            self._settle_rest()
            started = self._start_due(courier)
            idle_s = self._idle_s(busily=recorded or started)
        except StoreError as error:
            return self._store_failed(error)
        except Exception as error:  # noqa: BLE001 - deliveries must go on at the next turn, whatever this one met
            self._emit(Event(name=E.BEAT_FAILED, fields={"part": "engine", "error": type(error).__name__}))
            return AFTER_FAILURE_S
        with self._lock:
            self._store_well |= not self._unsettled
        return idle_s

    def _idle_s(self, *, busily: bool) -> float:
        """`busily`: the turn before had something to do, so more is likely to come of itself."""
        if self._lanes.any_ended():
            return 0.0  # while it was recorded what had ended before
        if busily and self.busy():
            return SOON_S
        if self.busy() >= self._workers:
            return CAP_S  # the next one to end rings
        next_utc = self._store.next_delivery()
        if next_utc is None:
            return CAP_S
        ahead_s = (next_utc - self._clock.now()).total_seconds()
        return ahead_s if ahead_s > 0 else OVERDUE_S  # it rests, or waits behind a busy lane

    def _finish(self, courier: Courier[Any]) -> None:
        """What is under way ends and is recorded. What a ledger in trouble does not take is sent again after a start:
        it is still on record as under way."""
        while True:
            try:
                if self._damage is None:
                    self._record(courier)
            except StoreError as error:
                self._store_failed(error)
            if self._lanes.all_ended():
                return
            self._wait(1.0)

    # ── what is due ──

    def _start_due(self, courier: Courier[Any]) -> bool:
        """Whether anything was started."""
        started = self._start(courier)
        now = self._clock.monotonic()
        if self._lanes.waiting() and now - self._read_at < OVERDUE_S:
            return started  # all that is left waits behind busy lanes: don't read it again for each one that ends
        self._read_at = now
        limit = READ_AHEAD
        while self.busy() < self._workers:
            due = self._store.due_deliveries(self._clock.now(), limit)
            self._lanes.line_up(due, self._clock.monotonic())
            started |= self._start(courier)
            if len(due) < limit or limit >= READ_MOST:
                break
            limit *= 4  # everything read so far waits behind a busy lane: look past it
        return started

    def _start(self, courier: Courier[Any]) -> bool:
        """Start what there are hands and free lanes for; whether that was any."""
        batches = self._lanes.take(self._crew.hands(self.busy() + self._lanes.waiting()) - self.busy())
        started = bool(batches)
        try:
            while batches:
                self._claim(courier, batches.pop())
        except StoreError:
            for theirs in batches:
                self._release(theirs)
            raise
        return started

    def _claim(self, courier: Courier[Any], batch: Sequence[Delivery]) -> None:
        """Claim what starts together, in one transaction; one that cannot be is found by asking for each alone."""
        try:
            parcels = courier.claim(batch)
        except StoreError:
            self._release(batch)
            raise
        except Exception as error:  # noqa: BLE001 - one poisoned delivery must not stop the others
            for each in batch if len(batch) > 1 else ():
                self._claim(courier, [each])
            if len(batch) == 1:
                self._poisoned(batch[0], error)
            return
        for each in batch:
            if each.id in parcels:
                self._crew.do(partial(self._carry, courier, each, parcels[each.id]))
        if left := [each for each in batch if each.id not in parcels]:
            self._release(left)
            self._wake.set()  # what waits behind them in their lanes may go

    # ── one delivery, on a thread of the crew ──

    def _carry(self, courier: Courier[Any], delivery: Delivery, parcel: Any) -> None:
        try:
            carried = courier.carry(parcel)
        except StoreError as error:
            self._push(delivery, "store", timedelta(seconds=STORE_REST_S))
            self._store_failed(error)
        except Exception as error:  # noqa: BLE001 - one poisoned delivery must not stop the others
            self._poisoned(delivery, error)
        else:
            if self._lanes.end(delivery, carried):
                self._wake.set()

    # ── what became of it ──

    def _record(self, courier: Courier[Any]) -> bool:
        """Whether anything had ended. What the ledger does not take now it is offered again, and not sent again."""
        ended = self._lanes.ended()
        for theirs in ended:
            self._record_these(courier, theirs)
        return bool(ended)

    def _record_these(self, courier: Courier[Any], ended: Sequence[Ended]) -> None:
        """In one transaction; one that cannot be recorded is found by offering each alone."""
        try:
            courier.record([carried for _, carried in ended])
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - one poisoned delivery must not stop the others
            for each in ended if len(ended) > 1 else ():
                self._record_these(courier, [each])
            if len(ended) == 1:
                self._poisoned(ended[0][0], error)
        else:
            self._release([each for each, _ in ended])

    def _release(self, deliveries: Sequence[Delivery]) -> None:
        self._lanes.release(deliveries, self._clock.monotonic())

    def _poisoned(self, delivery: Delivery, error: Exception) -> None:
        name = type(error).__name__
        self._emit(Event(name=E.DELIVERY_RETRY, fields={"delivery": delivery.id, "code": "poison", "error": name}))
        self._push(delivery, "poison", POISONED)

    def _push(self, delivery: Delivery, code: str, by: timedelta) -> None:
        """Put a delivery that raised off, with the same words; remembered until the ledger takes it."""
        settlement = Settlement(state=DeliveryState.PENDING, code=code, next_attempt_utc=self._clock.now() + by)
        with self._lock:
            self._unsettled[delivery.id] = settlement
        try:
            self._settle_rest()
        except StoreError as error:
            self._store_failed(error)
        finally:
            self._release([delivery])
            self._wake.set()

    def _settle_rest(self) -> None:
        with self._lock:
            waiting = list(self._unsettled.items())
        for delivery, settlement in waiting:
            try:
                self._store.settle(delivery, settlement, None, self._clock.now())
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - one that cannot even be put off must not stop the others
                self._leave_alone(delivery, error)
            with self._lock:
                self._unsettled.pop(delivery, None)

    def _leave_alone(self, delivery: int, error: Exception) -> None:
        """As long as if it had been put off; only we know."""
        with self._lock:
            known = self._unsettled.pop(delivery, None)
        if known is not None:  # once, not once a thread
            self._lanes.leave_alone(delivery, self._clock.monotonic() + POISONED.total_seconds())
            name = type(error).__name__
            self._emit(Event(name=E.BEAT_FAILED, fields={"part": "engine", "delivery": delivery, "error": name}))

    def _store_failed(self, error: StoreError) -> float:
        if isinstance(error, StoreDamaged):
            self._damage = error
            self._wake.set()
        with self._lock:
            was_well, self._store_well = self._store_well, False
        if was_well:  # once, not once a turn or a thread
            self._emit(Event(name=E.STORE_FAILED, fields={"error": type(error).__name__}))
        return STORE_REST_S
