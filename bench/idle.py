"""What an idle daemon costs: CPU over a minute and resident memory, with 10 rituals and with 10,000, its pages open.

python -m bench.idle [--seconds 60] [--json] [--small]
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.running import config_of, cpu_seconds, resident_mib, running
from bench.timing import Row, below, options, report, row

SETTLE_S = 20.0
CALM_S, CALM_WITHIN_S = 0.02, 600.0
GOAL_PERCENT = 0.2


@dataclass(frozen=True)
class Idle:
    """What an idle daemon used, in hundredths of a core and in MiB."""

    cpu_percent: float
    resident_mib: float


def idle(pid: int, settle_s: float, seconds: float) -> Idle:
    """Let a process that is ready settle until nothing is left to do, then watch it for so many seconds."""
    time.sleep(settle_s)
    calm(pid)
    before = cpu_seconds(pid)
    time.sleep(seconds)
    return Idle(100 * (cpu_seconds(pid) - before) / seconds, resident_mib(pid))


def calm(pid: int) -> None:
    """Wait until a process has done next to nothing for a second; at most ten minutes, then it is busy for good."""
    ends, before = time.monotonic() + CALM_WITHIN_S, cpu_seconds(pid)
    while time.monotonic() < ends:
        time.sleep(1)
        if (now := cpu_seconds(pid)) - before <= CALM_S:
            return
        before = now


def of_daemon(rituals: int, settle_s: float, seconds: float) -> Idle:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with running(config_of(folder, rituals, pages=True), folder / "state") as daemon:
            return idle(daemon.process.pid, settle_s, seconds)


def measure(sizes: tuple[int, ...], settle_s: float, seconds: float) -> list[Row]:
    rows = []
    for rituals in sizes:
        found = of_daemon(rituals, settle_s, seconds)
        rows.append(row(f"{rituals:,} rituals, idle", "% CPU", [found.cpu_percent], goal=below(GOAL_PERCENT)))
        rows.append(row(f"{rituals:,} rituals, resident", "MiB", [found.resident_mib]))
    return rows


def main() -> None:
    parser = options(__doc__, repeat=1)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    rows = measure((10,), 0.5, 0.5) if given.small else measure((10, 10_000), SETTLE_S, given.seconds)
    report(rows, given.json)


if __name__ == "__main__":
    main()
