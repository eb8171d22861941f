"""What it costs to hold many rituals: restart until ready, memory beyond that of ten, and CPU while idle; beside
APScheduler alone with as many cron jobs in its memory store, in a process of its own.

python -m bench.schedules [--sizes 10 1000 100000] [--full] [--seconds 20] [--repeat 1] [--json] [--small]
[--profile]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from argparse import SUPPRESS
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.idle import idle
from bench.running import config_of, ready_seconds, running
from bench.samples import sampled
from bench.timing import Goal, Row, at_most, in_turn, options, report, row
from ritualsd.daemon.notify import Notifier
from ritualsd.daemon.reload import load_or_refuse
from ritualsd.daemon.wiring import open_live

SCHEDULER = "APScheduler, memory"
SETTLE_S = 5.0
FASTER, SMALLER = at_most(1 / 20), at_most(1 / 20)
AS_IDLE = Goal(sign="≤", value=0.1, of="figure")


@dataclass(frozen=True, slots=True)
class Held:
    """One process that holds so many rituals: seconds until it is ready, MiB resident, hundredths of a core idle."""

    rituals: int
    ready_s: float
    resident_mib: float
    cpu_percent: float


def ours(folder: Path, rituals: int, settle_s: float, seconds: float) -> Held:
    """The real daemon, started again on a ledger that has them all."""
    with running(folder / f"config-{rituals}.toml", folder / f"state-{rituals}") as (pid, ready_s):
        found = idle(pid, settle_s, seconds)
    return Held(rituals, ready_s, found.resident_mib, found.cpu_percent)


def theirs(folder: Path, rituals: int, settle_s: float, seconds: float) -> Held:
    """Cron jobs as APScheduler's user guide adds them, until it runs: a memory store has to be filled each time."""
    began = time.perf_counter()
    with holding(rituals) as process:
        ready_s = time.perf_counter() - began
        found = idle(process.pid, settle_s, seconds)
    return Held(rituals, ready_s, found.resident_mib, found.cpu_percent)


@contextmanager
def holding(rituals: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process in which APScheduler holds so many jobs, once it does."""
    command = [sys.executable, "-m", "bench.schedules", "--hold", str(rituals)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.terminate()


def hold(rituals: int) -> None:
    """Be that process, until ended."""
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.cron import CronTrigger

    scheduler = BackgroundScheduler(timezone="UTC")
    for number in range(rituals):
        trigger = CronTrigger(day_of_week="sun", hour=number % 24, minute=number % 60, timezone="UTC")
        scheduler.add_job(print, trigger)
    scheduler.start()
    print("ready", flush=True)
    sys.stdin.read()


# ── rows ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Size:
    """All repeats of one number of rituals: ours and, unless there are too many for it, the scheduler's."""

    rituals: int
    first_s: float
    ours: list[Held]
    theirs: list[Held]


def sized(folder: Path, rituals: int, repeat: int, settle_s: float, seconds: float, peer_most: int) -> Size:
    config = config_of(folder, rituals)
    first_s = ready_seconds(config, folder / f"state-{rituals}")
    contenders = {"ours": ours, "theirs": theirs} if rituals <= peer_most else {"ours": ours}
    ways = {name: partial(way, folder, rituals, settle_s, seconds) for name, way in contenders.items()}
    found = in_turn(ways, repeat)
    return Size(rituals, first_s, found["ours"], found.get("theirs", []))


def rows_of(size: Size, least: Size) -> list[Row]:
    """What a number of rituals costs; what is judged is what the issue names: a hundred thousand."""
    judged = size.rituals == 100_000
    head = f"{size.rituals:,} rituals"
    starting = [
        row(f"{head}: first start", "s", [size.first_s]),
        beside(f"{head}: restart until ready", "s", ready(size.ours), ready(size.theirs), FASTER if judged else None),
    ]
    if size is least:
        return starting
    return [
        *starting,
        beside(
            f"{head}: memory beyond {least.rituals:,}", "MiB", growth(size.ours, least.ours),
            growth(size.theirs, least.theirs), SMALLER if judged else None,
        ),
        row(
            f"{head}: idle CPU beyond {least.rituals:,}", "% CPU",
            [each.cpu_percent - few.cpu_percent for each, few in zip(size.ours, least.ours, strict=True)],
            goal=AS_IDLE if judged else None,
        ),
    ]  # fmt: skip


def beside(name: str, unit: str, mine: list[float], others: list[float], goal: Goal | None) -> Row:
    """Beside the scheduler, where it was run and has a figure to stand beside."""
    if not others or min(others) <= 0:
        return row(name, unit, mine)
    return row(name, unit, mine, peer=SCHEDULER, theirs=others, goal=goal)


def ready(held: list[Held]) -> list[float]:
    return [each.ready_s for each in held]


def growth(held: list[Held], least: list[Held]) -> list[float]:
    return [each.resident_mib - few.resident_mib for each, few in zip(held, least, strict=False)]


def million(sizes: list[Size]) -> list[Row]:
    by_size = {size.rituals: size for size in sizes}
    if not {100_000, 1_000_000} <= by_size.keys():
        return []
    most, many = ready(by_size[1_000_000].ours), ready(by_size[100_000].ours)
    return [row("1,000,000 rituals: restart beside 100,000", "s", most, peer="100,000", theirs=many, goal=at_most(2.0))]


def points(sizes: list[Size]) -> list[dict[str, object]]:
    """Every process that was watched, for the plot."""
    return [
        {"who": who} | asdict(held)
        for size in sizes
        for who, many in (("ritualsd", size.ours), (SCHEDULER, size.theirs))
        for held in many
    ]


def profile(rituals: int) -> None:
    """Say what the daemon does when it starts again with so many rituals: in this process, up to where it is ready."""
    with TemporaryDirectory() as name:
        config, state = config_of(Path(name), rituals), Path(name) / "state"
        ready_seconds(config, state)
        with sampled() as samples:
            loaded = load_or_refuse(config, os.environ)
            assert loaded.settings is not None
            live = open_live(
                loaded.settings, state, os.environ, Notifier.from_env({}), lambda _: None, no_plugins=True
            )  # fmt: skip
            live.bring_in_line(live.settings)
        live.world.store.close()
    print(samples.top())


def main() -> None:
    parser = options(__doc__, repeat=1)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 1_000, 100_000])
    parser.add_argument("--full", action="store_true", help="a million, too, without the peer")
    parser.add_argument("--seconds", type=float, default=20, help="how long each is watched while idle")
    parser.add_argument("--profile", action="store_true", help="only what a restart with the largest size is busy with")
    parser.add_argument("--hold", type=int, help=SUPPRESS)
    given = parser.parse_args()
    if given.profile:
        profile(max(given.sizes))
        return
    if given.hold is not None:
        hold(given.hold)
        return
    sizes = [10, 30] if given.small else [*given.sizes, *([1_000_000] if given.full else [])]
    settle_s, seconds = (0.1, 0.2) if given.small else (SETTLE_S, given.seconds)
    with TemporaryDirectory() as name:
        found = [sized(Path(name), size, given.repeat, settle_s, seconds, 100_000) for size in sizes]
    rows = [row for size in found for row in rows_of(size, found[0])] + million(found)
    report(rows, given.json, points=points(found))


if __name__ == "__main__":
    main()
