"""Kill workers with SIGKILL while they deliver beside each other, restart their database, and count.

    python -m tests.system.many_workers --messages 10000

Starts a PostgreSQL server of its own, a daemon that plans, three workers with one message in flight each, and a
loopback peer that remembers every message. A worker is killed every two seconds and started anew, and the server is
restarted twice. Exit status 0: nothing lost, no more repeats than kills, and every repeat word for word the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from ritualsd.config import load
from ritualsd.store import open_store
from tests.builders import known_already
from tests.postgres import Server, new_server, remove
from tests.system.kills import Peer, Result, listening

PEOPLE = 50
AHEAD = timedelta(minutes=9)  # less than the time by which words are made ahead of theirs
PLANNING_S = 120.0

COPY = """
INSERT INTO {table} SELECT (copied.one).* FROM (
    SELECT jsonb_populate_record(each, jsonb_build_object({changed})) AS one
    FROM {table} each, generate_series(1, {times}) number
) copied
"""
"""Many rows like those there are, so that a run begins before long."""


@dataclass
class Crowd:
    """Planners and workers on one database, and everything they may leave behind.

    `address`: where they find the database, if not simply at `server`. `clocks`: whose is off, by so many seconds.
    `doors`: where the people's phones are, in turns; {n} is the number of the person.
    """

    server: Server
    folder: Path
    port: int
    messages: int
    workers: int = 3
    impatient: bool = False
    address: str = ""
    doors: tuple[str, ...] = ("json://127.0.0.1:{port}/p{n}",)
    clocks: dict[str, float] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: int = 0

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def times(self) -> int:
        return -(-self.messages // PEOPLE)

    def prepare(self) -> None:
        """Everybody known, every message worded and waiting; then its time has come at once."""
        self._write_config()
        settings = load(self.config, {}).settings
        assert settings is not None, load(self.config, {}).problems
        store = open_store(self.folder / "planner", url=settings.storage_url, clock_now=datetime.now(UTC))
        known_already(store, settings, datetime.now(UTC))
        store.close()
        for name in ("planner", *(name for name in self.clocks if name.startswith("planner-"))):
            self.start(name)
        assert until(lambda: self.count("TRUE") >= PEOPLE, PLANNING_S), self.log
        self._multiply()

    def _multiply(self) -> None:
        """The messages of one moment, over and over, each with words of its own."""
        occurrence = "'id', each.id + 1000 * number, 'slot', each.slot || '-' || number"
        words = "'body', replace(each.body, ' of', '-' || number || ' of')"
        self.server.ask(COPY.format(table="occurrences", times=self.times - 1, changed=f"{occurrence}, {words}"))
        delivery = "'id', each.id + 1000 * number, 'occurrence', each.occurrence + 1000 * number"
        self.server.ask(COPY.format(table="deliveries", times=self.times - 1, changed=f"{delivery}, {words}"))

    def let_it_be_time(self, in_s: float = 0.0) -> float:
        """Everything is due in so many seconds; returns the moment."""
        due = time.time() + in_s
        due_us = int(due * 1_000_000)
        self.server.ask(f"UPDATE deliveries SET due_utc = {due_us}, next_attempt_utc = {due_us}")
        return due

    def start(self, name: str) -> None:
        module = ["tests.system.off_clock", str(self.clocks[name])] if name in self.clocks else ["ritualsd"]
        words = [*module, "--config", str(self.config)]
        if name.startswith("planner"):
            words += ["--state", str(self.folder / name), "run"]
        elif self.impatient:
            words = ["tests.system.impatient_worker", str(self.config)]
        else:
            words += ["worker"]
        with (self.folder / "log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *words], cwd=Path(__file__).parents[2], stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def start_workers(self) -> None:
        for number in range(self.workers):
            self.start(f"worker-{number}")

    def kill_one(self, rng: random.Random) -> None:
        name = f"worker-{rng.randrange(self.workers)}"
        process = self.processes[name]
        os.killpg(process.pid, signal.SIGKILL) if rng.random() < 0.5 else process.kill()
        process.wait()
        self.kills += 1
        self.start(name)

    def stop(self, *names: str) -> None:
        """End them in order; what they have in flight is recorded."""
        for name in names:
            self.processes[name].terminate()
        for name in names:
            try:
                self.processes[name].wait(60)
            except subprocess.TimeoutExpired:
                self.processes[name].kill()

    def stop_workers(self) -> None:
        self.stop(*(name for name in self.processes if not name.startswith("planner")))

    def let_time_pass(self) -> None:
        """What dead workers left behind is old at once. Only while no worker is alive, who might be at work on it."""
        ago_us = 3_600_000_000
        self.server.ask(f"UPDATE attempts SET started_utc = started_utc - {ago_us} WHERE ended_utc IS NULL")
        self.server.ask("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'")

    def count(self, where: str) -> int:
        with suppress(psycopg.Error):  # it may not be there yet, or just not now
            return int(str(self.server.ask(f"SELECT count(*) FROM deliveries WHERE {where}")[0][0]))
        return -1

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()[-4000:]

    def close(self) -> None:
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _write_config(self) -> None:
        due = datetime.now(UTC) + AHEAD
        doors = [self.doors[n % len(self.doors)].format(port=self.port, n=n) for n in range(PEOPLE)]
        people = "".join(
            f'[people.p{n}]\nname = "P{n}"\nchannels = {{ phone = "{door}" }}\n' for n, door in enumerate(doors)
        )
        ritual = (
            f'[rituals.flow]\nwhen = "on {due:%Y-%m-%d} at {due:%H:%M}"\nto = "everyone"\n'
            'message = "number 0-{name} of the flow"\n'
        )
        machine = (
            f'timezone = "UTC"\n[web]\nenabled = false\n[storage]\nurl = "{self.address or self.server.url()}"\n'
            '[engine]\nkind = "procrastinate"\n'
        )
        self.config.write_text(machine + people + ritual)


def until(condition: Callable[[], bool], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not condition():
        time.sleep(0.1)
    return condition()


@contextmanager
def crowd(
    messages: int, *, at: Server | None = None, peer: Peer | None = None, **options: Any
) -> Iterator[tuple[Crowd, Peer]]:
    """Everything prepared, nothing due yet, and no worker started. `at`: a server that is somebody else's."""
    peer, folder, server = peer or Peer(), Path(tempfile.mkdtemp(prefix="ritualsd-crowd-")), at or new_server()
    made: Crowd | None = None
    try:
        with listening(peer) as port:
            made = Crowd(server=server, folder=folder, port=port, messages=messages, **options)
            made.prepare()
            yield made, peer
    finally:
        if made is not None:
            made.close()
        if at is None:
            remove(server)
        shutil.rmtree(folder, ignore_errors=True)


