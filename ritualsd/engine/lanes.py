"""Which lanes are taken, what has ended in them, and who waits for one. Sends nothing and knows no ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from threading import Lock
from typing import Any

from ritualsd.model import Delivery

REST_S = 2.0
"""So long a delivery is left alone after it was handled: a row read meanwhile may be older than what became of it."""

Lane = tuple[str, str]
Ended = tuple[Delivery, Any]
"""A delivery, and its parcel after it was carried."""

_household = attrgetter("household")


class Lanes:
    """At most one delivery in each. Any thread may call it; `now_s` is monotonic seconds."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: dict[Lane, int] = {}  # lane → delivery, until what came of it is recorded
        self._ended: dict[int, Ended] = {}  # by delivery: carried, not recorded
        self._resting: dict[int, float] = {}  # delivery → when it may be handled again
        self._waiting: list[tuple[Lane, Delivery]] = []

    def busy(self) -> int:
        """How many lanes are taken."""
        with self._lock:
            return len(self._running)

    def waiting(self) -> int:
        """How many wait for a lane."""
        with self._lock:
            return len(self._waiting)

    def line_up(self, due: Iterable[Delivery], now_s: float) -> None:
        """Let these wait instead of those who did, without what is being handled or was a moment ago."""
        with self._lock:
            self._resting = {id_: until for id_, until in self._resting.items() if until > now_s}
            held = self._resting.keys() | set(self._running.values())
            self._waiting = [(each.lane, each) for each in due if each.id not in held]

    def take(self, most: int) -> list[list[Delivery]]:
        """The first of each free lane, by household; each has its lane until it is released."""
        taken: dict[Lane, Delivery] = {}
        left: list[tuple[Lane, Delivery]] = []
        with self._lock:
            for place, (lane, each) in enumerate(self._waiting):
                if len(taken) >= most:
                    left += self._waiting[place:]
                    break
                if lane in self._running or lane in taken:
                    left.append((lane, each))
                else:
                    taken[lane] = each
            self._waiting = left
            self._running |= {lane: each.id for lane, each in taken.items()}
        batch = sorted(taken.values(), key=_household)
        return [list(theirs) for _, theirs in groupby(batch, key=_household)]

    def end(self, delivery: Delivery, carried: Any) -> bool:
        """It keeps its lane until it is released. Whether that is worth telling: the first, or enough by now."""
        with self._lock:
            self._ended[delivery.id] = delivery, carried
            return len(self._ended) == 1 or self._enough()

    def ended(self) -> list[list[Ended]]:
        """What has ended and is not released, by household."""
        with self._lock:
            ended = sorted(self._ended.values(), key=lambda each: each[0].household)
        return [list(theirs) for _, theirs in groupby(ended, key=lambda each: each[0].household)]

    def any_ended(self) -> bool:
        with self._lock:
            return bool(self._ended)

    def enough_ended(self) -> bool:
        """Half of all that were under way: the others may come with the next."""
        with self._lock:
            return self._enough()

    def all_ended(self) -> bool:
        with self._lock:
            return len(self._running) <= len(self._ended)

    def release(self, deliveries: Sequence[Delivery], now_s: float) -> None:
        """Their lanes are free again, and they themselves may rest."""
        with self._lock:
            for each in deliveries:
                self._running.pop(each.lane, None)
                self._ended.pop(each.id, None)
                self._resting[each.id] = max(now_s + REST_S, self._resting.get(each.id, 0.0))

    def leave_alone(self, delivery: int, until_s: float) -> None:
        """Let it wait for no lane until then."""
        with self._lock:
            self._resting[delivery] = until_s

    def _enough(self) -> bool:
        return 2 * len(self._ended) >= len(self._running)
