"""Many messages under faults: a database that pauses or is taken over, clocks that differ, providers behind a hole.

    python -m tests.system.scale_faults failover --messages 10000

Each of them runs real planners, workers and servers and a loopback peer that remembers every message. Exit status 0:
nothing lost, nothing repeated, and where a fault hits one provider only, others kept their pace.
The faults of one machine with many households are in `tests.system.village_faults`; kills are in `many_workers`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from tests.postgres import PASSWORD, USER, Server, new_server, remove, standby_of
from tests.system.holes import deaf, unreachable
from tests.system.kills import Peer, Result
from tests.system.many_workers import PEOPLE, Crowd, all_arrived, crowd, result, until

LONGEST_S = 600.0
NO_NEWS_S = 200.0
"""What a fault left in doubt is tried again after two minutes."""


@dataclass
class Watch(Peer):
    """A peer that also remembers when each message came first."""

    first: dict[str, float] = field(default_factory=dict)

    def take(self, body: bytes) -> None:
        before = len(self.arrived)
        super().take(body)
        if len(self.arrived) > before:
            self.first[list(self.arrived)[-1]] = time.time()


@dataclass(frozen=True)
class Told:
    """What came of a run: the figures, and whether all that was promised holds."""

    figures: Result
    holds: bool
    more: str = ""

    def __str__(self) -> str:
        return f"{'holds' if self.holds else 'BROKEN'}: {self.figures} {self.more}"


@contextmanager
def pair() -> Iterator[tuple[Server, Server, str]]:
    """A server, one that follows it so closely that a commit waits for both, and the address of whoever leads."""
    first = new_server()
    standby = standby_of(first)
    first.ask("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
    first.ask("SELECT pg_reload_conf()")
    try:
        assert until(lambda: first.ask("SELECT sync_state FROM pg_stat_replication") == [("sync",)], 60)
        where = f"127.0.0.1:{first.port},127.0.0.1:{standby.port}"
        yield first, standby, f"postgresql://{USER}:{PASSWORD}@{where}/postgres?target_session_attrs=read-write"
    finally:
        remove(standby)
        remove(first)


def failover(messages: int, *, impatient: bool = False) -> Told:
    """The server dies while messages flow, and its standby is promoted."""
    with pair() as (first, standby, address), crowd(messages, at=first, address=address, impatient=impatient) as made:
        house, peer = made
        begin(house, peer, messages // 3)
        first.stop("immediate")
        at = len(peer.arrived)
        standby.promote()
        house.server = standby
        return settled(house, peer, f"after {at} the standby took over")


def pause(messages: int, *, seconds: float = 10.0, impatient: bool = False) -> Told:
    """The server stops answering for a while and goes on, twice."""
    with crowd(messages, impatient=impatient) as (house, peer):
        begin(house, peer, messages // 4)
        for enough in (messages // 4, messages // 2):
            assert until(lambda enough=enough: len(peer.arrived) >= enough, LONGEST_S), house.log  # type: ignore[misc] # bound at once
            with house.server.paused():
                time.sleep(seconds)
        return settled(house, peer, f"the server was frozen twice for {seconds:g} s")


def clocks(messages: int) -> Told:
    """Two planners and five workers, whose clocks are up to two seconds apart; nothing goes out before its time."""
    off = {"planner": -1.0, "planner-1": 1.0, **{f"worker-{n}": (n % 3) - 1.0 for n in range(5)}}
    with crowd(messages, workers=5, clocks=off, peer=(peer := Watch())) as (house, _):
        planned = house.count("TRUE")
        house.start_workers()
        due = house.let_it_be_time(in_s=5.0)
        told = settled(house, peer, f"{planned} deliveries were planned by two")
        early = due - min(peer.first.values(), default=due)
        holds = told.holds and planned == house.times * PEOPLE and early < 2.0
        return Told(told.figures, holds, f"{told.more}; the first came {-early:.1f} s after its time")


def hole(messages: int) -> Told:
    """Two of three providers swallow everything; whoever is with the third waits for neither."""
    with deaf() as silent, unreachable() as lost:
        doors = (
            "json://127.0.0.1:{port}/p{n}",
            f"json://127.0.0.1:{silent}/p{{n}}",
            f"json://127.0.0.1:{lost}/p{{n}}",
        )
        with crowd(messages, doors=doors, peer=(peer := Watch())) as (house, _):
            wanted = house.times * len(range(0, PEOPLE, len(doors)))
            started = house.let_it_be_time()
            house.start_workers()
            all_arrived(house, peer, without_news_s=90, wanted=wanted)
            tried = house.count("attempts > 0") - len(peer.arrived)
            figures, in_vain = result(house, peer, wanted), house.times * PEOPLE - wanted
            return Told(figures, figures.holds and tried * 2 < in_vain, pace(peer, started, tried))


def pace(peer: Watch, started: float, tried: int) -> str:
    """How the messages came that had nothing to do with it."""
    moments = sorted(peer.first.values())
    longest = max((later - one for one, later in pairwise(moments)), default=0.0)
    took = moments[-1] - started if moments else 0.0
    return f"all within {took:.1f} s, at most {longest:.1f} s apart; {tried} were tried in vain meanwhile"


def begin(house: Crowd, peer: Peer, enough: int) -> None:
    """Messages flow, and so many have arrived."""
    house.let_it_be_time()
    house.start_workers()
    assert until(lambda: len(peer.arrived) >= enough, LONGEST_S), house.log


def settled(house: Crowd, peer: Peer, more: str) -> Told:
    """Let everything arrive and be recorded. Impatient workers need no two minutes for what was left in doubt."""
    ends = time.monotonic() + LONGEST_S
    while not all_arrived(house, peer, without_news_s=8 if house.impatient else NO_NEWS_S) and time.monotonic() < ends:
        house.stop_workers()
        house.let_time_pass()
        house.start_workers()
    until(lambda: house.count("state <> 'sent'") == 0, 30)
    house.stop_workers()
    figures, left = result(house, peer), house.count("state <> 'sent'")
    return Told(figures, figures.holds and left == 0, f"{more}; {left} not recorded as sent")


FAULTS: dict[str, Callable[[int], Told]] = {"failover": failover, "pause": pause, "clocks": clocks, "hole": hole}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fault", choices=FAULTS)
    parser.add_argument("--messages", type=int, default=10_000)
    given = parser.parse_args()
    told = FAULTS[given.fault](given.messages)
    print(told)
    return 0 if told.holds else 1


if __name__ == "__main__":
    sys.exit(main())