def result(crowd: Crowd, peer: Peer, wanted: int = 0) -> Result:
    wanted = wanted or crowd.times * PEOPLE
    repeats = sum(peer.arrived.values()) - len(peer.arrived)
    changed = sum(len(wordings) > 1 for wordings in peer.wordings.values())
    return Result(crowd.kills, wanted, wanted - len(peer.arrived), repeats, changed)


def all_arrived(crowd: Crowd, peer: Peer, without_news_s: float, wanted: int = 0) -> bool:
    """Wait until everything arrived, or nothing new has for a while."""
    wanted = wanted or crowd.times * PEOPLE
    newest, since = -1, time.monotonic()
    while len(peer.arrived) < wanted and time.monotonic() - since < without_news_s:
        if len(peer.arrived) > newest:
            newest, since = len(peer.arrived), time.monotonic()
        time.sleep(0.2)
    return len(peer.arrived) >= wanted


def run(messages: int, kill_every_s: float, restarts: int, seed: int) -> Result:
    rng = random.Random(seed)
    with crowd(messages) as (house, peer):
        wanted = house.times * PEOPLE
        print(f"{wanted} messages are waiting", flush=True)
        house.let_it_be_time()
        house.start_workers()
        started = time.monotonic()
        left = [wanted * (n + 1) // (restarts + 1) for n in range(restarts)]
        while len(peer.arrived) < wanted - 5:
            time.sleep(kill_every_s)
            house.kill_one(rng)
            if left and len(peer.arrived) > left[0]:
                left.pop(0)
                house.server.restart(rng.choice(("fast", "immediate")))
                print("the server was restarted", flush=True)
            if house.kills % 10 == 0:
                print(f"{time.monotonic() - started:.0f} s: {result(house, peer)}", flush=True)
            if time.monotonic() - started > 3 * messages:
                break
        print(f"nearly all after {time.monotonic() - started:.0f} s; the rest waits until its worker is given up")
        all_arrived(house, peer, without_news_s=300)
        time.sleep(3)
        house.stop_workers()
        print(json.dumps({"left": house.count("state NOT IN ('sent')"), "restarts": restarts}))
        return result(house, peer)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kill-every", type=float, default=2.0, help="seconds between kills")
    parser.add_argument("--restarts", type=int, default=2, help="of the database server")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended
    print(f"seed {given.seed}", flush=True)
    total = run(given.messages, given.kill_every, given.restarts, given.seed)
    print(total)
    print("holds" if total.holds else "BROKEN")
    return 0 if total.holds else 1


if __name__ == "__main__":
    sys.exit(main())
