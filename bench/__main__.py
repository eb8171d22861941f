"""Runs every benchmark, one after another, and ends with one table: each goal, the figure, reached or missed.

python -m bench [NAME ...] [--json] [--small] [--profile]
With --profile a benchmark that missed a goal is followed by what ours was busy with. `bench.scale` and `bench.zones`
take long, and are run by themselves.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence

from bench.timing import Row, from_plain, report, table

NAMES = ["start", "idle", "when", "remind", "plugins", "send", "ledger", "end_to_end", "burst", "schedules", "engine"]
PROFILED = {"start", "ledger", "end_to_end", "burst", "schedules", "engine"}


def rows_of(name: str, small: bool) -> list[Row]:
    """What one bench measured. Raises SystemExit when it could not."""
    command = [sys.executable, "-m", f"bench.{name}", "--json", *(["--small"] if small else [])]
    ran = subprocess.run(command, check=False, stdout=subprocess.PIPE)
    if ran.returncode:
        raise SystemExit(f"bench.{name} ended with {ran.returncode}")
    return [from_plain(each) for each in json.loads(ran.stdout)["rows"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these of: {', '.join(NAMES)}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--small", action="store_true", help="as little as runs at all: a look, not a measurement")
    parser.add_argument("--profile", action="store_true", help="where a goal was missed, say what took the time")
    given = parser.parse_args()
    if unknown := set(given.names) - set(NAMES):
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    found = {name: say(name, rows_of(name, given.small), given.json) for name in given.names or NAMES}
    for name, rows in found.items():
        if given.profile and name in PROFILED and any(row.reached is False for row in rows):
            say_why(name)
    goals = [row for rows in found.values() for row in rows if row.goal]
    if not given.json:
        print("\n== goals")
    report(goals, given.json)


def say(name: str, rows: Sequence[Row], quiet: bool) -> Sequence[Row]:
    """Each bench is shown as soon as it is done."""
    if not quiet:
        print(f"\n== {name}\n{table(rows)}", flush=True)
    return rows


def say_why(name: str) -> None:
    """On standard error, so that it is in nobody's way."""
    print(f"\n== why bench.{name} missed", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", f"bench.{name}", "--profile"], check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main()
