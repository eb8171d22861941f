"""A plugin's own process: it imports that one plugin, and answers what the host asks, one line of JSON at a time.

It has no secret of ours, prints nothing anywhere near the host's output, and ends when the host does or when idle.
"""

from __future__ import annotations

import os
import resource
import select
import shutil
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from ritualsd.content.api import PROJECT, PluginInfo
from ritualsd.content.coerce import paths, usable
from ritualsd.content.days import named_days
from ritualsd.content.fence import fence, readable
from ritualsd.content.gates import pass_gates
from ritualsd.content.guard import attempt
from ritualsd.content.hooks import CALENDARS_HOOK
from ritualsd.content.inside import Inside
from ritualsd.content.record import Candidate, Record, Refused, first_line, secrets_in
from ritualsd.content.wire import line, message, pack, unpack
from ritualsd.errors import PluginMisconfigured, PluginUnavailable
from ritualsd.model import PluginTable

IDLE_S = 60.0
"""After so long without a question the process ends."""

ANSWER_BYTES = 60 * 1024
"""An answer is cut here, just under the most the host takes."""

MEMORY = 512 * 1024 * 1024
CPU_S = 60
FILE_BYTES = 16 * 1024 * 1024
OPEN_FILES = 64

LIMITS = (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_AS, MEMORY),
    (resource.RLIMIT_CPU, CPU_S),
    (resource.RLIMIT_FSIZE, FILE_BYTES),
    (resource.RLIMIT_NOFILE, OPEN_FILES),
)

NICE = 10
"""However busy plugins are, the daemon and the sending of messages go first."""

UNHEARD = frozenset({"ritualsd_configure", "ritualsd_on_event"})
"""Hooks whose answer means nothing."""

_CHUNK = 64 * 1024


class Full(Exception):
    """The answer has become as long as it may."""


class Plugin:
    """The one plugin of this process, once it is aboard."""

    def __init__(self, pipe: socket.socket) -> None:
        self._pipe = pipe
        self._record: Record | None = None
        self._inside = Inside()

    def answer(self, request: dict[str, Any]) -> Any:
        """What one request comes to; parts are sent as they come. Raises whatever the plugin raises, and Refused."""
        return self._board(request) if request["do"] == "board" else self._call(request)

    def _board(self, request: dict[str, Any]) -> dict[str, Any]:
        """Import the plugin and take it through the gates, inside the fence."""
        settings = unpack(request["settings"])
        record = Record(
            candidate=_candidate(**request["candidate"]), table=PluginTable(settings=settings, where=request["where"])
        )
        fenced = fence(readable(record.candidate.path, request["root"], settings), closed=request["root"])
        refusal = pass_gates(record, attempt, secrets_in(settings))
        if refusal:
            raise refusal
        assert record.info is not None  # noqa: S101 - a typed narrowing: the gates set it
        self._inside.register(record.plugin, record.name)
        self._record = record
        return {
            "info": _described(record.info),
            "hooks": list(record.hooks),
            "folder": str(record.folder),
            "schema": record.schema,
            "fenced": fenced,
        }

    def _call(self, request: dict[str, Any]) -> Any:
        assert self._record is not None  # noqa: S101 - a typed narrowing: the host boards it first
        hook = request["hook"]
        arguments = {name: unpack(each) for name, each in request["arguments"].items()}
        if "ask" in arguments:
            arguments["ask"] = replace(arguments["ask"], settings=self._record.settings)
        if "settings" in arguments:
            arguments["settings"] = self._record.settings
        limit = arguments["ask"].limit if "ask" in arguments else 0  # before the plugin can lay hands on it
        answer = self._inside.answer(self._record.plugin, hook, arguments)
        if answer is None or hook in UNHEARD:
            return None
        if hook == "ritualsd_reword":
            return pack(answer)
        with suppress(Full):
            self._send_parts(self._parts(hook, answer, limit, arguments.get("years", ())))
        return True

    def _parts(self, hook: str, answer: Any, limit: int, years: Sequence[int]) -> Iterator[Any]:
        """The items of an answer that is a list, each made safe before the next is asked for."""
        assert self._record is not None  # noqa: S101 - the same
        if hook == "ritualsd_decks":
            return map(str, paths(answer))
        if hook == CALENDARS_HOOK:
            return named_days(answer, years)
        return usable(answer, plugin=self._record.name, limit=limit)

    def _send_parts(self, parts: Iterator[Any]) -> None:
        left = ANSWER_BYTES
        for part in parts:
            raw = line({"part": pack(part)})
            left -= len(raw)
            if left < 0:
                raise Full
            self._pipe.sendall(raw)


def _candidate(name: str, path: str, entry: str) -> Candidate:
    if not entry:
        return Candidate(name=name, source=path, path=Path(path))
    from importlib.metadata import EntryPoint

    return Candidate(name=name, source=entry, entry=EntryPoint(name, entry, PROJECT))


def _described(info: PluginInfo) -> dict[str, Any]:
    """What a plugin says about itself, as far as it can be told to another process."""
    return {each.name: pack(getattr(info, each.name)) for each in fields(info) if each.name != "settings"}


def main() -> None:
    """Serve one plugin until the host is gone, or has not asked for a while."""
    pipe = _take_pipe()
    _limit()
    plugin = Plugin(pipe)
    for request in _requests(pipe):
        reply = reply_to(partial(plugin.answer, request)) | {"last": _worn()}
        pipe.sendall(line(reply))
    _leave()


def reply_to(answer: Callable[[], Any]) -> dict[str, Any]:
    """The line that ends an answer, whatever became of it."""
    try:
        return {"end": answer()}
    except Refused as refusal:
        told = {"means": "refused", "status": refusal.status, "text": refusal.what, "todo": refusal.todo}
        return told | {"faults": [[fault.key, fault.message, fault.hint] for fault in refusal.faults]}
    except PluginUnavailable as error:
        return {"means": "unavailable", "text": first_line(error)}
    except PluginMisconfigured as error:
        return {"means": "misconfigured", "text": first_line(error)}
    except BaseException as error:  # noqa: BLE001 - sys.exit() and worse in a plugin must end here
        return {"means": "raised", "kind": type(error).__name__, "text": first_line(error)}


def _requests(pipe: socket.socket) -> Iterator[dict[str, Any]]:
    """Each request as it comes; none after the host's end, or a long silence."""
    heard = b""
    while True:
        while b"\n" not in heard:
            ready, _, _ = select.select([pipe], [], [], IDLE_S)
            chunk = pipe.recv(_CHUNK) if ready else b""
            if not chunk:
                return
            heard += chunk
        raw, _, heard = heard.partition(b"\n")
        yield message(raw)


def _take_pipe() -> socket.socket:
    """The host's socket, moved away from standard input; nothing can be read or printed by accident after that."""
    pipe = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    os.register_at_fork(after_in_child=pipe.close)  # a copy of this process must not answer in its place
    return pipe


def _limit() -> None:
    os.umask(0o077)
    os.nice(NICE)
    for what, most in LIMITS:
        _, hard = resource.getrlimit(what)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, limit))


def _worn() -> bool:
    """Half of what it may use is used up: better begun anew between two questions than ended within one."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return _resident() > MEMORY / 2 or used.ru_utime + used.ru_stime > CPU_S / 2


def _resident() -> int:
    """Bytes of memory in use now. Not `ru_maxrss`: that begins with what the process that started this one held."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


def _leave() -> None:
    """End this process and whatever it started, and take its folder along."""
    shutil.rmtree(os.getcwd(), ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    try:
        main()
    finally:
        os._exit(1)  # no thread of the plugin may hold up the end
