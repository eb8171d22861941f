"""The real daemon as a process, on a folder of its own, with a systemd that listens: for the tests of this folder."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.leaks.cage import hide, hide_links, listen, loud
from tests.settled import settled

START_S = 90.0  # nothing takes so long; a busy machine may

ONE_PERSON = """
timezone = "UTC"
[web]
enabled = false
[people.ana]
name = "Ana"
{channels}
[rituals.hello]
when = "every day at 04:00"
to = "ana"
message = "CANARY-WORDS for {{name}}"
"""


def config(url: str = "") -> str:
    """One person and one ritual that is not due while a test runs, sent to `url` or the inbox."""
    return ONE_PERSON.format(channels=f'channels = {{ phone = "{url}" }}' if url else "")


def until(condition: Callable[[], Any], seconds: float = START_S) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


class Systemd:
    """The other end of NOTIFY_SOCKET: keeps every message in order."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "notify")
        self.heard: list[str] = []
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(self.path)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            told = self._ear.recv(4096).decode()
            self.heard += told.split("\n")
            listen(told)

    def count(self, line: str) -> int:
        return sum(heard.startswith(line) for heard in self.heard)


@dataclass
class Terminal:
    """The person's side of a terminal."""

    fd: int
    shown: str = ""

    def shows(self, words: str, seconds: float = START_S) -> bool:
        """Wait until these words have been shown."""
        ends = time.monotonic() + seconds
        while words not in self.shown and time.monotonic() < ends:
            if select.select([self.fd], [], [], 0.2)[0]:
                self.shown += os.read(self.fd, 4096).decode()
        return words in self.shown


@dataclass
class House:
    """A configuration, a state folder, and whoever runs on them."""

    folder: Path
    text: str = field(default_factory=config)
    systemd: Systemd = field(init=False)
    process: subprocess.Popen[str] | None = None
    welcoming: bool = False

    def __post_init__(self) -> None:
        self.config.write_text(self.text)
        self.systemd = Systemd(self.folder)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text() if (self.folder / "log").exists() else ""

    def start(self, stderr: int | None = None, before: Sequence[str] = ()) -> House:
        """Start the daemon and wait until it is ready."""
        told = self.systemd.count("READY=1")
        self.process = self.popen(stderr, before)
        ready = until(lambda: self.systemd.count("READY=1") > told or self.process.poll() is not None)  # type: ignore[union-attr]  # set above
        if not ready or self.process.poll() is not None:
            self.close()
            raise AssertionError(f"it is not ready:\n{self.log}")
        return self

    def start_in_terminal(self) -> Terminal:
        """Start the daemon in a terminal of its own."""
        ours, its = os.openpty()
        self.process = subprocess.Popen(
            self.words("run"), stdin=its, stdout=its, stderr=subprocess.DEVNULL, text=True, env=self.env,
            start_new_session=True,
        )  # fmt: skip
        os.close(its)
        return Terminal(ours)

    def popen(self, stderr: int | None = None, before: Sequence[str] = ()) -> subprocess.Popen[str]:
        """`before` is a command that runs ours. Nobody is welcomed, unless `welcoming`."""
        if not self.welcoming and not self.state.exists():
            settled(self.config, self.state)
        with open(self.folder / "log", "a") as log:
            return subprocess.Popen(
                [*before, *self.words("run")], stdout=subprocess.DEVNULL, stderr=log if stderr is None else stderr,
                text=True, env=self.env | {"NOTIFY_SOCKET": self.systemd.path, "WATCHDOG_USEC": "6000000"},
            )  # fmt: skip

    @property
    def env(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("RITUALSD", "WATCHDOG", "XDG"))}
        path = os.pathsep.join([*loud(), str(Path(__file__).resolve().parents[2])])
        return kept | {"PYTHONPATH": path, "HOME": str(self.folder)}

    def words(self, *args: str) -> list[str]:
        options = ["--config", str(self.config), "--state", str(self.state)]
        return [sys.executable, "-m", "ritualsd", *options, *args]

    def tell(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run one command of ours beside the daemon."""
        hide(*args[2:3] if args[0] == "reply" else ())
        done = subprocess.run(self.words(*args), capture_output=True, text=True, timeout=180, env=self.env, check=False)
        hide_links(done.stdout)
        listen(done.stderr)
        return done

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.tell("status", "--json").stdout)
        return found

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def ended(self) -> int | None:
        """The exit code, or None when it runs on."""
        assert self.process is not None
        try:
            return self.process.wait(START_S)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(START_S)


@dataclass
class Peer:
    """A loopback HTTP peer: what it was sent, and whether it answers at all."""

    bodies: list[bytes] = field(default_factory=list)
    hangs: threading.Event = field(default_factory=threading.Event)
    url: str = ""


@contextmanager
def listening() -> Iterator[Peer]:
    peer = Peer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            peer.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            hide_links(peer.bodies[-1].decode())
            if peer.hangs.is_set():
                time.sleep(120)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    peer.url = f"json://127.0.0.1:{server.server_address[1]}"
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
