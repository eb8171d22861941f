"""How long commands take to start, and the daemon to be ready, each against importing what it stands on.

python -m bench.start [--json] [--runs N]
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.timing import Row, beside, report, seconds_of

PYTHON = sys.executable
OURS = [PYTHON, "-m", "ritualsd"]
CLICK = [PYTHON, "-c", "import click"]
PYDANTIC = [PYTHON, "-c", "import click, pydantic"]
STACK = [
    PYTHON, "-c",
    "import click, pydantic, sqlalchemy, apscheduler.schedulers.blocking, pluggy, structlog, "
    "starlette.applications, uvicorn, jinja2, tomllib, zoneinfo, sqlite3; "
    "from pydantic import BaseModel; M = type('M', (BaseModel,), {})",
]  # fmt: skip


def config_of(folder: Path, rituals: int, port: int = 0) -> Path:
    """A configuration of one person and so many rituals, none of them due today before midnight."""
    web = f'[web]\nbind = "127.0.0.1:{port}"\n' if port else "[web]\nenabled = false\n"
    head = f'timezone = "UTC"\n{web}[people.ana]\nname = "Ana"\n'
    body = "".join(
        f'[rituals.r{n}]\nwhen = "every other Sunday at {n % 24:02}:{n % 60:02} from 2026-01-04"\n'
        f'to = "ana"\nmessage = "note {n}"\nexpires = "2 hours"\nimportance = 3\n\n'
        for n in range(rituals)
    )
    path = folder / f"config-{rituals}.toml"
    path.write_text(head + body)
    return path


def ready_seconds(config: Path, state: Path) -> float:
    """From the start of the process to READY=1 on a notify socket of our own."""
    address = str(state.parent / "notify.sock")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as box:
        box.bind(address)
        box.settimeout(60)
        began = time.perf_counter()
        process = subprocess.Popen(
            [*OURS, "--config", str(config), "--state", str(state), "run"],
            env=os.environ | {"NOTIFY_SOCKET": address}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while b"READY=1" not in box.recv(4096):
                pass
            return time.perf_counter() - began
        finally:
            process.terminate()
            process.wait()
            os.unlink(address)


def ready_row(name: str, config: Path, folder: Path, goal: float, runs: int) -> Row:
    state = folder / f"state-{config.stem}"
    ready_seconds(config, state), seconds_of(STACK)
    pairs = [(ready_seconds(config, state), seconds_of(STACK)) for _ in range(runs)]
    ratios = [ours / theirs for ours, theirs in pairs]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Row(name, ours, "import the stack", theirs, statistics.median(ratios), (min(ratios), max(ratios)), goal)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ten, crowd = config_of(folder, 10), config_of(folder, 10_000)
        use = [*OURS, "--config", str(ten), "--state", str(folder / "none")]
        rows = [
            beside("--help", [*OURS, "--help"], CLICK, 1.5, given.runs),
            beside("explain", [*use, "explain", "every day at 07:30"], PYDANTIC, 1.5, given.runs),
            beside("next, 10 rituals", [*use, "next", "--json"], PYDANTIC, 1.5, given.runs),
            beside("check, 10 rituals", [*use, "check"], PYDANTIC, 1.5, given.runs),
            ready_row("READY, 10 rituals", ten, folder, 2.0, max(3, given.runs // 3)),
        ]
        ten_seconds = [PYTHON, "-c", "import time; time.sleep(10)"]
        crowded = [*OURS, "--config", str(crowd), "check"]
        rows.append(beside("check, 10,000 rituals (10 s)", crowded, ten_seconds, 1.0, 1))
        first = ready_seconds(crowd, folder / "state-crowd")
        rows.append(Row("first READY, 10,000 rituals (10 s)", first, "10 s", 10.0, first / 10, (first / 10,) * 2, 1.0))
        report(rows, given.json)


if __name__ == "__main__":
    main()
