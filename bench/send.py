"""How fast messages leave, and what each costs in CPU: our sender beside Apprise alone in a loop, both to a loopback
peer that takes them at once, over plain HTTP, over TLS and by mail. No ledger is in it.

python -m bench.send [--messages 300] [--runs 3] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import certifi

from bench.idle import cpu_seconds
from bench.peer import accepting
from ritualsd.core.events import E
from ritualsd.model import Channel, Event, Secret
from ritualsd.send.pool import SenderPool
from tests.send.certificates import throw_away

WORDS = "What made today easier?"
AT_ONCE = 3  # as many sends side by side as the daemon has
ALONE, ONE, SEVERAL = "Apprise alone in a loop", "ours, one after another", f"ours, {AT_ONCE} side by side"
GOALS = {"http": 1.5, "https": 15.0, "mail": 15.0}
URLS = {
    "http": "json://127.0.0.1:{port}/",
    "https": "jsons://127.0.0.1:{port}/",
    "mail": "mailto://example.org:{port}?smtp=127.0.0.1&from=us@example.org&to=ana@example.org",
}


@dataclass(frozen=True)
class Pace:
    """What one way of sending came to in one run."""

    per_second: float
    cpu_ms: float


@dataclass(frozen=True)
class Line:
    """Medians of one way over all runs. `times` is how much faster it is than Apprise alone; `goal` the least."""

    wire: str
    way: str
    per_second: float
    cpu_ms: float
    times: float
    spread: tuple[float, float]
    goal: float | None

    @property
    def reached(self) -> bool:
        return self.goal is None or self.times >= self.goal


def paced(send: Callable[[int], bool], messages: int, at_once: int, cpu: Callable[[], float]) -> Pace:
    """Send them all, after a warm-up; every one must be taken."""
    with ThreadPoolExecutor(at_once) as threads:
        if not all(threads.map(send, range(at_once * 4))):
            raise SystemExit("the peer did not take the warm-up")
        before, began = cpu(), time.perf_counter()
        taken = sum(threads.map(send, range(messages)))
        seconds, used = time.perf_counter() - began, cpu() - before
    if taken != messages:
        raise SystemExit(f"only {taken} of {messages} messages were taken")
    return Pace(messages / seconds, 1000 * used / messages)


def apprise_alone(url: str, messages: int) -> Pace:
    import apprise  # only in this contender's own process

    service = apprise.Apprise()
    service.add(url)
    for each in service:
        each.request_rate_per_sec = 0  # else it waits seconds between two mails, by choice
    return paced(lambda _: bool(service.notify(body=WORDS)), messages, 1, time.process_time)


def ours(url: str, messages: int, at_once: int) -> Pace:
    pids: list[int] = []

    def note(event: Event) -> None:
        if event.name == E.WORKER_STARTED:
            pids.append(int(event.fields["pid"] or 0))

    channel = Channel(person="ana", name="phone", url=Secret(url))
    pool = SenderPool(None, workers=at_once, emit=note)
    try:
        return paced(
            lambda _: pool.send(channel, "", WORDS, deadline_s=60).kind == "sent",
            messages,
            at_once,
            lambda: time.process_time() + sum(map(cpu_seconds, pids)),
        )
    finally:
        pool.close()


WAYS: dict[str, Callable[[str, int], Pace]] = {
    ALONE: apprise_alone,
    ONE: lambda url, messages: ours(url, messages, 1),
    SEVERAL: lambda url, messages: ours(url, messages, AT_ONCE),
}


def measured(way: str, url: str, messages: int, trust: Path) -> Pace:
    """One run in a process of its own, which trusts the peer beside all that everybody trusts."""
    command = [sys.executable, "-m", "bench.send", "--way", way, "--url", url, "--messages", str(messages)]
    ran = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, env=os.environ | {"REQUESTS_CA_BUNDLE": str(trust)}
    )
    return Pace(**json.loads(ran.stdout))


def lines(wire: str, port: int, messages: int, runs: int, trust: Path) -> list[Line]:
    url = URLS[wire].format(port=port)
    rounds = [{way: measured(way, url, messages, trust) for way in WAYS} for _ in range(runs)]
    found = []
    for way in WAYS:
        paces = [each[way] for each in rounds]
        times = [each[way].per_second / each[ALONE].per_second for each in rounds]
        found.append(
            Line(
                wire=wire,
                way=way,
                per_second=round(statistics.median(pace.per_second for pace in paces), 1),
                cpu_ms=round(statistics.median(pace.cpu_ms for pace in paces), 2),
                times=round(statistics.median(times), 2),
                spread=(round(min(times), 2), round(max(times), 2)),
                goal=GOALS[wire] if way == SEVERAL else None,
            )
        )
    return found


def compare(messages: int, runs: int) -> list[Line]:
    with TemporaryDirectory() as name:
        authority, server = throw_away(Path(name))
        trust = Path(name) / "trust.pem"
        trust.write_bytes(Path(certifi.where()).read_bytes() + authority.read_bytes())
        with accepting() as plain, accepting(server) as tls, accepting(mail=True) as mail:
            ports = {"http": plain, "https": tls, "mail": mail}
            return [line for wire, port in ports.items() for line in lines(wire, port, messages, runs, trust)]


def report(found: list[Line]) -> None:
    print(f"{'wire':6} {'way':26} {'messages/s':>10} {'CPU ms':>7} {'times':>6} {'min-max':>13} {'goal':>5}")
    for line in found:
        low, high = line.spread
        goal = f"{line.goal:5.1f}" if line.goal else ""
        mark = "" if line.reached else "  missed"
        print(
            f"{line.wire:6} {line.way:26} {line.per_second:10.0f} {line.cpu_ms:7.2f} {line.times:6.2f} "
            f"{low:6.2f}-{high:<6.2f} {goal}{mark}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        print(json.dumps(asdict(WAYS[given.way](given.url, given.messages))))
        return
    found = compare(given.messages, given.runs)
    if given.json:
        print(json.dumps([asdict(line) | {"reached": line.reached} for line in found], indent=1))
    else:
        report(found)


if __name__ == "__main__":
    main()
