"""A real PostgreSQL for the tests: a server of its own in a temporary folder, and a fresh database for whoever asks.

@needs_postgres
def test_it() -> None:
    with fresh_database() as url:
        …  # postgresql://ritualsd:…@127.0.0.1:PORT/NAME
        the_server().restart()
"""

from __future__ import annotations

import functools
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.servers import free_port, soon

START_S = 60
USER = "ritualsd"
PASSWORD = "not-in-any-message"
SETTINGS = {
    "fsync": "on",
    "max_connections": "120",
    "shared_buffers": "32MB",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "listen_addresses": "127.0.0.1",
    "logging_collector": "off",
}
_numbers = itertools.count(1)


def binaries() -> Path | None:
    """Where the newest PostgreSQL of this machine keeps its programs: Debian puts them in nobody's PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    name = shutil.which("initdb")
    return Path(name).resolve().parent if name else None


def why_no_postgres() -> str:
    if binaries() is None:
        return "PostgreSQL is not installed (scripts/debian-packages)"
    return (
        "" if os.geteuid() or _servants() else "PostgreSQL does not start as root, and there is no user to start it as"
    )


def _servants() -> list[str]:
    return [name for name in ("postgres", "nobody") if name in {each.pw_name for each in pwd.getpwall()}]


needs_postgres = pytest.mark.skipif(bool(why_no_postgres()), reason=why_no_postgres() or "it is there")


@dataclass(frozen=True, slots=True)
class Server:
    """One PostgreSQL server, in a folder that goes when the tests end."""

    folder: Path
    port: int

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """What the server answers, as its owner, outside any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload] # tests name databases themselves
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        self._control("start", "-w", "-t", str(START_S), "-l", str(self.log))

    def stop(self, how: str = "fast") -> None:
        """`how`: smart, fast, or immediate, which is a crash."""
        self._control("stop", "-w", "-m", how)

    def restart(self, how: str = "fast") -> None:
        self.stop(how)
        self.start()

    def promote(self) -> None:
        """Let a standby go on by itself."""
        self._control("promote", "-w")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing of it answers, and nothing ends."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def cut_off(self, database: str) -> int:
        """End every connection to a database, as an administrator may; returns how many."""
        ended = self.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{database}' AND pid <> pg_backend_pid()"
        )
        return len(ended)

    def is_up(self) -> bool:
        try:
            self.ask("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def _signal(self, which: signal.Signals) -> None:
        master = int((self.data / "postmaster.pid").read_text("utf-8").split()[0])
        os.kill(master, which)  # first, so that it starts none after those that are listed now
        for child in Path(f"/proc/{master}/task/{master}/children").read_text("utf-8").split():
            with suppress(ProcessLookupError):  # it was about to end
                os.kill(int(child), which)

    def _control(self, *words: str) -> None:
        run("pg_ctl", "-D", str(self.data), *words, folder=self.folder)


def run(program: str, *words: str, folder: Path) -> None:
    """One of PostgreSQL's own programs, as a user it agrees to run as. Raises RuntimeError with what it said."""
    command = [*_as_somebody(), str(_program(program)), *words]
    with tempfile.TemporaryFile() as said:  # never a pipe: the server would hold it open
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False)
        said.seek(0)
        if done.returncode:
            raise RuntimeError(f"{program} {words[-1]}: {said.read().decode('utf-8', 'replace')}")


def _program(name: str) -> Path:
    where = binaries()
    assert where is not None, why_no_postgres()
    return where / name


def _as_somebody() -> list[str]:
    if os.geteuid():
        return []
    who = pwd.getpwnam(_servants()[0])
    return ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rd-pg-", dir="/tmp"))
    if not os.geteuid():
        who = pwd.getpwnam(_servants()[0])
        os.chown(folder, who.pw_uid, who.pw_gid)
    _guard(folder)
    return folder


def new_server() -> Server:
    """A server that was just made and started. Whoever asks for it ends it: `remove`."""
    server = Server(_folder(), free_port())
    secret = server.folder / "password"
    secret.write_text(PASSWORD, "utf-8")
    secret.chmod(0o644)
    locale = ("--locale=C.UTF-8", "--encoding=UTF8", "--no-sync")
    who = ("-U", USER, f"--pwfile={secret}", "--auth=scram-sha-256")
    run("initdb", "-D", str(server.data), *who, *locale, folder=server.folder)
    _configure(server)
    server.start()
    return server


def standby_of(server: Server) -> Server:
    """Another server that follows this one and may be promoted."""
    standby = Server(_folder(), free_port())
    origin = f"{server.url()}?application_name=standby"
    run("pg_basebackup", "-D", str(standby.data), "-R", "-X", "stream", "-d", origin, folder=standby.folder)
    _configure(standby)
    standby.start()
    return standby


def _configure(server: Server) -> None:
    own = {"port": str(server.port), "unix_socket_directories": str(server.folder)}
    lines = [f"{name} = '{value}'" for name, value in (SETTINGS | own).items()]
    file = server.data / "postgresql.auto.conf"
    before = file.read_text("utf-8") if file.exists() else ""
    file.write_text("\n".join((before, *lines, "")), "utf-8")


GUARD = 'cat; "$1" -D "$2/data" -m immediate stop; rm -rf "$2"'
"""Waits for the end of its input, which is the end of the tests however they end, and clears away."""

_guards: dict[Path, subprocess.Popen[bytes]] = {}


def _guard(folder: Path) -> None:
    command = [*_as_somebody(), "sh", "-c", GUARD, "guard", str(_program("pg_ctl")), str(folder)]
    quiet = subprocess.DEVNULL
    _guards[folder] = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True
    )


def remove(server: Server) -> None:
    """End a server and everything it kept."""
    guard = _guards.pop(server.folder)
    assert guard.stdin is not None
    guard.stdin.close()
    guard.wait(START_S)


@functools.cache
def the_server() -> Server:
    """The server of this test process: made when first asked for, gone with the process."""
    return new_server()


@contextmanager
def fresh_database(template: str = "template0") -> Iterator[str]:
    """The address of a database that nobody else uses, made as a copy of `template`."""
    server, name = the_server(), f"test_{os.getpid()}_{next(_numbers)}"
    server.ask(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield server.url(name)
    finally:
        if soon(server.is_up, 10):
            server.ask(f'DROP DATABASE "{name}" WITH (FORCE)')


def name_of(url: str) -> str:
    """The name of the database at this address."""
    return url.rpartition("/")[2].partition("?")[0]


def until_answered(server: Server) -> None:
    """Wait until the server answers again."""
    started = time.monotonic()
    assert soon(server.is_up), f"no answer for {time.monotonic() - started:.0f} s"
