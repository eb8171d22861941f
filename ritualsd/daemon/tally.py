"""Counts of what happened since the start, for whoever watches the daemon. Knows events and seconds, and no more."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from datetime import datetime
from threading import Lock

from ritualsd.model import Delivery, Event
from ritualsd.ports import Emit

BUCKETS_S = (0.1, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0, 3600.0)
"""How late an attempt may be, in seconds: each counts what came within it."""


class Tally:
    """Any thread may count."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._events: Counter[str] = Counter()
        self._late = [0] * (len(BUCKETS_S) + 1)
        self._late_s = 0.0

    def hearing(self, emit: Emit) -> Emit:
        """An Emit that counts on the way."""

        def counted(event: Event) -> None:
            with self._lock:
                self._events[event.name] += 1
            emit(event)

        return counted

    def attempted(self, delivery: Delivery, now: datetime) -> None:
        """An attempt at this delivery has ended, and is on record."""
        late_s = max(0.0, (now - delivery.next_attempt_utc).total_seconds())
        with self._lock:
            self._late[bisect_left(BUCKETS_S, late_s)] += 1
            self._late_s += late_s

    def events(self) -> Counter[str]:
        """How often each event was told of."""
        with self._lock:
            return Counter(self._events)

    def lateness(self) -> tuple[list[int], float]:
        """How many attempts ended within each of the buckets, those above all of them last; and all their seconds."""
        with self._lock:
            within = [sum(self._late[: place + 1]) for place in range(len(self._late))]
            return within, self._late_s
