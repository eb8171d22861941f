"""The sending process. It has some lanes, each a socket and, once it is used, a thread: one job a line comes in, one
line answers it.

A job is `{"url", "title", "body", "deadline_s", "storage", "back"}`, an answer `{"kind", "code", "last"}`, both JSON;
the first line on a lane says it is ready. It prints nothing, and ends when the last lane is closed.
"""

from __future__ import annotations

import json
import os
import resource
import selectors
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ritualsd.model import OutcomeKind
from ritualsd.send import service
from ritualsd.send.classify import Verdict
from ritualsd.send.connections import keep_connections
from ritualsd.send.letterbox import keep_mail_connections
from ritualsd.send.shortcut import take_the_short_way
from ritualsd.send.telegram import has_buttons, send_with_buttons

READY = b"ready\n"

ORPHAN_GRACE_S = 5
"""How long after the deadline a worker whose parent cannot kill it any more ends by itself."""

_MEMORY = 384 * 1024 * 1024  # some services read on their own, and a peer may answer without end
_STACK = 1024 * 1024
_FLUSH_S = 0.2


def main() -> None:
    """Serve the lanes whose file descriptors are the arguments, until the other side has closed them all."""
    lanes = [socket.socket(fileno=int(number)) for number in sys.argv[1:]]
    _limit()
    service.load()
    take_the_short_way(keep_connections(len(lanes)))
    leave_old = keep_mail_connections()
    threading.stack_size(_STACK)
    Desk(leave_old).open(lanes)
    if threading.active_count() > 1:
        time.sleep(_FLUSH_S)  # a thread that a service left behind may still hold bytes to write
    # Threads of services must not hold up the end.
    os._exit(0)


def _limit() -> None:
    # Ctrl-C and a stop of the unit reach the whole group; the parent decides what becomes of a send under way.
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    os.umask(0o077)
    for what, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, _MEMORY)):
        _, hard = resource.getrlimit(what)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, limit))


class Desk:
    """What the lanes of one process have in common: how many of them are at work, and when it is to end by itself."""

    def __init__(self, at_each: Callable[[], None] = lambda: None) -> None:
        """`at_each` is called before each message, whatever it is."""
        self._at_each = at_each
        self._lock = threading.Lock()
        self._at_work = 0
        self._threads: list[threading.Thread] = []

    def open(self, lanes: list[socket.socket]) -> None:
        """Say on each lane that we are ready, and serve it as soon as somebody says something there."""
        with selectors.DefaultSelector() as unused:
            for lane in lanes:
                unused.register(lane, selectors.EVENT_READ, lane)
                lane.sendall(READY)
            while unused.get_map():
                for key, _ in unused.select():
                    unused.unregister(key.data)
                    self._use(key.data)
        for thread in self._threads:
            thread.join()

    def _use(self, lane: socket.socket) -> None:
        if not _spoken_to(lane):
            return
        thread = threading.Thread(target=self.serve, args=(lane,), daemon=True)
        self._threads.append(thread)
        try:
            thread.start()
        except RuntimeError:  # no room for another: closed, the lane is seen to lead nowhere, and nothing waits in it
            self._threads.remove(thread)
            lane.close()

    def serve(self, lane: socket.socket) -> None:
        """Answer one job after another until the other side is gone."""
        with suppress(ConnectionError), lane.makefile("rb") as jobs:
            for line in jobs:
                lane.sendall(json.dumps(self.answer(json.loads(line))).encode() + b"\n")

    def answer(self, job: dict[str, Any]) -> dict[str, Any]:
        """Send one message. `last` when something stays behind in this process that could spoil the next."""
        self._begin(int(job["deadline_s"]) + ORPHAN_GRACE_S)
        self._at_each()
        kind, code = attempt(job)
        left_behind = self._end()
        return {"kind": kind, "code": code, "last": left_behind or code == "exception"}

    def _begin(self, most_s: int) -> None:
        with self._lock:
            self._at_work += 1
            signal.alarm(max(most_s, signal.alarm(0)))  # what another lane was given stays, where it is longer

    def _end(self) -> bool:
        """Whether the only threads are not our own, asked when no other lane is at work: a service may need some."""
        with self._lock:
            self._at_work -= 1
            if self._at_work:
                return False
            signal.alarm(0)
            return threading.active_count() > len(self._threads) + 1


def _spoken_to(lane: socket.socket) -> bool:
    """Whether there is a job, and not only the other side's end."""
    with suppress(ConnectionError):
        return bool(lane.recv(1, socket.MSG_PEEK))
    return False


def attempt(job: dict[str, Any]) -> Verdict:
    """Send one message; whatever goes wrong inside, there is a verdict without a word of the provider's."""
    back = job.get("back", {})
    kind: OutcomeKind
    try:
        if has_buttons(back):
            return send_with_buttons(job["title"], job["body"], back)
        kind, code = service.send(job["url"], job["title"], job["body"], back, job["storage"])
    except service.Unusable as reason:
        kind, code = "permanent", str(reason)
    except (Exception, SystemExit):  # noqa: BLE001 - a service may raise anything, and it may have sent before
        kind, code = "unknown", "exception"
    return kind, code


if __name__ == "__main__":
    main()
