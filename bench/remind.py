"""Our calendar beside `remind`, the C program (Debian's package `remind`), for the same rituals: every time of a year,
and the next time of each, by CPU time. Without `remind` installed it measures ours alone.

python -m bench.remind [--rituals 10000] [--repeat 3] [--json] [--small]
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bench.timing import Goal, Row, at_least, in_turn, options, report, row
from ritualsd.core.recur import next_due, slots
from ritualsd.core.when import parse

ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 365


def at(number: int) -> str:
    return f"{number % 24:02}:{number % 60:02}"


def our_year(rituals: int) -> int:
    """How many times so many daily rituals have in twelve months, each found."""
    return sum(
        1
        for number in range(rituals)
        for _ in islice(slots(parse(f"every day at {at(number)}"), ZONE, START), DAYS)
    )  # fmt: skip


def our_next(rituals: int) -> int:
    return sum(next_due(parse(f"every day at {at(number)}"), ZONE, START) is not None for number in range(rituals))


def their_lines(file: Path, *given: str) -> int:
    """How many lines `remind` says about the file."""
    with subprocess.Popen(["remind", *given, str(file), "2026-01-01"], stdout=subprocess.PIPE) as remind:
        assert remind.stdout is not None
        return sum(chunk.count(b"\n") for chunk in iter(partial(remind.stdout.read, 1 << 20), b""))


def pace(work: Callable[[], int]) -> float:
    """Times found in a second of CPU, that of a process it starts included."""
    before = cpu_s()
    found = work()
    return found / (cpu_s() - before)


def cpu_s() -> float:
    """User and system seconds of this process and of those it started that ended."""
    used = map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def beside(name: str, ours: Callable[[], int], theirs: Callable[[], int], repeat: int, goal: Goal | None) -> Row:
    if shutil.which("remind") is None:
        return row(f"{name} (remind is not installed)", "/s", [pace(ours) for _ in range(repeat)])
    found = in_turn({"ours": partial(pace, ours), "remind": partial(pace, theirs)}, repeat)
    return row(name, "/s", found["ours"], peer="remind", theirs=found["remind"], goal=goal)


def measure(rituals: int, repeat: int) -> list[Row]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "daily.rem"
        file.write_text("".join(f"REM AT {at(number)} MSG ritual {number}\n" for number in range(rituals)))
        return [
            beside(
                f"a year of {rituals:,} daily rituals", partial(our_year, rituals),
                partial(their_lines, file, "-s12"), repeat, at_least(3.0),
            ),
            beside(
                f"the next of {rituals:,} daily rituals", partial(our_next, rituals),
                partial(their_lines, file, "-n"), repeat, None,
            ),
        ]  # fmt: skip


def main() -> None:
    parser = options(__doc__, repeat=1)
    parser.add_argument("--rituals", type=int, default=10_000)
    given = parser.parse_args()
    report(measure(50 if given.small else given.rituals, given.repeat), given.json)


if __name__ == "__main__":
    main()
