"""One sending process as the daemon sees it: started, asked one thing at a time, killed. Knows nothing of the pool."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
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
    """What came of one job, and whether the process ends after it."""

    verdict: Verdict
    last: bool


class SendingProcess:
    """A spawned interpreter with a socket. One thread at a time may call `ready` and `ask`; any may call `kill`."""

    def __init__(self) -> None:
        """Start it; returns before it is ready. Raises OSError when the machine has no room for a process."""
        self._pipe, theirs = socket.socketpair()
        self._heard = b""
        self._ready = False
        try:
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no input in it
                    COMMAND,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=environment(os.environ),
                    cwd="/",
                )
        except OSError:
            self._pipe.close()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

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
        """Its answer to one job. Raises Late or Gone; after either the process is good for nothing but `kill`."""
        try:
            self._pipe.settimeout(max(until - time.monotonic(), 0.001))
            self._pipe.sendall(json.dumps(job).encode() + b"\n")
        except TimeoutError:
            raise Late from None
        except OSError:
            raise Gone(began=False) from None  # no whole line arrived, so no job did
        return read_answer(self._line(until, began=True))

    def _line(self, until: float, *, began: bool) -> bytes:
        while b"\n" not in self._heard:
            try:
                self._pipe.settimeout(max(until - time.monotonic(), 0.001))
                chunk = self._pipe.recv(4096)
            except TimeoutError:
                raise Late from None
            except OSError:
                raise Gone(began=began) from None
            if not chunk:
                raise Gone(began=began)
            self._heard += chunk
        line, _, self._heard = self._heard.partition(b"\n")
        return line

    def kill(self) -> None:
        """End it now, whatever it is doing; a thread that waits for its answer gets Gone. Any thread may call it."""
        self._process.kill()

    def end(self) -> None:
        """Let it finish by itself, for a moment, and release it. Only for who has the process to itself."""
        self._pipe.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):  # stuck in the kernel: nothing more can be done from here
                self._process.wait(_END_S)


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
        "PYTHONPATH": os.pathsep.join(path if root in path else [root, *path]),
        **{name: ours[name] for name in PASSED_ON if name in ours},
    }
