"""How late a burst is: so many due at one instant, recorded durably and claimed, beside schedulers that only call a
job that does nothing and keep no record: APScheduler with its memory store, and a bare heap.

python -m bench.burst [--due 10000] [--held 10000] [--repeat 3] [--json] [--small] [--profile]
"""

from __future__ import annotations

import heapq
import json
import sys
import time
from argparse import SUPPRESS
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Flag

from bench.due import DUE, Due, due_at_once
from bench.samples import sampled
from bench.timing import Row, apart, at_most, centile, in_turn, options, report, row
from ritualsd.flow.adopt import adopt
from ritualsd.flow.courier import Courier
from ritualsd.flow.deliver import Parcel
from ritualsd.flow.plan import plan
from ritualsd.model import Delivery
from ritualsd.testing import ScriptedSender

SCHEDULER, HEAP, CLAIMED, RECORDED = "APScheduler, memory", "bare heap", "claimed", "recorded"
NOWHERE = "json://127.0.0.1/"
Late = dict[str, float]


class Claiming(Courier):
    """The courier of the daemon, who goes no further than the claim."""

    def __init__(self, burst: Due) -> None:
        super().__init__(lambda: (burst.world, burst.settings))
        self._burst = burst

    def claim(self, deliveries: Sequence[Delivery]) -> dict[int, Parcel]:
        for _ in super().claim(deliveries):
            self._burst.note_late()
        return {}


def claimed(due: int, held: int, folder: Path) -> Late:
    """Words made ahead as always; at the instant the engine of the daemon claims each, on disk before the next step."""
    with due_at_once(due, NOWHERE, folder, ScriptedSender(), idle=held - due) as burst:
        began = time.perf_counter()
        burst.plan_ahead()
        ahead_s = time.perf_counter() - began

        burst.run(Claiming(burst), due)
        return lateness(burst.late_s) | {"ahead_ms": 1000 * ahead_s / due}


def recorded(due: int, held: int, folder: Path) -> Late:
    """Nothing made ahead, as after a sleep: from the instant until the last occurrence is on disk."""
    with due_at_once(due, NOWHERE, folder, ScriptedSender(), idle=held - due) as burst:
        adopt(burst.world, burst.settings, burst.clock.now())
        burst.clock.move_to(DUE)
        while len(burst.world.store.to_prepare(DUE, due)) < due:
            plan(burst.world, burst.settings, DUE)
        burst.note_late()
        return lateness(burst.late_s)


def by_scheduler(due: int, held: int, folder: Path) -> Late:
    """Cron jobs as APScheduler's user guide adds them, with its own ten threads; none is dropped for being late."""
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.cron import CronTrigger

    late_s: list[float] = []
    done = Flag()

    def job() -> None:
        late_s.append((datetime.now(UTC) - instant).total_seconds())
        if len(late_s) == due:
            done.set()

    loads_s = 5 + held / 2_000 + (held / 10_000) ** 2  # it looks through all jobs for the place of each
    instant = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=round(loads_s))
    scheduler = BackgroundScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None})
    scheduler.start()
    at = {"hour": instant.hour, "minute": instant.minute, "second": instant.second}
    for number in range(held):
        away = {} if number < due else {"month": (instant.month + 5) % 12 + 1}
        scheduler.add_job(job, CronTrigger(timezone=UTC, **at, **away))
    if datetime.now(UTC) >= instant:
        raise SystemExit(f"this machine is too busy to load {held} jobs in {loads_s:.0f} s")
    done.wait()
    scheduler.shutdown()
    return lateness(late_s)


def by_heap(due: int, held: int, folder: Path) -> Late:
    """The least that any scheduler does: wait for the first, take all that are due."""
    instant = time.time() + 0.5
    heap = [(instant if number < due else instant + 86400, number) for number in range(held)]
    heapq.heapify(heap)
    time.sleep(max(0.0, instant - time.time()))
    late_s: list[float] = []
    while len(late_s) < due:
        heapq.heappop(heap)
        late_s.append(time.time() - instant)
    return lateness(late_s)


def lateness(late_s: list[float]) -> Late:
    return {"p50_s": centile(late_s, 50), "p99_s": centile(late_s, 99)}


WAYS: dict[str, Callable[[int, int, Path], Late]] = {
    SCHEDULER: by_scheduler, HEAP: by_heap, CLAIMED: claimed, RECORDED: recorded,
}  # fmt: skip


def in_process(way: str, due: int, held: int, profile: bool) -> Late:
    with TemporaryDirectory() as folder:
        if not profile:
            return WAYS[way](due, held, Path(folder) / "state")
        with sampled(during=Due.run.__qualname__ if way == CLAIMED else "") as samples:
            found = WAYS[way](due, held, Path(folder) / "state")
        print(samples.top(), file=sys.stderr)
        return found


def measure(due: int, held: int, repeat: int) -> list[Row]:
    def one(way: str) -> Late:
        return dict(apart("bench.burst", "--way", way, "--due", due, "--held", held))

    found = in_turn({way: partial(one, way) for way in WAYS}, repeat)

    def of(way: str, key: str) -> list[float]:
        return [each[key] for each in found[way]]

    def beside(name: str, way: str, key: str, peer: str, goal: float | None = None) -> Row:
        wanted = at_most(goal) if goal else None
        return row(name, "s late", of(way, key), peer=peer, theirs=of(peer, key), goal=wanted)

    head = f"{due:,} due of {held:,}"
    return [
        beside(f"{head}: claimed (WAL, FULL), p99 beside {SCHEDULER}", CLAIMED, "p99_s", SCHEDULER, 1.0),
        beside(f"{head}: claimed (WAL, FULL), half of them", CLAIMED, "p50_s", SCHEDULER),
        beside(f"{head}: claimed (WAL, FULL), p99 beside a {HEAP}", CLAIMED, "p99_s", HEAP),
        beside(f"{head}: nothing planned before, the last recorded", RECORDED, "p99_s", SCHEDULER),
        row(f"{head}: planning and wording one, ahead of time", "ms", of(CLAIMED, "ahead_ms")),
    ]


def main() -> None:
    parser = options(__doc__, repeat=3)
    parser.add_argument("--due", type=int, default=10_000)
    parser.add_argument("--held", type=int, default=0, help="rituals there are in all (as many as are due)")
    parser.add_argument("--profile", action="store_true", help="only ours, with what it was busy with")
    parser.add_argument("--way", choices=WAYS, help=SUPPRESS)
    given = parser.parse_args()
    due = 50 if given.small else given.due
    held = max(given.held, due)
    if given.way or given.profile:
        print(json.dumps(in_process(given.way or CLAIMED, due, held, given.profile)))
        return
    report(measure(due, held, 1 if given.small else given.repeat), given.json)


if __name__ == "__main__":
    main()
