"""Tells systemd how we are (sd_notify), without a library. Nothing said here may name a person, a ritual or a word."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import MutableMapping

UNWATCHED_S = 90.0


class Notifier:
    """Speaks to the socket systemd gave us; silent where there is none. An error in telling is never fatal."""

    def __init__(self, address: str = "", watchdog_s: float = UNWATCHED_S) -> None:
        self._address = address
        self.watchdog_s = watchdog_s

    @classmethod
    def from_env(cls, env: MutableMapping[str, str]) -> Notifier:
        """Read and remove systemd's variables, so that no child speaks in our name."""
        address = env.pop("NOTIFY_SOCKET", "")
        for_us = env.pop("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        interval = env.pop("WATCHDOG_USEC", "")
        watched = for_us and interval.isdigit() and int(interval) > 0
        return cls(address, int(interval) / 1e6 if watched else UNWATCHED_S)

    def ready(self, status: str) -> None:
        self._tell("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """Must be followed by `ready`."""
        now_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._tell("RELOADING=1", f"MONOTONIC_USEC={now_us}")

    def alive(self) -> None:
        """Call only after a beat that read the database and knows what comes next."""
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        self._tell("STOPPING=1", "STATUS=stopping")

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
            speaker.settimeout(1.0)
            speaker.connect(address)
            speaker.sendall("\n".join(lines).encode())
