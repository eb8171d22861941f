"""The ways a message can take to a peer, each tried in a process of its own: ours with the ledger, ours without it,
Apprise as its documentation says, and bare HTTP over one connection.

python -m bench.ways WAY URL MESSAGES
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bench.due import WORDS, Due, due_at_once, person
from bench.running import cpu_of_all, until_quiet
from bench.samples import sampled
from bench.timing import apart, centile
from ritualsd.core.events import E
from ritualsd.daemon.app import DELIVERIES
from ritualsd.model import Event
from ritualsd.send.pool import SenderPool

if TYPE_CHECKING:
    from apprise import Apprise

WHOLE, BARE = "ours, with the ledger", "ours, without a ledger"
ALONE, ITS_POOL = "Apprise alone in a loop", "Apprise, its own pool"
BARE_HTTP = "bare HTTP, one connection"
AT_ONCE = 64  # messages handed to Apprise's pool together


@dataclass(frozen=True, slots=True)
class Pace:
    """What one way came to: messages a second, CPU of all its processes for each, and (due at one instant) how late."""

    per_second: float
    cpu_ms: float
    p50_s: float = 0.0
    p99_s: float = 0.0


def timed(send: Callable[[], object], messages: int) -> Pace:
    cpu, began = cpu_of_all(), time.perf_counter()
    send()
    seconds, used = time.perf_counter() - began, cpu_of_all() - cpu
    return Pace(messages / seconds, 1000 * used / messages)


# ── ours ──────────────────────────────────────────────────────────────────────────────────────


def whole(url: str, messages: int) -> Pace:
    """Due at one instant in a ledger on disk: engine, claim, send, outcome recorded, as the daemon puts them together.
    The clock runs from the instant until the last outcome is on disk."""
    with TemporaryDirectory() as name:
        state = Path(name) / "state"
        pool = SenderPool(state, emit=lambda _: None)
        try:
            with due_at_once(messages, url, state, pool) as burst:

                def heard(event: Event) -> None:
                    if event.name == E.DELIVERY_SENT:
                        burst.note_late()

                burst.hear(heard)
                burst.plan_ahead()
                warm(pool, url)
                cpu = cpu_of_all()
                burst.run(burst.courier(), messages)
                used, late_s = cpu_of_all() - cpu, burst.late_s
        finally:
            pool.close()
    return Pace(messages / max(late_s), 1000 * used / messages, centile(late_s, 50), centile(late_s, 99))


def bare(url: str, messages: int) -> Pace:
    """The same sender, as many messages side by side as the engine has under way, and no record of anything."""
    pool = SenderPool(None, emit=lambda _: None)
    try:
        warm(pool, url)
        return timed(lambda: send_all(pool, url, messages), messages)
    finally:
        pool.close()


def warm(pool: SenderPool, url: str) -> None:
    """The daemon has its sending processes ready before something is due."""
    pool.warm(DELIVERIES)
    send_all(pool, url, DELIVERIES * 4)
    until_quiet()


def send_all(pool: SenderPool, url: str, messages: int) -> None:
    channel = person(0, url).channels[0]
    with ThreadPoolExecutor(DELIVERIES) as threads:
        taken(threads.map(lambda _: pool.send(channel, "", WORDS, deadline_s=60).kind == "sent", range(messages)))


# ── Apprise ───────────────────────────────────────────────────────────────────────────────────


def service(url: str) -> Apprise:
    from apprise import Apprise

    found = Apprise()
    found.add(url)
    for each in found:
        each.request_rate_per_sec = 0  # else it rests for seconds between two messages, by choice
    return found


def alone(url: str, messages: int) -> Pace:
    """One `notify` after another on one object."""
    one = service(url)
    taken([bool(one.notify(body=WORDS))])
    return timed(lambda: taken(bool(one.notify(body=WORDS)) for _ in range(messages)), messages)


def its_pool(url: str, messages: int) -> Pace:
    """Many `async_notify` at once, which Apprise runs in its own threads."""
    one = service(url)

    async def all_of(count: int) -> None:
        for left in range(count, 0, -AT_ONCE):
            at_once = (one.async_notify(body=WORDS) for _ in range(min(left, AT_ONCE)))
            taken(map(bool, await asyncio.gather(*at_once)))

    asyncio.run(all_of(AT_ONCE))
    return timed(lambda: asyncio.run(all_of(messages)), messages)


# ── the least there is ────────────────────────────────────────────────────────────────────────


def bare_http(url: str, messages: int) -> Pace:
    """The standard library, a connection that is kept, the same words, and nobody who cares what became of them."""
    connection = HTTPConnection("127.0.0.1", urlsplit(url).port)
    body = json.dumps({"version": "1.0", "title": "", "message": WORDS, "attachments": [], "type": "info"})

    def post() -> bool:
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status == HTTPStatus.OK

    taken([post()])
    return timed(lambda: taken(post() for _ in range(messages)), messages)


def taken(answers: Iterable[bool]) -> None:
    if not all(answers):
        raise SystemExit("the peer did not take every message")


WAYS: dict[str, Callable[[str, int], Pace]] = {
    WHOLE: whole,
    BARE: bare,
    ALONE: alone,
    ITS_POOL: its_pool,
    BARE_HTTP: bare_http,
}


def tried(way: str, url: str, messages: int, trust: Path | None = None) -> Pace:
    """One way in a process of its own, which trusts the peer that has this certificate."""
    return Pace(**apart("bench.ways", way, url, messages, env={"REQUESTS_CA_BUNDLE": str(trust)} if trust else {}))


def profile(way: str, url: str, messages: int) -> None:
    """Say on standard error what our own process was busy with, from the instant on."""
    with sampled(during=Due.run.__qualname__) as samples:
        WAYS[way](url, messages)
    print(samples.top(), file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description="one way, in this process")
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("url")
    parser.add_argument("messages", type=int)
    given = parser.parse_args()
    print(json.dumps(asdict(WAYS[given.way](given.url, given.messages))))


if __name__ == "__main__":
    main()
