"""The real clock, and the watch that notices when it jumps. It decides only whether the time can be trusted yet."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from threading import Lock

from ritualsd.core.events import E
from ritualsd.model import Event
from ritualsd.ports import Clock, Emit

NOTICED_S = 2.0
"""A smaller difference between the two clocks is drift or a slow pass."""

DOUBTED_S = 25 * 3600.0
"""A jump ahead by more than a day is held back until it has stood for `STANDS_S`: it may be a mistake soon undone."""

STANDS_S = 120.0
FLOOR_SLACK = timedelta(hours=1)


class SystemClock:
    """ports.Clock on this machine. `monotonic` counts while the machine sleeps, so that waking up is no jump."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def wait(self, flag: Flag, seconds: float) -> bool:
        return flag.wait(max(0.0, seconds))


class ClockWatch:
    """Compares wall and monotonic time each time it is asked; may be asked from several threads."""

    def __init__(self, clock: Clock, emit: Emit) -> None:
        self._clock, self._emit = clock, emit
        self._lock = Lock()
        self._offset = self._difference()
        self._doubted_until = 0.0
        self._floor: datetime | None = None
        self.steps = 0

    def set_floor(self, floor_utc: datetime) -> None:
        """It cannot be earlier than this: a clock that says so has not been set yet."""
        self._floor = floor_utc - FLOOR_SLACK

    def doubt_s(self) -> float:
        """Seconds to hold everything back because the clock jumped too far to be believed; 0.0: go on."""
        with self._lock:
            self._look()
            if self._floor is not None and self._clock.now() < self._floor:
                return STANDS_S
            return max(0.0, self._doubted_until - self._clock.monotonic())

    def _look(self) -> None:
        offset = self._difference()
        step, self._offset = offset - self._offset, offset
        if abs(step) < NOTICED_S:
            return
        self.steps += 1
        self._doubted_until = self._clock.monotonic() + STANDS_S if step > DOUBTED_S else 0.0
        self._emit(Event(name=E.CLOCK_STEPPED, fields={"seconds": round(step)}))

    def _difference(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()
