"""The Sender of the daemon: a few sending processes, started when needed, ended when idle, killed at the deadline.

Apprise is never imported here. A URL leaves this process only through a worker's socket.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from math import inf
from pathlib import Path
from threading import Condition, Timer
from typing import Any

from ritualsd.core.events import E
from ritualsd.model import NO_WAY_BACK, Channel, Event, Outcome, WayBack
from ritualsd.ports import Emit
from ritualsd.send.classify import Verdict
from ritualsd.send.inbox import is_inbox, keep
from ritualsd.send.process import Gone, Late, NotReady, SendingProcess

SLOW_S = 0.5
"""A send that has lasted this long no longer counts against `workers`: a hung peer must not hold up a healthy one."""

STRETCH = 3
"""So many times `workers` processes at the very most, however many peers hang."""


class SenderPool:
    """`ports.Sender` over sending processes.

    `state` is the state folder (None: services keep nothing between sends); `workers` how many sends run side by
    side while peers answer; `idle_s` how long an unused process is kept.
    """

    def __init__(self, state: Path | None, *, workers: int = 3, idle_s: float = 60.0, emit: Emit) -> None:
        self._storage = str(state.absolute() / "apprise") if state is not None else None
        self._workers = workers
        self._idle_s = idle_s
        self._emit = emit
        self._changed = Condition()
        self._idle: list[tuple[SendingProcess, float]] = []  # with the moment it was last needed, oldest first
        self._busy: dict[SendingProcess, float] = {}  # with the moment its job began, or infinity
        self._timer: Timer | None = None
        self._closed = False

    def send(
        self, channel: Channel, title: str, body: str, *, deadline_s: float = 20.0, back: WayBack = NO_WAY_BACK
    ) -> Outcome:
        """See `ports.Sender.send`. Half the deadline is for finding a worker, so that a send has time to be sure."""
        if is_inbox(channel):
            return keep()
        start = time.monotonic()
        job = {
            "url": channel.url.reveal(),
            "title": title,
            "body": body,
            "deadline_s": deadline_s,
            "storage": self._storage,
            "back": asdict(back),
        }
        kind, code = self._attempt(job, patience=start + deadline_s / 2, until=start + deadline_s)
        return Outcome(kind=kind, code=code, elapsed_s=time.monotonic() - start)

    def warm(self, channels: int = 1) -> None:
        """See `ports.Sender.warm`. Starts a worker a channel, `workers` at most; returns before they have loaded."""
        with self._changed:
            if self._closed or self._busy:
                return
            wanted = min(channels, self._workers)
            workers = [self._rested() or self._start_if_room() for _ in range(wanted)]
            for worker in workers:
                if worker is not None:
                    self._rest(worker)

    def close(self) -> None:
        """See `ports.Sender.close`."""
        with self._changed:
            self._closed = True
            idle = [worker for worker, _ in self._idle]
            self._idle.clear()
            for worker in (*self._busy, *idle):
                worker.kill()  # a thread that waits for a busy one releases it
            if self._timer is not None:
                self._timer.cancel()
            self._changed.notify_all()
        for worker in idle:
            worker.end()

    def _attempt(self, job: dict[str, Any], *, patience: float, until: float) -> Verdict:
        worker = self._take(patience)
        if worker is None:
            return "transient", "stopped" if self._closed else "no-worker"
        try:
            worker.ready(patience)
            self._began(worker)
            answer = worker.ask(job, until)
        except NotReady:
            self._rest(worker)
            return "transient", "no-worker"
        except Late:
            self._drop(worker, "deadline")
            return "unknown", "deadline"
        except Gone as gone:
            code = "stopped" if self._closed else "crash" if gone.began else "worker-failed"
            self._drop(worker, code)
            return ("unknown" if gone.began else "transient"), code
        if answer.last:
            self._forget(worker)
            worker.end()
        else:
            self._rest(worker)
        return answer.verdict

    # the workers

    def _take(self, patience: float) -> SendingProcess | None:
        """A worker of one's own, or None when there is none until `patience` or the pool was closed."""
        with self._changed:
            while not self._closed:
                worker = self._rested() or self._start_if_room()
                if worker is not None:
                    self._busy[worker] = inf
                    return worker
                left = patience - time.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(min(left, SLOW_S))
        return None

    def _start_if_room(self) -> SendingProcess | None:
        """A new process, unless enough are sending already or the machine has no room for one."""
        now = time.monotonic()
        quick = sum(now - since < SLOW_S for since in self._busy.values())
        if quick >= self._workers or len(self._busy) >= self._workers * STRETCH:
            return None
        try:
            worker = SendingProcess()
        except OSError:
            return None
        self._emit(Event(name=E.WORKER_STARTED, fields={"pid": worker.pid}))
        return worker

    def _rested(self) -> SendingProcess | None:
        """The idle worker used last, so that the others may grow old and end."""
        while self._idle:
            worker, _ = self._idle.pop()
            if worker.alive():
                return worker
            worker.end()
        return None

    def _began(self, worker: SendingProcess) -> None:
        with self._changed:
            self._busy[worker] = time.monotonic()

    def _forget(self, worker: SendingProcess) -> None:
        with self._changed:
            self._busy.pop(worker, None)
            self._changed.notify()

    def _rest(self, worker: SendingProcess) -> None:
        with self._changed:
            self._forget(worker)
            if not self._closed:
                self._idle.append((worker, time.monotonic()))
                self._arm()
                return
        worker.end()

    def _drop(self, worker: SendingProcess, code: str) -> None:
        self._forget(worker)
        worker.kill()
        worker.end()
        self._emit(Event(name=E.WORKER_KILLED, fields={"pid": worker.pid, "code": code}))

    # idleness

    def _arm(self) -> None:
        """Ring once when the worker that has been idle longest is due to end. Nothing runs until then."""
        if self._timer is None and self._idle and not self._closed:
            self._timer = Timer(max(self._idle[0][1] + self._idle_s - time.monotonic(), 0), self._end_the_idle)
            self._timer.name, self._timer.daemon = "sender-idle", True
            self._timer.start()

    def _end_the_idle(self) -> None:
        with self._changed:
            self._timer = None
            before = time.monotonic() - self._idle_s
            ending = [worker for worker, since in self._idle if since <= before]
            self._idle = [(worker, since) for worker, since in self._idle if since > before]
            self._arm()
        for worker in ending:
            worker.end()
