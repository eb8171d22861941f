"""A loopback peer that behaves as badly as asked: any status, a redirect, a hang, a drip, a reset, an endless answer.

with Sink(status(404)) as sink:
    send(f"json://{sink.address}/")
sink.requests
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

CERTIFICATE = Path(__file__).with_name("untrusted.pem")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was read. `body` is empty when the behaviour answers before reading it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


Behaviour = Callable[["Exchange"], None]


class Exchange:
    """One connection: read the request if you like, then say what you like. `stopping` is set when the sink closes."""

    def __init__(self, connection: socket.socket, sink: Sink) -> None:
        self.connection = connection
        self.sink = sink
        self.stopping = sink.stopping

    def read(self, *, body: bool = True) -> None:
        """Read one request and record it."""
        with self.connection.makefile("rb") as stream:
            method, path, _ = stream.readline().decode().split(" ", 2)
            headers: dict[str, str] = {}
            while (line := stream.readline().decode().strip()) != "":
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            length = int(headers.get("content-length", 0)) if body else 0
            self.sink.requests.append(Request(method, path, headers, stream.read(length)))
        self.sink.arrived.release()

    def say(self, text: bytes) -> None:
        self.connection.sendall(text)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def head(status: int, length: int, *fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {length}", "Connection: close", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def status(code: int, body: bytes = b"{}", *fields: str) -> Behaviour:
    def behave(exchange: Exchange) -> None:
        exchange.read()
        exchange.say(head(code, len(body), *fields) + body)

    return behave


def keep_alive(*fields: str) -> Behaviour:
    """A server that answers one request after another on each connection, until the other side leaves."""

    def behave(exchange: Exchange) -> None:
        while True:
            answer_and_leave(exchange, *fields)

    return behave


def answer_and_leave(exchange: Exchange, *fields: str) -> None:
    """One good answer, that does not say whether the connection stays."""
    exchange.read()
    exchange.say("\r\n".join(["HTTP/1.1 200 OK", "Content-Length: 2", *fields, "", "{}"]).encode())


def answer_once_then_reset(exchange: Exchange) -> None:
    """A server that breaks over the second request of a connection."""
    answer_and_leave(exchange)
    reset_after_the_body(exchange)


def redirect(to: str) -> Behaviour:
    return status(302, b"", f"Location: {to}")


def captive(exchange: Exchange) -> None:
    """What a hotel network answers to everything."""
    status(200, b"<html><title>Welcome, please log in</title></html>", "Content-Type: text/html")(exchange)


def plain_to_tls(exchange: Exchange) -> None:
    """What a plain web server says to a TLS greeting."""
    exchange.connection.recv(65_536)
    exchange.say(head(400, 0))


def hang_up(exchange: Exchange) -> None:
    """Close without a word, whatever was said."""
    exchange.connection.recv(65_536)


def greet_and_leave(exchange: Exchange) -> None:
    """A mail server that has changed its mind."""
    exchange.say(b"220 hello\r\n")


def silence(exchange: Exchange) -> None:
    """Accept the connection, and that is all."""
    exchange.stopping.wait()


def hang(exchange: Exchange) -> None:
    exchange.read()
    exchange.stopping.wait()


def drip(exchange: Exchange) -> None:
    """One byte now and then, so that no read ever times out."""
    exchange.read()
    exchange.say(head(200, 1_000_000))
    while not exchange.stopping.wait(0.5):
        exchange.say(b" ")


def reset_before_the_body(exchange: Exchange) -> None:
    exchange.read(body=False)
    exchange.reset()


def reset_after_the_body(exchange: Exchange) -> None:
    exchange.read()
    exchange.reset()


def flood(megabytes: int) -> Behaviour:
    """A success whose body does not fit into memory."""

    def behave(exchange: Exchange) -> None:
        exchange.read()
        exchange.say(head(200, megabytes * 1_000_000))
        for _ in range(megabytes):
            exchange.say(bytes(1_000_000))

    return behave


class Sink:
    """A threaded server on a free loopback port; every connection is handled by `behaviour`."""

    def __init__(self, behaviour: Behaviour, *, tls: bool = False, certificate: Path = CERTIFICATE) -> None:
        self.behaviour = behaviour
        self.connections = 0
        self.requests: list[Request] = []
        self.arrived = threading.Semaphore(0)
        self.left = threading.Semaphore(0)
        self.stopping = threading.Event()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if tls else None
        if self._tls:
            self._tls.load_cert_chain(certificate)

    def __enter__(self) -> Sink:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stopping.set()
        # Closing alone would leave the accepting thread in its call.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def wait_for(self, count: int, seconds: float = 90) -> None:
        """Wait until `count` more requests have arrived."""
        for _ in range(count):
            assert self.arrived.acquire(timeout=seconds), "no request arrived"

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # A peer that was killed in the middle is what many of the tests are about.
        with suppress(OSError, ValueError):
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                self.behaviour(Exchange(connection, self))
        self.left.release()
