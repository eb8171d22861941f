"""The real daemon as a process of its own: a configuration for it, how long until it is ready, and what it uses."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

OURS = [sys.executable, "-m", "ritualsd"]
TICK = os.sysconf("SC_CLK_TCK")


def config_of(folder: Path, rituals: int, *, pages: bool = False) -> Path:
    """A configuration of one person and so many rituals, none of them due today before midnight."""
    web = f'[web]\nbind = "127.0.0.1:{free_port()}"\n' if pages else "[web]\nenabled = false\n"
    head = f'timezone = "UTC"\n{web}[people.ana]\nname = "Ana"\n'
    body = "".join(
        f'[rituals.r{n}]\nwhen = "every other Sunday at {n % 24:02}:{n % 60:02} from 2026-01-04"\n'
        f'to = "ana"\nmessage = "note {n}"\nexpires = "2 hours"\nimportance = 3\n\n'
        for n in range(rituals)
    )
    path = folder / f"config-{rituals}.toml"
    path.write_text(head + body)
    return path


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(config: Path, state: Path) -> Iterator[tuple[int, float]]:
    """A daemon that is ready: its process id, and the seconds from its start to READY=1."""
    with TemporaryDirectory() as name, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as box:
        address = f"{name}/notify"
        box.bind(address)
        box.settimeout(1.0)
        command = [*OURS, "--config", str(config), "--state", str(state), "run"]
        began = time.perf_counter()
        with started(command, {"NOTIFY_SOCKET": address}) as process:
            wait_ready(box, process)
            yield process.pid, time.perf_counter() - began


def wait_ready(box: socket.socket, process: subprocess.Popen[bytes]) -> None:
    """Until it says so on its notify socket. Raises SystemExit when it ended instead."""
    while True:
        try:
            if b"READY=1" in box.recv(4096):
                return
        except TimeoutError:
            if process.poll() is not None:
                raise SystemExit(f"the daemon ended with {process.returncode} before it was ready") from None


@contextmanager
def started(command: Sequence[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended afterwards."""
    process = subprocess.Popen(
        command, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def ready_seconds(config: Path, state: Path) -> float:
    """From the start of the process to READY=1."""
    with running(config, state) as (_, seconds):
        return seconds


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
    return sum(cpu_seconds(pid) for pid in ours if Path(f"/proc/{pid}").exists())


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
