"""One sending process as the daemon sees it: started, asked over its lanes, killed. Knows nothing of the pool.

A lane is a socket with a thread at the other end: one message at a time, and any other lane may be hung meanwhile.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from ritualsd.model import OutcomeKind
from ritualsd.send.classify import Verdict, is_code

COMMAND = (sys.executable, "-P", "-m", "ritualsd.send.worker")

PASSED_ON = ("TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
"""All that a worker sees of the daemon's environment: the rest holds secrets, proxies, or the watchdog's socket."""

_END_S = 1.0


class Gone(Exception):
    """The process ended, or never answered as agreed. `began` tells whether it may have started the job."""

    def __init__(self, *, began: bool) -> None:
        super().__init__()
        self.began = began


class Late(Exception):
    """It has a job and did not answer in time."""


class NotReady(Exception):
    """It is still loading, and has no job yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one job, and whether the process must have no other after it."""

    verdict: Verdict
    last: bool


class Lane:
    """One way to a sending process. One thread at a time may use it."""

    def __init__(self, ours: socket.socket) -> None:
        self._socket = ours
        self._heard = b""
        self._ready = False

    def loaded(self) -> bool:
        """Whether a job would be read at once. Does not wait; only for who has the lane."""
        if not self._ready:
            self._socket.settimeout(0)
            with suppress(OSError):
                return bool(self._socket.recv(1, socket.MSG_PEEK))
        return self._ready

    def ready(self, until: float) -> None:
        """Wait until it has loaded its services. Raises NotReady at `until` (monotonic seconds), Gone if it cannot."""
        if self._ready:
            return
        try:
            self._line(until, began=False)
        except Late:
            raise NotReady from None
        self._ready = True

    def ask(self, job: dict[str, Any], until: float) -> Answer:
        """Its answer to one job. Raises Late or Gone; after either the lane is good for nothing but `close`."""
        try:
            self._socket.settimeout(max(until - time.monotonic(), 0.001))
            self._socket.sendall(json.dumps(job).encode() + b"\n")
        except TimeoutError:
            raise Late from None
        except OSError:
            raise Gone(began=False) from None  # no whole line arrived, so no job did
        return read_answer(self._line(until, began=True))

    def close(self) -> None:
        self._socket.close()

    def _line(self, until: float, *, began: bool) -> bytes:
        while b"\n" not in self._heard:
            try:
                self._socket.settimeout(max(until - time.monotonic(), 0.001))
                chunk = self._socket.recv(4096)
            except TimeoutError:
                raise Late from None
            except OSError:
                raise Gone(began=began) from None
            if not chunk:
                raise Gone(began=began)
            self._heard += chunk
        line, _, self._heard = self._heard.partition(b"\n")
        return line


class SendingProcess:
    """A spawned interpreter and the lanes to it. Any thread may call `kill`."""

    def __init__(self, lanes: int) -> None:
        """Start it; returns before it is ready. Raises OSError when the machine has no room for a process."""
        with ExitStack() as theirs, ExitStack() as ours:
            pairs = [(ours.enter_context(a), theirs.enter_context(b)) for a, b in _pairs(lanes)]
            self._process = _spawn([their_end.fileno() for _, their_end in pairs])
            ours.pop_all()
        self.lanes = [Lane(our_end) for our_end, _ in pairs]

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it now, whatever it is doing; a thread that waits for its answer gets Gone. Any thread may call it."""
        self._process.kill()

    def end(self) -> None:
        """Let it finish by itself, for a moment, and release it. Only for who has all its lanes."""
        for lane in self.lanes:
            lane.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):  # stuck in the kernel: nothing more can be done from here
                self._process.wait(_END_S)


def _pairs(count: int) -> Iterator[tuple[socket.socket, socket.socket]]:
    return (socket.socketpair() for _ in range(count))


def _spawn(lanes: list[int]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, and numbers of sockets
        (*COMMAND, *map(str, lanes)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=lanes,
        env=environment(os.environ),
        cwd="/",
    )


def read_answer(line: bytes) -> Answer:
    """An answer, taken only as agreed: a known kind, a code of the closed list. Raises Gone for anything else."""
    try:
        answer = json.loads(line)
        kind, code, last = answer["kind"], answer["code"], answer["last"]
    except (ValueError, TypeError, KeyError):
        raise Gone(began=True) from None
    if kind not in get_args(OutcomeKind) or not is_code(code):
        raise Gone(began=True)
    return Answer(verdict=(kind, code), last=bool(last))


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """What the process may know: where its modules are, and where trust and time zone are looked up. No home, so
    that no `.netrc` there adds a password to a request."""
    root = str(Path(__file__).parents[2])
    path = [os.path.abspath(entry) for entry in sys.path if entry]  # it works in another folder
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": "/nonexistent",
        "MALLOC_ARENA_MAX": "1",  # else each lane reserves as much of the address space as all of them may have
        "PYTHONPATH": os.pathsep.join(path if root in path else [root, *path]),
        **{name: ours[name] for name in PASSED_ON if name in ours},
    }
