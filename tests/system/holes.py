"""Providers behind a network that swallows everything: one takes a message and never answers, one cannot be reached."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

FILLING = 4


@contextmanager
def deaf() -> Iterator[int]:
    """Connections are made, requests are taken, and nobody ever reads them; yields the port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(4096)
        yield listener.getsockname()[1]


@contextmanager
def unreachable() -> Iterator[int]:
    """Nobody answers who knocks: no connection is ever made, and none is refused; yields the port."""
    with ExitStack() as open_ones:
        listener = open_ones.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)  # a queue for one, which these fill: whoever comes after them is not heard
        for _ in range(FILLING):
            filling = open_ones.enter_context(socket.socket())
            filling.setblocking(False)
            with suppress(BlockingIOError):
                filling.connect(listener.getsockname())
        yield listener.getsockname()[1]
