"""uvicorn, made quiet and patient only to a point. It knows sockets and deadlines, and no page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from socket import socket
from typing import Any

import h11
import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from ritualsd.web.door import HEADER_BYTES, HEADERS

Nowhere = Callable[[], Response]
"""The page for an address that leads nowhere."""

CONNECTIONS = 64
REQUEST_S = 10.0
LOOK_S = 0.5


class Protocol(H11Protocol):
    """One connection. A request, answer included, has `REQUEST_S`: uvicorn alone sets half a header no limit."""

    nowhere: Nowhere
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own does
        super().connection_made(transport)
        self._wait_again()

    def on_response_complete(self) -> None:
        self._wait_again()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """A request that cannot be read gets the answer of any other wrong address: a token may be too long to read."""
        answer = type(self).nowhere()
        headers = [*answer.headers.items(), *HEADERS.items(), ("Connection", "close")]
        written = [
            self.conn.send(h11.Response(status_code=answer.status_code, headers=headers, reason=b"Not Found")),
            self.conn.send(h11.Data(data=bytes(answer.body))),
            self.conn.send(h11.EndOfMessage()),
        ]
        self.transport.write(b"".join(each for each in written if each))
        self.transport.close()

    def _wait_again(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(REQUEST_S, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()


class Server(uvicorn.Server):
    """uvicorn's server, looking twice a second whether to leave: its own loop wakes ten times, for headers we omit."""

    def __init__(self, config: uvicorn.Config, leaving: Callable[[], bool]) -> None:
        super().__init__(config)
        self._leaving = leaving

    async def main_loop(self) -> None:
        while not self._leaving():
            await asyncio.sleep(LOOK_S)


def listen(app: ASGIApp, sock: socket, leaving: Callable[[], bool], nowhere: Nowhere) -> None:
    """Serve until `leaving()` is true; returns within about a second and a half of that, and closes `sock`."""
    Server(uvicorn.Config(app, **options(nowhere)), leaving).run(sockets=[sock])


def options(nowhere: Nowhere) -> dict[str, Any]:
    """No log of its own (a path holds a token), no trust in a proxy's headers, limits on everything."""
    return {
        "http": type("Protocol", (Protocol,), {"nowhere": staticmethod(nowhere)}),
        "ws": "none",
        "loop": "asyncio",
        "lifespan": "off",
        "log_config": None,
        "log_level": "critical",
        "access_log": False,
        "server_header": False,
        "date_header": False,
        "proxy_headers": False,
        "limit_concurrency": CONNECTIONS,
        "h11_max_incomplete_event_size": HEADER_BYTES,
        "timeout_keep_alive": 5,
        "timeout_graceful_shutdown": 1,
    }
