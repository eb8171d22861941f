"""What it costs to hold many rituals, in households of ten: restart until ready, memory beyond that of ten, and CPU
while idle; beside APScheduler alone with as many cron jobs in its memory store, in a process of its own.

python -m bench.schedules [--sizes 10 1000 100000] [--full] [--one-file] [--seconds 20] [--repeat 1] [--json] [--small]
[--profile]
"""

from __future__ import annotations

import subprocess
import sys
import time
from argparse import SUPPRESS, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.idle import calm, idle
from bench.running import Running, change_some, config_of, cpu_seconds, households_of, running
from bench.timing import Goal, Row, at_most, below, in_turn, options, report, row, table
from ritualsd.config.households import SETTLE
from ritualsd.core.events import E

SCHEDULER = "APScheduler, memory"
PEER_MOST = 100_000  # jobs; a million take it longer than anybody waits
JUDGED, MILLION = 100_000, 1_000_000
SETTLE_S = 5.0
FASTER, SMALLER, AS_IDLE = at_most(1 / 20), at_most(1 / 20), below(0.1)
SHARE, WHAT_CHANGED = 1000, at_most(1 / 50)  # of so many households one changed


@dataclass(frozen=True, slots=True)
class Held:
    """One process that holds so many rituals: seconds until it is ready, and of CPU, which a busy machine leaves alone;
    MiB resident, hundredths of a core idle."""

    rituals: int
    ready_s: float
    ready_cpu_s: float
    resident_mib: float
    cpu_percent: float


@dataclass(frozen=True, slots=True)
class Watch:
    """How long a process settles, and how long it is watched then."""

    settle_s: float
    seconds: float

    def of(self, rituals: int, pid: int, ready_s: float) -> Held:
        ready_cpu_s = cpu_seconds(pid)
        found = idle(pid, self.settle_s, self.seconds)
        return Held(rituals, ready_s, ready_cpu_s, found.resident_mib, found.cpu_percent)


def ours(folder: Path, rituals: int, watch: Watch) -> Held:
    """The real daemon, started again on a ledger that has them all."""
    with again(folder, rituals) as daemon:
        return watch.of(rituals, daemon.process.pid, daemon.ready_s)


@contextmanager
def again(folder: Path, rituals: int) -> Iterator[Running]:
    with running(folder / f"config-{rituals}.toml", folder / f"state-{rituals}") as daemon:
        yield daemon


def theirs(folder: Path, rituals: int, watch: Watch) -> Held:
    """Cron jobs as APScheduler's user guide adds them, until it runs: a memory store has to be filled each time."""
    began = time.perf_counter()
    with holding(rituals) as process:
        return watch.of(rituals, process.pid, time.perf_counter() - began)


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


# ── one number of rituals ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Size:
    """All repeats of one number of rituals: ours and, unless there are too many for it, the scheduler's.

    `changed` are how many households changed before another restart, and the seconds until all were taken up.
    """

    rituals: int
    first_s: float
    ours: list[Held]
    theirs: list[Held]
    changed: tuple[int, float] | None


def sized(folder: Path, rituals: int, repeat: int, watch: Watch, one_file: bool) -> Size:
    (config_of if one_file else households_of)(folder, rituals)
    first_s = taken_up(folder, rituals, one_file)
    contenders = {"ours": ours, "theirs": theirs} if rituals <= PEER_MOST else {"ours": ours}
    found = in_turn({name: partial(way, folder, rituals, watch) for name, way in contenders.items()}, repeat)
    changed = None if one_file else (change_some(folder, rituals, SHARE), taken_up(folder, rituals, one_file))
    return Size(rituals, first_s, found["ours"], found.get("theirs", []), changed)


def taken_up(folder: Path, rituals: int, one_file: bool) -> float:
    """Seconds from a start until all that is new or changed is in force; it runs on until it has nothing to do."""
    time.sleep(SETTLE.total_seconds())  # what was only just written is not taken for whole
    with again(folder, rituals) as daemon:
        seconds = daemon.ready_s if one_file else daemon.until(E.HOUSEHOLDS_SCANNED)
        calm(daemon.process.pid)
        return seconds


# ── rows ──────────────────────────────────────────────────────────────────────────────────────


