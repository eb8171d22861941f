"""A plugin at home in a process of its own: started when it is needed, taken aboard there, begun anew when it ended.

Nothing such a plugin does reaches us but its answers, and those are only data.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Lock, Semaphore
from typing import Any, TypeVar

from ritualsd.content.guard import Failed, Ok, TimedOut, attempt
from ritualsd.content.process import Late, PluginProcess, ProcessEnded
from ritualsd.content.record import Candidate
from ritualsd.content.wire import pack, unpack
from ritualsd.model import PluginTable

T = TypeVar("T")

START_S = 10.0
"""A new process has so long to start and import the plugin; the time of a call begins after that."""

FRESH_S = 50.0
"""A process unused for so long is not trusted to be there still: it ends by itself a little later."""

CONFIGURE = "ritualsd_configure"

STARTS_AT_ONCE = 4
"""So that a crowd of plugins does not make each of them late."""

_starting = Semaphore(STARTS_AT_ONCE)

SEVERAL = True
"""The end of an answer whose parts were sent one by one."""


class Apart:
    """One isolated plugin. May be used by several threads: it is asked one thing at a time."""

    def __init__(self, candidate: Candidate, table: PluginTable, *, root: str, noisy: bool = False) -> None:
        """Its settings travel as they were written; `root` is the folder of the configuration, closed to it."""
        self._request = {
            "do": "board",
            "candidate": {
                "name": candidate.name,
                "path": str(candidate.path or ""),
                "entry": candidate.entry.value if candidate.entry else "",
            },
            "settings": pack(table.settings),
            "where": table.where,
            "root": root,
        }
        self._noisy = noisy
        self._turn = Lock()
        self._process: PluginProcess | None = None
        self._used = 0.0
        self._configured = False
        self._closed = False

    def board(self) -> Any:
        """Start the process and take the plugin aboard; returns what the process tells about it, not to be trusted.

        Raises Refused or whatever else was raised there, Late, ProcessEnded, OSError.
        """
        with self._turn:
            return self._start()

    def call(
        self, hook: str, take: Callable[[Any], T], arguments: Mapping[str, Any], seconds: float
    ) -> Ok[T | None] | Failed | TimedOut | None:
        """Ask within so many seconds, after a start where one is needed. What came before a failure is taken too."""
        heard: list[Any] = []
        with self._turn:
            if self._closed:
                return None
            outcome = self._ask(hook, arguments, seconds, heard)
            if not isinstance(outcome, Ok) and self._closed:
                return None
        return _taken(outcome, heard, take)

    def close(self) -> None:
        """End the process now; whoever waits for its answer gets none."""
        self._closed = True
        process = self._process
        if process:
            process.kill()

    def _ask(
        self, hook: str, arguments: Mapping[str, Any], seconds: float, heard: list[Any]
    ) -> Ok[Any] | Failed | TimedOut:
        try:
            process = self._ready()
            answer = process.ask(_question(hook, arguments), time.monotonic() + seconds, heard)
        except Late:
            self._end()
            return TimedOut(seconds)
        except Exception as error:  # noqa: BLE001 - whatever went wrong there is a strike, never a crash here
            if isinstance(error, ProcessEnded):
                self._end()
            return Failed(error)
        self._used = time.monotonic()
        self._configured = self._configured or hook == CONFIGURE
        return Ok(answer)

    def _ready(self) -> PluginProcess:
        """The process with the plugin aboard, begun anew where the last one ended, wore out or fell idle."""
        process = self._process
        if process and process.alive() and not process.worn and time.monotonic() - self._used < FRESH_S:
            return process
        self._start()
        assert self._process is not None  # noqa: S101 - a typed narrowing: it was started
        if self._configured:
            try:
                until = time.monotonic() + START_S
                self._process.ask(_question(CONFIGURE, {"settings": None}), until, [])
            except Exception:
                self._end()  # not to be taken for one that is configured
                raise
        return self._process

    def _start(self) -> Any:
        """Replace the process and take the plugin aboard; returns what it tells about it."""
        self._end()
        with _starting:
            until = time.monotonic() + START_S
            self._process = PluginProcess(noisy=self._noisy)
            try:
                return self._process.ask(self._request, until, [])
            except Exception:
                self._end()
                raise
            finally:
                self._used = time.monotonic()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.release()


def _question(hook: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"do": "call", "hook": hook, "arguments": {key: pack(each) for key, each in arguments.items()}}


def _taken(
    outcome: Ok[Any] | Failed | TimedOut, heard: list[Any], take: Callable[[Any], T]
) -> Ok[T | None] | Failed | TimedOut:
    """The outcome, its answer read by `take`; what was heard before a failure is read as well."""
    answer = outcome.value if isinstance(outcome, Ok) else (heard and SEVERAL) or None
    if answer is None:
        return outcome
    read: Ok[T | None] | Failed = attempt(
        lambda: take([unpack(part) for part in heard] if answer is SEVERAL else unpack(answer))
    )
    return read if isinstance(outcome, Ok) else outcome
