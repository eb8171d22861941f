"""The real daemon as a process of its own: a configuration for it, how long until it is ready, and what it uses."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from ritualsd.core.events import E

OURS = [sys.executable, "-m", "ritualsd"]
EACH = 10  # rituals of one household
LOOK_S, QUIET_S = 0.5, 0.03
TICK = os.sysconf("SC_CLK_TCK")


def config_of(folder: Path, rituals: int, *, pages: bool = False) -> Path:
    """A configuration of one person and so many rituals, none of them due today before midnight."""
    web = f'[web]\nbind = "127.0.0.1:{free_port()}"\n' if pages else "[web]\nenabled = false\n"
    head = f'timezone = "UTC"\n{web}[people.ana]\nname = "Ana"\n'
    path = folder / f"config-{rituals}.toml"
    path.write_text(head + rituals_of(range(rituals)))
    return path


def rituals_of(numbers: Iterable[int]) -> str:
    return "".join(
        f'[rituals.r{n}]\nwhen = "every other Sunday at {n % 24:02}:{n % 60:02} from 2026-01-04"\n'
        f'to = "ana"\nmessage = "note {n}"\nexpires = "2 hours"\nimportance = 3\n\n'
        for n in numbers
    )


def households_of(folder: Path, rituals: int) -> Path:
    """A configuration of so many rituals in households of ten, a file each."""
    within = folder / f"households-{rituals}"
    within.mkdir()
    for number in range(0, rituals, EACH):
        mine = rituals_of(range(number, min(number + EACH, rituals)))
        (within / f"h{number}.toml").write_text(f'[people.ana]\nname = "Ana"\n{mine}')
    path = folder / f"config-{rituals}.toml"
    path.write_text(f'timezone = "UTC"\nhouseholds = "{within.name}/"\n[web]\nenabled = false\n')
    return path


def change_some(folder: Path, rituals: int, share: int) -> int:
    """Change one of so many of those households; returns how many that was."""
    files = sorted((folder / f"households-{rituals}").iterdir())[::share]
    for file in files:
        file.write_text(file.read_text().replace("note", "a note"))
    return len(files)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Running:
    """A daemon that is ready. `log` is the file it writes its events to."""

    process: subprocess.Popen[bytes]
    log: Path
    began: float
    ready_s: float

    def until(self, event: str) -> float:
        """Wait until it has logged this event; seconds since its start. Raises SystemExit when it cannot come."""
        while event not in (said := self.log.read_text("utf-8", "replace")):
            if self.process.poll() is not None or E.THREAD_FAILED in said:
                raise SystemExit(f"the daemon broke before it said {event}:\n{said[-1000:]}")
            time.sleep(0.02)
        return time.perf_counter() - self.began


@contextmanager
def running(config: Path, state: Path, ours: Sequence[str] = tuple(OURS)) -> Iterator[Running]:
    """A daemon that runs meanwhile, from when it says READY=1; `ours` is the command it is."""
    with TemporaryDirectory() as name, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as box:
        address, log = f"{name}/notify", Path(name) / "log"
        box.bind(address)
        box.settimeout(1.0)
        command = [*ours, "--config", str(config), "--state", str(state), "run"]
        began = time.perf_counter()
        with log.open("wb") as errors, started(command, errors, {"NOTIFY_SOCKET": address}) as process:
            wait_ready(box, process, log)
            yield Running(process, log, began, time.perf_counter() - began)


def wait_ready(box: socket.socket, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it says so on its notify socket. Raises SystemExit when it ended instead."""
    while True:
        try:
            if b"READY=1" in box.recv(4096):
                return
        except TimeoutError:
            if process.poll() is not None:
                said = log.read_text("utf-8", "replace")[-1000:]
                raise SystemExit(f"the daemon ended with {process.returncode} before it was ready:\n{said}") from None


@contextmanager
def started(command: Sequence[str], errors: IO[bytes], env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended afterwards."""
    process = subprocess.Popen(command, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def ready_seconds(config: Path, state: Path) -> float:
    """From the start of the process to READY=1."""
    with running(config, state) as daemon:
        return daemon.ready_s


def cpu_seconds(pid: int) -> float:
    """User and system seconds of a process and of its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(value) for value in fields[11:15]) / TICK


def cpu_of_all() -> float:
    """User and system seconds of this process and of everything it started."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    parents = {pid: parent for pid in pids if (parent := _parent(pid))}
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(map(_cpu_while_there, ours))


def until_quiet() -> None:
    """Wait until nothing this process started does anything: what is still loading would be measured too."""
    before, now = 0.0, cpu_of_all()
    while now - before > QUIET_S:
        time.sleep(LOOK_S)
        before, now = now, cpu_of_all()


def _cpu_while_there(pid: int) -> float:
    try:
        return cpu_seconds(pid)
    except OSError:
        return 0.0  # it ended meanwhile


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0  # it ended meanwhile


def resident_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