def rows_of(size: Size, least: Size) -> list[Row]:
    """What a number of rituals costs; what is judged is what the issue names: a hundred thousand."""
    judged = size.rituals == JUDGED
    head = f"{size.rituals:,} rituals"
    return [
        row(f"{head}: first start, until all are taken up", "s", [size.first_s]),
        beside(f"{head}: restart until ready", "s", ready(size.ours), ready(size.theirs), FASTER if judged else None),
        beside(f"{head}: the same in CPU", "s", ready_cpu(size.ours), ready_cpu(size.theirs), None),
        *changed_rows(size, head),
        *([] if size is least else beyond(size, least, head, judged)),
    ]


def changed_rows(size: Size, head: str) -> list[Row]:
    if size.changed is None:
        return []
    count, seconds = size.changed
    name = f"{head}: restart until {count:,} changed household{'s are' if count > 1 else ' is'} taken up"
    goal = WHAT_CHANGED if count > 1 else None
    return [row(name, "s", [seconds], peer="first start", theirs=[size.first_s], goal=goal)]


def beyond(size: Size, least: Size, head: str, judged: bool) -> list[Row]:
    cpu = [each.cpu_percent - few.cpu_percent for each, few in zip(size.ours, least.ours, strict=True)]
    return [
        beside(
            f"{head}: memory beyond {least.rituals:,}", "MiB", growth(size.ours, least.ours),
            growth(size.theirs, least.theirs), SMALLER if judged else None,
        ),
        row(f"{head}: idle CPU beyond {least.rituals:,}", "% CPU", cpu, goal=AS_IDLE if judged else None),
    ]  # fmt: skip


def beside(name: str, unit: str, mine: list[float], others: list[float], goal: Goal | None) -> Row:
    """Beside the scheduler."""
    return row(name, unit, mine, peer=SCHEDULER, theirs=others, goal=goal)


def ready(held: list[Held]) -> list[float]:
    return [each.ready_s for each in held]


def ready_cpu(held: list[Held]) -> list[float]:
    return [each.ready_cpu_s for each in held]


def growth(held: list[Held], least: list[Held]) -> list[float]:
    return [each.resident_mib - few.resident_mib for each, few in zip(held, least, strict=False)]


def million(sizes: list[Size]) -> list[Row]:
    by_size = {size.rituals: size for size in sizes}
    if not {JUDGED, MILLION} <= by_size.keys():
        return []
    most, many = ready(by_size[MILLION].ours), ready(by_size[JUDGED].ours)
    return [row("1,000,000 rituals: restart beside 100,000", "s", most, peer="100,000", theirs=many, goal=at_most(2.0))]


def points(sizes: list[Size]) -> list[dict[str, object]]:
    """Every process that was watched, for the plot."""
    return [
        {"who": who} | asdict(held)
        for size in sizes
        for who, many in (("ritualsd", size.ours), (SCHEDULER, size.theirs))
        for held in many
    ]


def profile(rituals: int, one_file: bool) -> None:
    """Say what the daemon is busy with when it starts again, until it is ready."""
    with TemporaryDirectory() as name:
        folder, seen = Path(name), Path(name) / "seen"
        config = (config_of if one_file else households_of)(folder, rituals)
        taken_up(folder, rituals, one_file)
        with running(
            config, folder / f"state-{rituals}", [sys.executable, "-m", "bench.samples", str(seen), "ritualsd"]
        ):
            pass
        print(seen.read_text())


def asked() -> Namespace:
    parser = options(__doc__, repeat=1)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 1_000, JUDGED])
    parser.add_argument("--full", action="store_true", help="a million, too, without the peer")
    parser.add_argument("--one-file", action="store_true", help="all in one file, which is parsed at each start")
    parser.add_argument("--seconds", type=float, default=20, help="how long each is watched while idle")
    parser.add_argument("--profile", action="store_true", help="only what a restart with the largest size is busy with")
    parser.add_argument("--hold", type=int, help=SUPPRESS)
    return parser.parse_args()


def main() -> None:
    given = asked()
    if given.hold is not None:
        hold(given.hold)
        return
    if given.profile:
        profile(max(given.sizes), given.one_file)
        return
    sizes = [10, 30] if given.small else [*given.sizes, *([MILLION] if given.full else [])]
    watch = Watch(0.1, 0.2) if given.small else Watch(SETTLE_S, given.seconds)
    with TemporaryDirectory() as name:
        found = []
        for size in sizes:
            found.append(sized(Path(name), size, given.repeat, watch, given.one_file))
            print(table(rows_of(found[-1], found[0])), file=sys.stderr, flush=True)  # the next may take long
    rows = [row for size in found for row in rows_of(size, found[0])] + million(found)
    report(rows, given.json, points=points(found))


if __name__ == "__main__":
    main()
