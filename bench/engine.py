"""Messages a second through PostgreSQL and Procrastinate with one, two and three workers, with one message in flight
each and with many, and what the jobs cost; beside Procrastinate with one job a message and Apprise as its documentation
shows it. Over TLS, as to nearly every service, and over plain HTTP.

python -m bench.engine [--messages 1000] [--repeat 3] [--json] [--small] [--profile]
Starts a PostgreSQL of its own; says nothing where none is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.end_to_end import trusted
from bench.peer import accepting
from bench.timing import Row, apart, at_least, below, in_turn, options, report, row
from bench.ways import Pace
from ritualsd.config import load
from ritualsd.store import open_store
from tests.builders import known_already
from tests.engine.harness import put
from tests.postgres import Server, fresh_database, name_of, the_server, why_no_postgres
from tests.system.many_workers import COPY

WAYS = ((1, 1), (3, 1), (1, 16), (2, 16), (3, 16))  # workers, and messages in flight in each
JUDGED = (max(1, min(3, len(os.sched_getaffinity(0)))), 16)
"""As many workers as there are cores: more only wait for one another."""
PEOPLE = 40
HERE = Path(__file__).resolve().parents[1]
PATIENCE_S = 300.0
BESIDE = "a job a message, and Apprise"
NOTHING = "a job that does nothing"


@dataclass(frozen=True)
class Wire:
    """How a peer is spoken to. With a certificate it speaks TLS, and whoever has `trust` believes it."""

    said: str
    server: Path | None = None
    trust: Path | None = None

    @contextmanager
    def peer(self) -> Iterator[str]:
        with accepting(self.server) as port:
            yield f"{'jsons' if self.server else 'json'}://127.0.0.1:{port}/"

    @property
    def env(self) -> dict[str, str]:
        return {"REQUESTS_CA_BUNDLE": str(self.trust)} if self.trust else {}


def config_of(folder: Path, url: str, peer: str) -> Path:
    people = "".join(f'[people.p{n}]\nname = "P{n}"\nchannels = {{ phone = "{peer}p{n}" }}\n' for n in range(PEOPLE))
    config = folder / "config.toml"
    config.write_text(
        f'timezone = "UTC"\n[web]\nenabled = false\n[storage]\nurl = "{url}"\n[engine]\nkind = "procrastinate"\n'
        f'{people}[rituals.thanks]\nwhen = "every day at 00:00"\nto = "everyone"\nmessage = "words"\n'
    )
    return config


@contextmanager
def filled(messages: int, peer: str = "json://127.0.0.1:1/") -> Iterator[tuple[Server, str, Path]]:
    """A database with so many messages for tomorrow, and a configuration that knows them."""
    with fresh_database() as url, TemporaryDirectory() as name:
        config = config_of(folder := Path(name), url, peer)
        store: Any = open_store(folder / "state", url=url, clock_now=datetime.now(UTC))
        settings = load(config, {}).settings
        assert settings is not None
        known_already(store, settings, datetime.now(UTC))
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        for number in range(PEOPLE):
            put(store, f"p{number}/phone", tomorrow)
        store.close()
        server, times = the_server(), -(-messages // PEOPLE) - 1
        changed = "'id', each.id + 100000 * number, 'slot', each.slot || number"
        server.ask(COPY.format(table="occurrences", changed=changed, times=times), name_of(url))
        changed = "'id', each.id + 100000 * number, 'occurrence', each.occurrence + 100000 * number"
        server.ask(COPY.format(table="deliveries", changed=changed, times=times), name_of(url))
        yield server, name_of(url), config


def ours(workers: int, in_flight: int, wire: Wire, messages: int, seen: Path | None = None) -> Pace:
    """From the first message recorded as sent to the last. `seen`: where to leave what a worker was busy with."""
    with wire.peer() as peer, filled(messages, peer) as (server, name, config), ExitStack() as running:
        log = config.parent / "log"
        for _ in range(workers):
            running.enter_context(worker(config, log, in_flight, wire.env, seen))
        wait(lambda: log.exists() and log.read_text().count("daemon.ready") == workers)
        now_us = int(time.time() * 1_000_000)
        server.ask(f"UPDATE deliveries SET due_utc = {now_us}, next_attempt_utc = {now_us}", name)
        wait(lambda: server.ask("SELECT count(*) FROM deliveries WHERE state = 'pending'", name) == [(0,)])
        wait(lambda: server.ask("SELECT count(*) FROM deliveries WHERE state <> 'sent'", name) == [(0,)])
        ((count, us),) = server.ask("SELECT count(*), max(sent_utc) - min(sent_utc) FROM deliveries", name)
    return Pace(1e6 * float(str(count)) / float(str(us)), 0.0)


@contextmanager
def worker(config: Path, log: Path, in_flight: int, env: dict[str, str], seen: Path | None) -> Iterator[None]:
    """What it is busy with is left in `seen`, where one is given."""
    words = ["ritualsd", "--config", str(config), "worker", "--concurrency", str(in_flight)]
    looked_at = ["bench.samples", str(seen)] if seen else []
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *looked_at, *words], cwd=HERE, stdout=out, stderr=out, env=os.environ | env
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def wait(until: Any) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not until():
        if time.monotonic() > ends:
            raise SystemExit("the workers did not come to an end")
        time.sleep(0.1)


def beside(wire: Wire, messages: int) -> Pace:
    """Procrastinate alone, in a process of its own."""
    with wire.peer() as peer, fresh_database() as url:
        return Pace(**apart("bench.jobs", "apprise", url, messages, peer, env=wire.env))


def cost(way: str, messages: int) -> float:
    """CPU milliseconds for each message of jobs whose messages cost nothing."""
    if way == "nothing":
        with fresh_database() as url:
            return Pace(**apart("bench.jobs", way, url, messages)).cpu_ms
    with filled(messages) as (server, name, _):
        server.ask("UPDATE deliveries SET next_attempt_utc = due_utc - 172800000000", name)
        return Pace(**apart("bench.jobs", way, server.url(name), messages)).cpu_ms


def rows(messages: int, repeat: int) -> list[Row]:
    with TemporaryDirectory() as folder:
        server, trust = trusted(Path(folder))
        wires = (Wire("TLS", server, trust), Wire("plain HTTP"))
        said = [each for wire in wires for each in rows_of(wire, messages, repeat)]
    costs = in_turn({way: partial(cost, way, 10 * messages) for way in ("batches", "nothing")}, repeat)
    return [
        *said,
        row(
            "the jobs: CPU for each message", "ms", costs["batches"], peer=NOTHING, theirs=costs["nothing"],
            goal=below(0.1),
        ),
    ]  # fmt: skip


def rows_of(wire: Wire, messages: int, repeat: int) -> list[Row]:
    ways = {str(way): partial(ours, *way, wire, messages) for way in WAYS}
    found = in_turn({**ways, BESIDE: partial(beside, wire, messages)}, repeat)
    theirs = [pace.per_second for pace in found[BESIDE]]
    return [
        row(
            f"{wire.said}, {workers} worker{'s' * (workers > 1)}, {in_flight} in flight each", "/s",
            [pace.per_second for pace in found[str((workers, in_flight))]], peer=BESIDE, theirs=theirs,
            goal=at_least(3.0) if (workers, in_flight) == JUDGED else None,
        )
        for workers, in_flight in WAYS
    ]  # fmt: skip


def profile(messages: int) -> None:
    """Say what one worker with many messages in flight is busy with."""
    with TemporaryDirectory() as folder:
        seen = Path(folder) / "seen"
        ours(1, JUDGED[1], Wire("plain HTTP"), messages, seen)
        print(seen.read_text())


def main() -> None:
    parser = options(__doc__, repeat=3)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--profile", action="store_true", help="only ours, with what one worker was busy with")
    given = parser.parse_args()
    if why_no_postgres():
        report([], given.json)
        return
    if given.profile:
        profile(given.messages)
        return
    report(rows(2 * PEOPLE if given.small else given.messages, 1 if given.small else given.repeat), given.json)


if __name__ == "__main__":
    main()
