"""One plugin's process as the host sees it: started, asked one thing at a time, killed with all it started.

Knows pipes and deadlines; knows nothing of hooks. What arrives is data to be judged by whoever asked.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread
from typing import Any

from ritualsd.content.record import Fault, RaisedThere, Refused
from ritualsd.content.scratch import Scratch
from ritualsd.content.wire import line, message
from ritualsd.errors import PluginMisconfigured, PluginUnavailable

COMMAND = (sys.executable, "-P", "-m", "ritualsd.content.worker")

PASSED_ON = ("TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""All that a plugin's process sees of our environment: the rest holds secrets, paths, or the watchdog's socket."""

ANSWER_BYTES = 64 * 1024
"""The longest answer to one question; a process that says more is ended."""

_END_S = 1.0
_CHUNK = 16 * 1024


class ProcessEnded(Exception):
    """The process ended, or broke the agreement so that we ended it; its text says how."""


class Late(Exception):
    """It did not answer in time."""


@dataclass(slots=True, eq=False)
class _Life:
    """One process from its start to its burial. Its number stays ours until everything it started was ended too."""

    process: subprocess.Popen[bytes]
    folder: Scratch
    over: Flag = field(default_factory=Flag)
    lock: Lock = field(default_factory=Lock)

    def end(self) -> None:
        """End it now, and everything in its session. Any thread may call this, at any time."""
        with self.lock:
            if not self.over.is_set():
                self._kill()

    def watch(self) -> None:
        """Wait until it ends by itself or is ended, and leave nothing of it behind."""
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        with self.lock:
            self._kill()  # before its number is given back: what it started carries that number
            self.process.wait()
            self.folder.remove()
            self.over.set()
        _living.discard(self)

    def _kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


_living: set[_Life] = set()


@atexit.register
def _end_all() -> None:
    """Leave no process and no folder behind when this interpreter ends."""
    lives = list(_living)
    for life in lives:
        life.end()
    for life in lives:
        life.over.wait(_END_S)


class PluginProcess:
    """A spawned interpreter with a socket, in a session and a temporary folder of its own.

    One thread at a time may call `ask`; any may call `kill`. Let go of, it ends by itself.
    """

    def __init__(self, *, noisy: bool = False) -> None:
        """Start it; with `noisy` what it prints goes to our standard error. Raises OSError when there is no room."""
        self._pipe, theirs = socket.socketpair()
        self._heard = b""
        self.worn = False  # it asked to be replaced before the next question
        folder = Scratch("ritualsd-plugin-")
        try:
            with theirs:
                process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no input in it
                    COMMAND,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=None if noisy else subprocess.DEVNULL,
                    env=environment(os.environ, str(folder.path)),
                    cwd=folder.path,
                    start_new_session=True,
                )
        except OSError:
            self._pipe.close()
            folder.remove()
            raise
        self._life = _Life(process, folder)
        _living.add(self._life)
        Thread(target=self._life.watch, name="plugin process", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._life.process.pid

    def alive(self) -> bool:
        return not self._life.over.is_set()

    def ask(self, request: Mapping[str, Any], until: float, heard: list[Any]) -> Any:
        """Its answer to one request; parts that come before the end are added to `heard` as they arrive.

        `until` is in monotonic seconds. Raises what the plugin raised there, or Refused; Late or ProcessEnded, after
        which the process is good for nothing but `kill`.
        """
        self._tell(line(request), until)
        left = ANSWER_BYTES
        while True:
            raw = self._line(until, left)
            left -= len(raw)
            answer = self._read(raw)
            if "part" in answer:
                heard.append(answer["part"])
                continue
            self.worn = bool(answer.get("last"))
            if "end" not in answer:
                raise _raised(answer)
            return answer["end"]

    def _tell(self, whole: bytes, until: float) -> None:
        try:
            self._pipe.settimeout(max(until - time.monotonic(), 0.001))
            self._pipe.sendall(whole)
        except TimeoutError:
            raise Late from None
        except OSError:
            raise self._ended() from None

    def _line(self, until: float, most: int) -> bytes:
        """The next line. Raises Late at `until`, ProcessEnded at its end, or once it is longer than `most` bytes."""
        while b"\n" not in self._heard:
            if len(self._heard) > most:
                raise ProcessEnded(f"it answered more than {ANSWER_BYTES // 1024} kB")
            try:
                self._pipe.settimeout(max(until - time.monotonic(), 0.001))
                chunk = self._pipe.recv(_CHUNK)
            except TimeoutError:
                raise Late from None
            except OSError:
                raise self._ended() from None
            if not chunk:
                raise self._ended()
            self._heard += chunk
        raw, _, self._heard = self._heard.partition(b"\n")
        if len(raw) > most:
            raise ProcessEnded(f"it answered more than {ANSWER_BYTES // 1024} kB")
        return raw

    def _read(self, raw: bytes) -> dict[str, Any]:
        try:
            return message(raw)
        except ValueError:
            raise ProcessEnded("it broke the agreement on what an answer looks like") from None

    def _ended(self) -> ProcessEnded:
        """How it came to its end, in words."""
        self._life.over.wait(_END_S)
        code = self._life.process.returncode
        if code is None:
            return ProcessEnded("it closed its pipe")
        return ProcessEnded(f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}")

    def kill(self) -> None:
        """End it now, whatever it is doing, with everything it started. Any thread may call this."""
        self._life.end()

    def release(self) -> None:
        """The same, and wait a moment until nothing is left. Only for who has the process to itself."""
        self._pipe.close()
        self._life.end()
        self._life.over.wait(_END_S)


def _raised(answer: Mapping[str, Any]) -> Exception:
    """The exception an answer stands for."""
    text, means = str(answer.get("text", "")), answer.get("means")
    if means == "refused":
        return Refused(answer.get("status", ""), text, str(answer.get("todo", "")), tuple(_faults(answer)))
    if means == "unavailable":
        return PluginUnavailable(text)
    if means == "misconfigured":
        return PluginMisconfigured(text)
    return RaisedThere(str(answer.get("kind", "")), text)


def _faults(answer: Mapping[str, Any]) -> Iterator[Fault]:
    for told in answer.get("faults", ()):
        with suppress(TypeError, ValueError):
            name, message, hint = map(str, told)
            yield Fault(key=name, message=message, hint=hint)


def environment(ours: Mapping[str, str], folder: str) -> dict[str, str]:
    """What the process may know: where its modules are, a home that is empty, and where trust and time zones are."""
    root = str(Path(__file__).parents[2])
    path = [os.path.abspath(entry) for entry in sys.path if entry]  # it works in another folder
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "PYTHONPATH": os.pathsep.join(path if root in path else [root, *path]),
        "PYTHONDONTWRITEBYTECODE": "1",
        **{name: ours[name] for name in PASSED_ON if name in ours},
    }
