"""Turns Unix signals into calls on an ordinary thread. The handlers themselves do nothing, so they can hurt nothing."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable, Mapping
from threading import Thread


def watch_signals(actions: Mapping[signal.Signals, Callable[[], None]]) -> None:
    """From now on each of these signals calls its action, one at a time, on a thread named `signals`.

    Call once, from the main thread. An action may take locks and must be quick.
    """
    ear, mouth = socket.socketpair()
    mouth.setblocking(False)
    signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    for number in actions:
        signal.signal(number, _nothing)
    Thread(target=_listen, args=(ear, mouth, actions), name="signals", daemon=True).start()


def _nothing(number: int, frame: object) -> None:
    """Python writes the signal's number to the wake-up socket before it calls this."""


def _listen(ear: socket.socket, mouth: socket.socket, actions: Mapping[signal.Signals, Callable[[], None]]) -> None:
    with ear, mouth, contextlib.suppress(OSError):
        while heard := ear.recv(64):
            for number in heard:
                action = actions.get(signal.Signals(number))
                if action is not None:
                    action()
