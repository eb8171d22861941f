"""A practice: many households on one machine. The first look at all of them, a start with few changed, idling, and many
messages due at one instant, beside APScheduler alone holding as many cron jobs.

python -m bench.scale [--households 1000] [--rituals 10] [--due 1000] [--full] [--json] [--small]
"""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from bench.due import MovedClock
from bench.idle import idle
from bench.running import free_port, ready_seconds, running
from bench.timing import Row, apart, at_most, below, centile, options, report, row
from ritualsd.config import load
from ritualsd.config.households import SETTLE
from ritualsd.core.events import E
from ritualsd.daemon.app import DELIVERIES
from ritualsd.daemon.notify import Notifier
from ritualsd.daemon.scanning import Scan
from ritualsd.daemon.wiring import open_live
from ritualsd.engine.embedded import EmbeddedEngine
from ritualsd.flow.plan import LEAD

FULL = {"households": 100_000, "rituals": 10, "due": 10_000}
CHANGED = 100
REPEAT = 3
SETTLE_S, WATCH_S = 10.0, 20.0
PATIENCE_S = 1200.0
NEARLY = timedelta(seconds=0.5)
MICROSECOND = timedelta(microseconds=1)

NOON = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=12)
FAR = NOON.date() + timedelta(days=3)
"""Everything but the burst is first due on this day, so that nothing happens meanwhile."""


def village(folder: Path, households: int, rituals: int) -> Path:
    """The configuration of so many households with so many rituals each, a file for each."""
    within = folder / "households"
    within.mkdir()
    for number in range(households):
        (within / name_of(number)).write_text(household(number, rituals))
    path = folder / "config.toml"
    path.write_text(f'timezone = "UTC"\nhouseholds = "households"\n[web]\nbind = "127.0.0.1:{free_port()}"\n')
    return path


def name_of(number: int) -> str:
    return f"h{number:06}.toml"


def household(number: int, rituals: int, *, words: str = "note", at_noon: bool = False) -> str:
    """One person and rituals every other week; `at_noon` one more, that is due tomorrow at noon."""
    text = f'[people.ana]\nname = "Ana {number}"\n\n' + "".join(
        f'[rituals.r{n}]\nwhen = "every other {FAR:%A} at {(number + n) % 24:02}:{number % 60:02} from {FAR}"\n'
        f'to = "ana"\nmessage = "{words} {n}"\nexpires = "2 hours"\nimportance = 3\n\n'
        for n in range(rituals)
    )
    due = f'[rituals.noon]\nwhen = "on {NOON:%Y-%m-%d} at 12:00"\nto = "ana"\nmessage = "It is noon."\n'
    return text + due if at_noon else text


# ── each in a process of its own ──────────────────────────────────────────────────────────────


