"""The control socket: one JSON line in, one JSON line out, on a Unix socket only the owner can open.

Bounded in size, in time and in callers. It decides nothing: it hands the request to `answer`.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import BoundedSemaphore, Thread
from threading import Event as Flag
from typing import Any

from ritualsd.daemon.client import LINE_LIMIT, NAME, socket_address
from ritualsd.errors import RitualsdError

REQUEST_S = 5.0
CALLERS = 4

Answer = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
"""Takes a command and its fields, returns the fields of the answer. Raises RitualsdError for a person to read."""


class Control:
    """Listens from construction until `close`; only the holder of the state folder's lock may make one."""

    def __init__(self, state: Path, answer: Answer) -> None:
        self._path = state / NAME
        self._answer = answer
        self._callers = BoundedSemaphore(CALLERS)
        self._closed = Flag()
        self._path.unlink(missing_ok=True)  # left behind by a kill; the lock says nobody else uses it
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with socket_address(state) as address:
            self._socket.bind(address)
        os.chmod(self._path, 0o600)
        self._socket.listen(CALLERS)
        Thread(target=self._listen, name="control", daemon=True).start()

    def close(self) -> None:
        """Stop listening. May be called twice."""
        self._closed.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                caller, _ = self._socket.accept()
            except OSError:  # closed, or out of file descriptors for now
                self._closed.wait(1.0)
                continue
            if not self._callers.acquire(blocking=False):
                caller.close()
                continue
            Thread(target=self._serve, args=(caller,), name="control-call", daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        try:
            with caller, contextlib.suppress(OSError):
                reply = self._reply(_read_line(caller))
                caller.sendall(json.dumps(reply, ensure_ascii=False).encode() + b"\n")
        finally:
            self._callers.release()

    def _reply(self, line: bytes) -> Mapping[str, Any]:
        try:
            request = json.loads(line)
        except (ValueError, RecursionError):
            request = None
        if not isinstance(request, dict) or "command" not in request:
            return _refusal("that is not a request")
        command = request.pop("command")
        try:
            return {"ok": True, **self._answer(str(command), request)}
        except RitualsdError as error:
            return _refusal(str(error), error.exit_code)
        except Exception as error:  # noqa: BLE001 - a caller gets an answer whatever happens, and no traceback
            return _refusal(f"the daemon could not do that ({type(error).__name__})")


def _read_line(caller: socket.socket) -> bytes:
    """At most one line, of at most LINE_LIMIT bytes, within REQUEST_S; what is cut short is no JSON."""
    line, ends = b"", time.monotonic() + REQUEST_S
    while not line.endswith(b"\n") and len(line) < LINE_LIMIT and (left_s := ends - time.monotonic()) > 0:
        caller.settimeout(left_s)
        chunk = caller.recv(4096)
        if not chunk:
            break
        line += chunk
    caller.settimeout(REQUEST_S)
    return line


def _refusal(words: str, exit_code: int = 1) -> dict[str, Any]:
    return {"ok": False, "error": words, "exit": exit_code}
