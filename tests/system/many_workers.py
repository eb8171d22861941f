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
PLANNING_S = 1200.0


@dataclass
class Crowd:
    """A planner and workers on one database, and everything they may leave behind."""

    server: Server
    folder: Path
    port: int
    messages: int
    workers: int = 3
    impatient: bool = False
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: int = 0

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def rituals(self) -> int:
        return -(-self.messages // PEOPLE)

    def prepare(self) -> None:
        """Everybody known, every message worded and waiting; then its time has come at once."""
        self._write_config()
        settings = load(self.config, {}).settings
        assert settings is not None, load(self.config, {}).problems
        store = open_store(self.folder / "state", url=self.server.url(), clock_now=datetime.now(UTC))
        known_already(store, settings, datetime.now(UTC))
        store.close()
        self.start("planner")
        assert until(lambda: self.count("TRUE") >= self.rituals * PEOPLE, PLANNING_S), self.log

    def let_it_be_time(self) -> None:
        now_us = int(time.time() * 1_000_000)
        self.server.ask(f"UPDATE deliveries SET due_utc = {now_us}, next_attempt_utc = {now_us}")

    def start(self, name: str) -> None:
        words = ["ritualsd", "--config", str(self.config)]
        if name == "planner":
            words += ["--state", str(self.folder / "state"), "run"]
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
                self.processes[name].wait(30)
            except subprocess.TimeoutExpired:
                self.processes[name].kill()

    def stop_workers(self) -> None:
        self.stop(*(name for name in self.processes if name != "planner"))

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
        people = "".join(
            f'[people.p{n}]\nname = "P{n}"\nchannels = {{ phone = "json://127.0.0.1:{self.port}/p{n}" }}\n'
            for n in range(PEOPLE)
        )
        rituals = "".join(
            f'[rituals.r{n}]\nwhen = "on {due:%Y-%m-%d} at {due:%H:%M}"\nto = "everyone"\n'
            f'message = "number {n}-{{name}} of the flow"\n'
            for n in range(self.rituals)
        )
        machine = (
            f'timezone = "UTC"\n[web]\nenabled = false\n[storage]\nurl = "{self.server.url()}"\n'
            '[engine]\nkind = "procrastinate"\n'
        )
        self.config.write_text(machine + people + rituals)


def until(condition: Callable[[], bool], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not condition():
        time.sleep(0.1)
    return condition()


@contextmanager
def crowd(messages: int, **options: Any) -> Iterator[tuple[Crowd, Peer]]:
    """Everything prepared, nothing due yet, and no worker started."""
    peer, folder, server = Peer(), Path(tempfile.mkdtemp(prefix="ritualsd-crowd-")), new_server()
    made: Crowd | None = None
    try:
        with listening(peer) as port:
            made = Crowd(server=server, folder=folder, port=port, messages=messages, **options)
            made.prepare()
            yield made, peer
    finally:
        if made is not None:
            made.close()
        remove(server)
        shutil.rmtree(folder, ignore_errors=True)


def result(crowd: Crowd, peer: Peer) -> Result:
    wanted = crowd.rituals * PEOPLE
    repeats = sum(peer.arrived.values()) - len(peer.arrived)
    changed = sum(len(wordings) > 1 for wordings in peer.wordings.values())
    return Result(crowd.kills, wanted, wanted - len(peer.arrived), repeats, changed)


def all_arrived(crowd: Crowd, peer: Peer, without_news_s: float) -> bool:
    """Wait until everything arrived, or nothing new has for a while."""
    wanted = crowd.rituals * PEOPLE
    newest, since = -1, time.monotonic()
    while len(peer.arrived) < wanted and time.monotonic() - since < without_news_s:
        if len(peer.arrived) > newest:
            newest, since = len(peer.arrived), time.monotonic()
        time.sleep(0.2)
    return len(peer.arrived) >= wanted


def run(messages: int, kill_every_s: float, restarts: int, seed: int) -> Result:
    rng = random.Random(seed)
    with crowd(messages) as (house, peer):
        wanted = house.rituals * PEOPLE
        print(f"{wanted} messages are waiting, planned by a daemon", flush=True)
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
    print(f"seed {given.seed}", flush=True)
    total = run(given.messages, given.kill_every, given.restarts, given.seed)
    print(total)
    print("holds" if total.holds else "BROKEN")
    return 0 if total.holds else 1


if __name__ == "__main__":
    sys.exit(main())