def first_look(config: Path) -> dict[str, float]:
    """Take every household up, as the daemon does behind its first beats."""
    state = config.parent / "state"
    settings = load(config, {}).settings
    assert settings is not None
    live = open_live(settings, state, {}, Notifier(), lambda _: None, no_plugins=True)
    assert live.houses is not None
    time.sleep(SETTLE.total_seconds())  # what was only just written is not taken for whole
    began, cpu = time.perf_counter(), time.process_time()
    found = Scan(live, live.houses, lambda: None, lambda _: None).look()
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "changed": float(found.changed)}
    live.world.store.close()
    return took | {"mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def burst(config: Path, due: int) -> dict[str, float]:
    """Word what is due tomorrow at noon in so many households, then move the clock there and deliver it."""
    clock = MovedClock()
    clock.move_to(NOON - LEAD + timedelta(minutes=1))
    settings = load(config, {}).settings
    assert settings is not None
    live = open_live(settings, config.parent / "state", {}, Notifier(), lambda _: None, no_plugins=True, clock=clock)
    houses = live.houses
    assert houses is not None
    Scan(live, houses, lambda: None, lambda _: None).look()
    began, cpu = time.perf_counter(), time.process_time()
    while (wake := houses.turn()) is not None and wake <= clock.now() + timedelta(seconds=5):
        time.sleep(max(0.0, min(1.0, (wake - clock.now()).total_seconds())))
    worded = {"worded_s": time.perf_counter() - began, "worded_cpu": time.process_time() - cpu}
    clock.move_to(NOON - NEARLY)
    outbox, ends, cpu = houses.registry.outbox, time.monotonic() + PATIENCE_S, time.process_time()
    engine = EmbeddedEngine(outbox, clock, live.world.emit, workers=DELIVERIES)
    delivering = Thread(target=engine.run, args=(houses, live.stop), daemon=True)
    delivering.start()
    while (left := outbox.next_delivery()) is not None and left <= NOON and time.monotonic() < ends:
        time.sleep(0.2)
    live.stop.set()
    delivering.join()
    sent_cpu = time.process_time() - cpu
    live.world.store.close()
    return worded | lateness(config, due) | {"sent_cpu": sent_cpu}


def lateness(config: Path, due: int) -> dict[str, float]:
    """How late the messages of noon were, as the ledger says."""
    with closing(sqlite3.connect(config.parent / "state" / "ritualsd.db")) as ledger:
        noon = (NOON - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND
        sent = ledger.execute("SELECT sent_utc FROM deliveries WHERE ritual = 'noon' AND state = 'sent'").fetchall()
    late = [(at - noon) / 1e6 for (at,) in sent]
    if len(late) < due:
        raise SystemExit(f"only {len(late)} of {due} messages were sent")
    return {"p50": centile(late, 50), "p99": centile(late, 99), "all": max(late)}


def peer(jobs: int) -> dict[str, float]:
    """APScheduler alone, holding so many cron jobs in memory."""
    from apscheduler.schedulers.background import BackgroundScheduler

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    scheduler = BackgroundScheduler(timezone="UTC")
    for number in range(jobs):
        scheduler.add_job(print, "cron", day_of_week="sun", hour=number % 24, minute=number % 60)
    scheduler.start()
    took = time.perf_counter() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"seconds": took, "mib": max(grown, 1) / 1024}


# ── all together ──────────────────────────────────────────────────────────────────────────────


def settle(config: Path) -> None:
    """As if everybody had been welcomed long ago, and nothing were left to do before the first ritual."""
    with closing(sqlite3.connect(config.parent / "state" / "ritualsd.db")) as ledger, ledger:
        lead = LEAD // MICROSECOND
        ledger.execute("DELETE FROM occurrences WHERE state = 'planned'")
        ledger.execute(
            "UPDATE households SET wake_utc = (SELECT min(next_due_utc) FROM streams"
            f" WHERE streams.household = households.household) - {lead}"
        )


def change(config: Path, numbers: range, rituals: int, *, at_noon: bool = False) -> None:
    """Write these households anew."""
    for number in numbers:
        text = household(number, rituals, words="a note", at_noon=at_noon)
        (config.parent / "households" / name_of(number)).write_text(text)


def taken_up_s(config: Path) -> float:
    """From the start of the daemon until what changed is in force."""
    with running(config, config.parent / "state") as daemon:
        return daemon.until(E.HOUSEHOLDS_SCANNED)


def ten(folder: Path, settle_s: float, watch_s: float) -> tuple[float, float, float]:
    """READY, idle CPU and memory of a daemon with one household of ten rituals."""
    folder.mkdir()
    config = village(folder, 1, 10)
    apart("bench.scale", "--part", "first-look", "--config", config)
    settle(config)
    ready = ready_seconds(config, folder / "state")
    with running(config, folder / "state") as daemon:
        found = idle(daemon.process.pid, settle_s, watch_s)
    return ready, found.cpu_percent, found.resident_mib


def measure(
    folder: Path, *, households: int, rituals: int, due: int, repeat: int, settle_s: float, watch_s: float
) -> list[Row]:
    many, state = households * rituals, folder / "state"
    config = village(folder, households, rituals)
    first = apart("bench.scale", "--part", "first-look", "--config", config)
    settle(config)
    jobs = min(many, 100_000)
    held = apart("bench.scale", "--part", "peer", "--jobs", jobs)
    few_ready, few_cpu, few_mib = ten(folder / "ten", settle_s, watch_s)
    ready = [ready_seconds(config, state) for _ in range(repeat)]
    with running(config, state) as daemon:
        quiet = idle(daemon.process.pid, settle_s, watch_s)
    change(config, range(min(CHANGED, households)), rituals)
    time.sleep(SETTLE.total_seconds())
    changed = taken_up_s(config)
    settle(config)
    change(config, range(households - due, households), rituals, at_noon=True)
    at_noon = apart("bench.scale", "--part", "burst", "--config", config, "--due", due)
    called = f"{many:,} rituals in {households:,} households"
    aps = f"APScheduler, {jobs:,} jobs"
    grown = max(quiet.resident_mib - few_mib, 0.1)
    return [
        row(f"{called}: first look", "s", [first["seconds"]]),
        row("  CPU for each household", "ms", [first["cpu"] * 1000 / households]),
        row("  memory at most", "MiB", [first["mib"]]),
        row("  ledger for each household", "kB", [(state / "ritualsd.db").stat().st_size / households / 1000]),
        row("restart to READY", "s", ready, peer=aps, theirs=[held["seconds"]] * repeat, goal=at_most(0.05)),
        row("restart to READY, 10 rituals", "s", [few_ready]),
        row(
            f"start with {min(CHANGED, households)} changed", "s", [changed], peer="first look",
            theirs=[first["seconds"]], goal=at_most(0.02),
        ),
        row("memory over 10 rituals", "MiB", [grown], peer=aps, theirs=[held["mib"]], goal=at_most(0.05)),
        row("idle", "% CPU", [quiet.cpu_percent], goal=below(few_cpu + 0.2)),
        row("idle, 10 rituals", "% CPU", [few_cpu]),
        row(f"{due:,} households due at once: worded ahead, CPU for each", "ms", [at_noon["worded_cpu"] * 1000 / due]),
        row("  in the inbox, half of them within", "s", [at_noon["p50"]]),
        row("  99 of 100 within", "s", [at_noon["p99"]], goal=below(60)),
        row("  CPU for each", "ms", [at_noon["sent_cpu"] * 1000 / due]),
    ]  # fmt: skip


def main() -> None:
    parser = options(__doc__, repeat=REPEAT)
    parser.add_argument("--households", type=int, default=1000)
    parser.add_argument("--rituals", type=int, default=10)
    parser.add_argument("--due", type=int, default=1000)
    parser.add_argument("--full", action="store_true", help="1,000,000 rituals in 100,000 households")
    parser.add_argument("--part", choices=["first-look", "burst", "peer"], help="one contender, for this bench itself")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--jobs", type=int, default=1000)
    given = parser.parse_args()
    if given.part:
        parts = {"first-look": lambda: first_look(given.config), "burst": lambda: burst(given.config, given.due)}
        print(json.dumps(parts.get(given.part, lambda: peer(given.jobs))()))
        return
    size = FULL if given.full else {"households": given.households, "rituals": given.rituals, "due": given.due}
    if given.small:
        size = {"households": 20, "rituals": 2, "due": 10}
    times = (1, 0.5, 0.5) if given.small else (given.repeat, SETTLE_S, WATCH_S)
    with TemporaryDirectory() as name:
        report(measure(Path(name), **size, repeat=times[0], settle_s=times[1], watch_s=times[2]), given.json)
        shutil.rmtree(name, ignore_errors=True)


if __name__ == "__main__":
    main()
