"""Kill a process with SIGKILL at random instants while replies arrive, and count those it confirmed and then lost.

    python -m tests.system.reply_kills --kills 10000

Each life opens the same ledger, goes on where its source had read to, keeps replies of two people by the verb every
source uses, and confirms each one after it returned. Exit status 0: none that was confirmed is missing, none is there
twice, and every slot both answered has its reveal. With `--confirm-first` each reply is confirmed before it is kept:
the harness must then report losses, or it proves nothing.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from select import select

from ritualsd.flow.collect import collect
from ritualsd.flow.simulate import VirtualClock
from ritualsd.model import Incoming, Occurrence
from ritualsd.ports import Store, World
from ritualsd.store import open_store
from ritualsd.testing import ListContent, ScriptedSender
from tests.builders import person, ritual, settings

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SLOTS = 200
MOST_IN_A_LIFE = 6
LONGEST_PAUSE_S = 0.004
PATIENCE_S = 30.0
SOURCE = "source.test"
HOME = settings(
    ritual("check-in", to=("ana", "ben"), ask="text", reveal="together"), people=(person("ana"), person("ben"))
)
Confirm = Callable[[int], None]


def asked(number: int) -> str:
    """Which occurrence the reply with this number answers; after the last slot come edits of the first."""
    slot = (number - 1) // 2 % SLOTS
    return f"check-in@{(NOW + timedelta(slot)).date()}/{'ana' if number % 2 else 'ben'}"


def prepare(store: Store) -> None:
    """A message to each of two people on each of many days."""
    days = [NOW + timedelta(day) for day in range(SLOTS)]
    store.record([
        Occurrence(
            ritual="check-in", slot=day.date().isoformat(), person=who, due_utc=day,
            slot_local=day.replace(tzinfo=None), zone="UTC",
        )
        for day in days
        for who in ("ana", "ben")
    ])  # fmt: skip


def live(state: Path, confirm: Confirm, *, confirm_first: bool) -> None:
    """Take replies until the end. The first thing said is how far the record goes."""
    store = open_store(state, clock_now=NOW)
    world = World(
        store=store, content=ListContent(), sender=ScriptedSender(), clock=VirtualClock(NOW), emit=lambda _: None,
        boot="one",
    )  # fmt: skip
    number = int(store.recall(SOURCE) or 0)
    confirm(number)
    while True:
        number += 1
        incoming = Incoming(
            occurrence=asked(number), person="ana" if number % 2 else "ben", text=f"reply {number}", source="test",
            source_msg_id=str(number), received_utc=NOW, cursor=(SOURCE, str(number)),
        )  # fmt: skip
        if confirm_first:
            confirm(number)
        collect(world, HOME, incoming, NOW)
        if not confirm_first:
            confirm(number)


@dataclass
class Result:
    """Figures of one run. `lost`: confirmed and missing. `twice`: kept more than once. `unshared`: slots both people
    answered whose reveal is missing, and those with a reveal that one of them did not answer."""

    kills: int = 0
    confirmed: int = 0
    lost: int = 0
    twice: int = 0
    unshared: int = 0

    @property
    def holds(self) -> bool:
        return self.confirmed > 0 and not (self.lost or self.twice or self.unshared)


def run(state: Path, kills: int, seed: int, *, confirm_first: bool = False) -> Result:
    """Kill `kills` lives of one ledger, then look at it."""
    rng, result = random.Random(seed), Result()
    store = open_store(state, clock_now=NOW)
    prepare(store)
    store.close()
    while result.kills < kills:
        told = _one_life(state, rng, confirm_first)
        result.kills += 1
        if told:
            result.lost += max(0, result.confirmed - told[0])
            result.confirmed = max(result.confirmed, told[-1])
    _count(state, result)
    return result


def _one_life(state: Path, rng: random.Random, confirm_first: bool) -> list[int]:
    """What one life said before it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            live(state, lambda number: _say(writing, number), confirm_first=confirm_first)
        finally:
            os._exit(1)  # a copy of the test must never go on as a test
    os.close(writing)
    told = b""
    enough, until = rng.randint(0, MOST_IN_A_LIFE), time.monotonic() + PATIENCE_S
    while told.count(b"\n") < enough and time.monotonic() < until and select([reading], [], [], PATIENCE_S)[0]:
        if not (more := os.read(reading, 4096)):
            break
        told += more
    time.sleep(rng.uniform(0, LONGEST_PAUSE_S))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reading, 4096):
        told += more
    os.close(reading)
    return [int(line) for line in told.split()]


def _say(writing: int, number: int) -> None:
    os.write(writing, b"%d\n" % number)


def _count(state: Path, result: Result) -> None:
    store = open_store(state, clock_now=NOW)
    reached = int(store.recall(SOURCE) or 0)
    result.lost += max(0, result.confirmed - reached)
    kept = [
        reply.source_msg_id
        for number in range(1, 2 * SLOTS + 1)
        if (entry := store.find(asked(number)))
        for reply in store.replies(entry.occurrence.id)
    ]
    result.twice = len(kept) - len(set(kept))
    result.lost += reached - len(set(kept))
    for slot in range(SLOTS):
        day = (NOW + timedelta(slot)).date().isoformat()
        revealed = any(row.part for row in store.at_slot("check-in", day))
        result.unshared += revealed != (len(store.answers_at("check-in", day, "")) == 2)
    store.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--confirm-first", action="store_true", help="confirm before keeping: the planted fault")
    given = parser.parse_args()
    total, began = Result(), time.monotonic()
    while total.kills < given.kills:
        with tempfile.TemporaryDirectory(prefix="ritualsd-replies-") as folder:
            kills, seed = min(500, given.kills - total.kills), given.seed + total.kills
            part = run(Path(folder) / "state", kills, seed, confirm_first=given.confirm_first)
        total = Result(*(a + b for a, b in zip(vars(total).values(), vars(part).values(), strict=True)))
        print(f"seed {given.seed}, {time.monotonic() - began:.0f} s: {total}", flush=True)
    print("holds" if total.holds else "BROKEN")
    return 0 if total.holds else 1


if __name__ == "__main__":
    sys.exit(main())
