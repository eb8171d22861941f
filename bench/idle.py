"""What an idle daemon costs: CPU over a minute and resident memory, with 10 rituals and with 10,000.

python -m bench.idle [--seconds 60] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.start import OURS, config_of

TICK = os.sysconf("SC_CLK_TCK")
SETTLE_S = 20.0
GOAL_PERCENT = 0.2


def cpu_seconds(pid: int) -> float:
    """User and system seconds of a process and of its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(value) for value in fields[11:15]) / TICK


def resident_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure(rituals: int, seconds: float) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = config_of(folder, rituals, port=18377)
        process = subprocess.Popen(
            [*OURS, "--config", str(config), "--state", str(folder / "state"), "run"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            time.sleep(SETTLE_S + rituals / 1000)
            before = cpu_seconds(process.pid)
            time.sleep(seconds)
            used = cpu_seconds(process.pid) - before
            return {
                "rituals": rituals,
                "cpu_percent": round(100 * used / seconds, 3),
                "resident_mib": round(resident_mib(process.pid), 1),
            }
        finally:
            process.terminate()
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = [measure(rituals, given.seconds) for rituals in (10, 10_000)]
    if given.json:
        json.dump(rows, sys.stdout, indent=1)
        return
    for row in rows:
        mark = "" if row["cpu_percent"] < GOAL_PERCENT else "  missed"
        print(f"{row['rituals']:>6} rituals: {row['cpu_percent']:.3f} % of a core, {row['resident_mib']} MiB{mark}")


if __name__ == "__main__":
    main()
