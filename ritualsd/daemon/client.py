"""Asks a running daemon something over its control socket. Standard library only: `status` must start fast."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAME = "control.sock"
LINE_LIMIT = 64 * 1024
ANSWER_S = 45.0
PATH_LIMIT = 100  # the kernel takes 107 bytes


@contextmanager
def socket_address(state: Path) -> Iterator[str]:
    """The socket's address, good while the context lasts, however long the path of the state folder is."""
    plain = str(state / NAME)
    if len(os.fsencode(plain)) <= PATH_LIMIT:
        yield plain
        return
    folder = os.open(state, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{NAME}"
    finally:
        os.close(folder)


def call(state: Path, command: str, *, wait_s: float = ANSWER_S, **fields: Any) -> dict[str, Any] | None:
    """What the daemon on this state folder answers; None when none does.

    An answer holds `ok`; where it is false also `error` (words for a person) and `exit` (the exit code).
    """
    request = json.dumps({"command": command, **fields}).encode() + b"\n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        try:
            with socket_address(state) as address:
                line.connect(address)
        except OSError:
            return None
        try:
            line.settimeout(wait_s)
            line.sendall(request)
            with line.makefile("rb") as stream:
                answer = json.loads(stream.readline(LINE_LIMIT * 16))
        except (OSError, ValueError):
            return {"ok": False, "error": "the daemon is there but gave no answer; try again in a moment", "exit": 1}
    assert isinstance(answer, dict)  # noqa: S101 - a typed narrowing: our own daemon wrote it
    return answer
