"""HTTP to one server that is left open for long, and can be hung up on by another thread. Logs nothing, ever.

What httpx raises and logs holds whole addresses, and with them tokens: none of it leaves this file.
"""

from __future__ import annotations

import json
import logging
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import httpx

from ritualsd.errors import SourceTrouble
from ritualsd.replies.trouble import from_error

CONNECT_S = 10.0
LONGEST_LINE = 64 * 1024
LONGEST_ANSWER = 8 * 1024 * 1024

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class Wire:
    """One connection at a time. `read_s`: so long may the other side be silent."""

    def __init__(self, *, read_s: float, headers: Mapping[str, str] | None = None) -> None:
        self._socket: socket.socket | None = None
        self._client = httpx.Client(
            headers={"User-Agent": "ritualsd", **(headers or {})},
            timeout=httpx.Timeout(CONNECT_S, read=read_s),
            limits=httpx.Limits(max_connections=1),
            verify=ssl.create_default_context(),
            trust_env=False,  # no proxy, no .netrc: what is in the file is all there is
        )

    def lines(self, url: str, params: Mapping[str, str]) -> Iterator[bytes]:
        """Each line of an answer that need not end, without its line end. Raises SourceTrouble."""
        with self._asked("GET", url, params=params) as answer:
            if answer.status_code != 200:
                raise _refusal(answer.status_code)
            rest = b""
            for chunk in answer.iter_bytes():
                *whole, rest = (rest + chunk).split(b"\n")
                yield from whole
                if len(rest) > LONGEST_LINE:
                    raise SourceTrouble("garbage")

    def ask(self, url: str, **fields: Any) -> tuple[int, Any]:
        """The status and the JSON of the answer to a POST of `fields`. Raises SourceTrouble."""
        body = b""
        with self._asked("POST", url, json=fields) as answer:
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    raise SourceTrouble("garbage")
        try:
            return answer.status_code, json.loads(body)
        except (ValueError, RecursionError):
            raise (SourceTrouble("garbage") if answer.is_success else _refusal(answer.status_code)) from None

    def hang_up(self) -> None:
        """End whatever waits; a thread that reads gets SourceTrouble. Any thread may call it, and again."""
        if (line := self._socket) is not None:
            with suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)  # not that of TLS, which would wait for an answer

    @contextmanager
    def _asked(self, method: str, url: str, **more: Any) -> Iterator[httpx.Response]:
        try:
            with self._client.stream(method, url, extensions={"trace": self._note}, **more) as answer:
                yield answer
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            raise from_error(error) from None

    def _note(self, step: str, info: Mapping[str, Any]) -> None:
        """Remember the socket of the connection that was just made, for `hang_up`."""
        if step.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")


def _refusal(status: int) -> SourceTrouble:
    if status in (401, 403):
        return SourceTrouble("login")
    return SourceTrouble("busy", pause_s=60) if status == 429 else SourceTrouble(f"http-{status}")
