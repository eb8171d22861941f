"""The daemon under siege: great bodies, endless headers and half requests, while a ritual is due. The beat goes on."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.servers import free_port
from tests.system.daemon import House, listening, until

pytestmark = pytest.mark.process

CONFIG = """
timezone = "UTC"
[web]
bind = "127.0.0.1:{port}"
[people.ana]
name = "Ana"
channels = {{ phone = "{url}" }}
[rituals.hello]
when = "every day at 04:00"
to = "ana"
message = "HELLO"
"""
HEAD = b"POST /r/%s HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n" % (b"A" * 22)
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
MEGABYTE = b"a" * (1 << 20)


def told(connection: socket.socket) -> bytes:
    """The first line of an answer, or nothing where the connection was cut."""
    connection.settimeout(30)
    with suppress(OSError):
        return connection.recv(4096).partition(b"\r\n")[0]
    return b""


def great_body(port: int, stop: threading.Event) -> bytes:
    """A gigabyte, announced: refused before it is read."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(HEAD + FORM + b"Content-Length: 1073741824\r\n\r\n")
        return told(connection)


def creeping_body(port: int, stop: threading.Event) -> bytes:
    """A gigabyte in pieces that does not say how long it is: cut off as soon as it is too long."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(HEAD + FORM + b"Transfer-Encoding: chunked\r\n\r\n")
        for sent in range(1024):
            try:
                connection.sendall(b"100000\r\n" + MEGABYTE + b"\r\n")
            except OSError:
                return b"cut off after %d" % sent
            if stop.is_set():
                return b"stopped"
        return b"read to the end"


def many_headers(port: int, stop: threading.Event) -> bytes:
    """Ten thousand headers."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        with suppress(OSError):
            connection.sendall(HEAD + b"".join(b"X-%d: y\r\n" % number for number in range(10_000)) + b"\r\n")
        return told(connection)


def slow_loris(port: int, stop: threading.Event) -> bytes:
    """A request that never ends, a byte at a time."""
    with socket.create_connection(("127.0.0.1", port)) as connection, suppress(OSError):
        for byte in HEAD * 100:
            if stop.wait(0.1):
                break
            connection.sendall(bytes([byte]))
    return b""


@contextmanager
def besieged(port: int) -> Iterator[dict[str, list[bytes]]]:
    """All of it at once and again, from many sides, until the end; what each got for an answer."""
    stop, answers = threading.Event(), dict[str, list[bytes]]()

    def attack(how: Callable[[int, threading.Event], bytes]) -> None:
        while not stop.is_set():
            with suppress(OSError):
                answers.setdefault(how.__name__, []).append(how(port, stop))
            stop.wait(0.05)

    ways = [great_body, creeping_body, many_headers] + [slow_loris] * 20
    threads = [threading.Thread(target=attack, args=(way,), daemon=True) for way in ways]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def test_a_siege_of_the_page_keeps_no_ritual_waiting(tmp_path: Path) -> None:
    port = free_port()
    with listening() as peer:
        house = House(tmp_path, CONFIG.format(port=port, url=peer.url))
        try:
            house.start()
            assert until(lambda: "web.listening" in house.log)
            with besieged(port) as answers:
                assert until(lambda: all(answers.get(how) for how in ("great_body", "creeping_body", "many_headers")))
                assert house.tell("send", "hello").returncode == 0
                assert until(lambda: peer.bodies)
                assert until(lambda: house.status()["ok"])
            assert until(lambda: house.status()["ok"])
            assert resident_mb(house) < 500  # a gigabyte was sent again and again
            assert "thread.failed" not in house.log
            assert {answer for answer in answers["great_body"] if answer} <= {
                b"HTTP/1.1 413 Content Too Large", b"HTTP/1.1 413 Request Entity Too Large",
                b"HTTP/1.1 429 Too Many Requests", b"HTTP/1.1 503 Service Unavailable",
            }  # fmt: skip
            assert b"read to the end" not in answers["creeping_body"]
        finally:
            house.close()


def resident_mb(house: House) -> float:
    assert house.process is not None
    status = Path(f"/proc/{house.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
