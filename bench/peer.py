"""A loopback peer in a process of its own that takes every message at once: HTTP with kept connections, with TLS or
without, and mail. Asked to, it takes its time over each HTTP message. What is measured beside it is the sender."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

TAKEN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@contextmanager
def accepting(certificate: Path | None = None, *, mail: bool = False, after_s: float = 0.0) -> Iterator[int]:
    """The port of a server that runs meanwhile; with a certificate it speaks TLS. HTTP is answered after `after_s`."""
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_run, args=(theirs, certificate, mail, after_s), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _run(pipe: Connection, certificate: Path | None, mail: bool, after_s: float) -> None:
    asyncio.run(_serve(pipe, certificate, mail, after_s))


async def _serve(pipe: Connection, certificate: Path | None, mail: bool, after_s: float) -> None:
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    take = _take_mail if mail else partial(_answer, after_s)
    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=context)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _answer(after_s: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            length = LENGTH.search(await reader.readuntil(b"\r\n\r\n"))
            await reader.readexactly(int(length[1]) if length else 0)
            if after_s:
                await asyncio.sleep(after_s)
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
