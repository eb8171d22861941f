"""Which sending process takes the next message: started when needed, ended when idle, killed when hung.

It knows lanes and moments, and neither messages nor providers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from threading import Condition, Timer

from ritualsd.core.events import E
from ritualsd.model import Event
from ritualsd.ports import Emit
from ritualsd.send.process import Lane, SendingProcess

SLOW_S = 0.5
"""A message that is under way for so long waits for its peer, and not for us."""

LANES = 16
"""Messages in one process at once. It is one processor's worth of work, and most of a message is waiting."""

CROWDED = 4
"""With so many at work in every process another one is started, as long as there are fewer than `processes`."""

STRETCH = 3
"""So many times `processes` at the very most, however many peers hang."""


@dataclass(slots=True, kw_only=True, eq=False)
class Worker:
    """A process, and what its lanes do. `ending`: it gets no other message. `killed_for`: why it is killed then."""

    process: SendingProcess
    free: list[Lane]
    busy: dict[Lane, float] = field(default_factory=dict)  # with the moment its message began, or infinity
    rested_at: float = field(default_factory=time.monotonic)
    ending: bool = False
    killed_for: str = ""

    def loaded(self) -> bool:
        return self.free[-1].loaded()

    def hung(self, now: float) -> bool:
        """Whether too much of it waits for peers to count on it."""
        slow = sum(now - since >= SLOW_S for since in self.busy.values())
        return self.ending or 2 * slow >= LANES


class Crew:
    """At most `processes` side by side while peers answer; an unused one is kept for `idle_s`."""

    def __init__(self, processes: int, idle_s: float, emit: Emit) -> None:
        self._processes = processes
        self._idle_s = idle_s
        self._emit = emit
        self._changed = Condition()
        self._workers: list[Worker] = []
        self._timer: Timer | None = None
        self.closed = False

    def take(self, until: float) -> tuple[Worker, Lane] | None:
        """A lane of one's own, or None when there is none until then (monotonic seconds) or all was closed."""
        with self._changed:
            while not self.closed:
                worker = self._best()
                if worker is not None:
                    lane = worker.free.pop()
                    worker.busy[lane] = inf
                    return worker, lane
                left = until - time.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(min(left, SLOW_S))
        return None

    def began(self, worker: Worker, lane: Lane) -> None:
        """Its message is on the way from now."""
        with self._changed:
            worker.busy[lane] = time.monotonic()

    def rest(self, worker: Worker, lane: Lane) -> None:
        """The lane is good for another message."""
        self._back(worker, lane, again=True)

    def retire(self, worker: Worker, lane: Lane, killed_for: str = "") -> None:
        """No other message for this process: it ends with those it has, and is killed where there is a code for it."""
        with self._changed:
            worker.ending = True
            worker.killed_for = worker.killed_for or killed_for
        self._back(worker, lane, again=False)

    def warm(self, wanted: int) -> None:
        """So many processes are needed soon; returns before they have loaded."""
        with self._changed:
            if self.closed:
                return
            wanted = min(wanted, self._processes)
            ready = [worker for worker in self._workers if not worker.ending and worker.process.alive()]
            for worker in sorted(ready, key=lambda worker: worker.rested_at)[-wanted:]:
                worker.rested_at = time.monotonic()
            for _ in range(wanted - len(ready)):
                self._start()
            self._arm()

    def close(self) -> None:
        """Kill them all; who waits for one is told that it is gone."""
        with self._changed:
            self.closed = True
            if self._timer is not None:
                self._timer.cancel()
            for worker in self._workers:
                worker.process.kill()
            idle = self._remove(lambda worker: not worker.busy)
            self._changed.notify_all()
        for worker in idle:
            worker.process.end()

    def _back(self, worker: Worker, lane: Lane, *, again: bool) -> None:
        with self._changed:
            del worker.busy[lane]
            if again:
                worker.free.append(lane)
            worker.rested_at = time.monotonic()
            over = not worker.busy and (worker.ending or self.closed)
            if over:
                self._remove(lambda each: each is worker)
            self._arm()
            self._changed.notify()
        if over:
            self._end(worker)

    def _end(self, worker: Worker) -> None:
        if worker.killed_for:
            worker.process.kill()
            self._emit(Event(name=E.WORKER_KILLED, fields={"pid": worker.process.pid, "code": worker.killed_for}))
        worker.process.end()

    # choosing; all of it under the lock

    def _best(self) -> Worker | None:
        """The loaded one with the least to do, of those the one used last, so that the others may grow old and end."""
        for gone in self._remove(lambda worker: not worker.busy and not worker.process.alive()):
            gone.process.end()
        open_ = [worker for worker in self._workers if worker.free and not worker.ending]
        best = min(open_, key=lambda worker: (not worker.loaded(), len(worker.busy), -worker.rested_at), default=None)
        if (best is None or len(best.busy) >= CROWDED) and self._room():
            started = self._start()
            return best or started
        return best

    def _room(self) -> bool:
        now = time.monotonic()
        standing = sum(not worker.hung(now) for worker in self._workers)
        return standing < self._processes and len(self._workers) < self._processes * STRETCH

    def _start(self) -> Worker | None:
        """Another one, unless the machine has no room for it."""
        try:
            process = SendingProcess(LANES)
        except OSError:
            return None
        worker = Worker(process=process, free=list(process.lanes))
        self._workers.append(worker)
        self._emit(Event(name=E.WORKER_STARTED, fields={"pid": process.pid}))
        return worker

    def _remove(self, which: Callable[[Worker], bool]) -> list[Worker]:
        gone = [worker for worker in self._workers if which(worker)]
        self._workers = [worker for worker in self._workers if worker not in gone]
        return gone

    # idleness

    def _arm(self) -> None:
        """Ring once when the worker that has been idle longest is due to end. Nothing runs until then."""
        idle = [worker.rested_at for worker in self._workers if not worker.busy]
        if self._timer is None and idle and not self.closed:
            self._timer = Timer(max(min(idle) + self._idle_s - time.monotonic(), 0), self._end_the_idle)
            self._timer.name, self._timer.daemon = "sender-idle", True
            self._timer.start()

    def _end_the_idle(self) -> None:
        with self._changed:
            self._timer = None
            before = time.monotonic() - self._idle_s
            ending = self._remove(lambda worker: not worker.busy and worker.rested_at <= before)
            self._arm()
        for worker in ending:
            worker.process.end()
