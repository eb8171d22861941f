"""A loopback peer in a process of its own that takes every message at once: HTTP with kept connections, with TLS or
without, and mail. What is measured beside it is the sender."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

TAKEN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@contextmanager
def accepting(certificate: Path | None = None, *, mail: bool = False) -> Iterator[int]:
    """The port of a server that runs meanwhile; with a certificate it speaks TLS."""
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_run, args=(theirs, certificate, mail), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _run(pipe: Connection, certificate: Path | None, mail: bool) -> None:
    asyncio.run(_serve(pipe, certificate, mail))


async def _serve(pipe: Connection, certificate: Path | None, mail: bool) -> None:
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = await asyncio.start_server(_take_mail if mail else _answer, "127.0.0.1", 0, ssl=context)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            length = LENGTH.search(await reader.readuntil(b"\r\n\r\n"))
            await reader.readexactly(int(length[1]) if length else 0)
            writer.write(TAKEN)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _take_mail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        writer.write(b"220 here\r\n")
        while (said := (await reader.readuntil(b"\r\n"))[:4].upper()) != b"QUIT":
            if said == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 fine\r\n")
            await writer.drain()
        writer.write(b"221 goodbye\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()
