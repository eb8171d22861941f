"""How fast messages leave, and what each costs in CPU: our sender beside Apprise, both to a loopback peer: plain HTTP,
TLS, mail, and HTTP that answers after 20 ms. No ledger is in it.

python -m bench.send [--messages 600] [--wires http https mail slow] [--repeat 3] [--json] [--small]
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.due import WORDS, person
from bench.end_to_end import WIRES, cpu, peer_of, trusted
from bench.running import until_quiet
from bench.timing import Row, apart, at_least, below, in_turn, report, row
from bench.timing import options as usual_options
from bench.ways import Pace, taken, timed, tried
from ritualsd.send.pool import SenderPool

AT_ONCE = {"http": (1, 3), "https": (1, 3), "mail": (1, 3), "slow": (24,)}
"""How many of ours are under way; the goal is for the last."""

CPU_MS = below(1.0)  # ours alone, of the 3 ms that a message over TLS may cost with its ledger


def ours(url: str, messages: int, at_once: int) -> Pace:
    """So many threads, each with one message after another, after a warm-up."""
    pool = SenderPool(None, emit=lambda _: None)
    channel = person(0, url).channels[0]

    def send_all(count: int) -> None:
        taken(threads.map(lambda _: pool.send(channel, "", WORDS, deadline_s=60).kind == "sent", range(count)))

    with ThreadPoolExecutor(at_once) as threads:
        pool.warm(at_once)
        send_all(at_once * 8)
        until_quiet()
        try:
            return timed(lambda: send_all(messages), messages)
        finally:
            pool.close()


def ours_apart(url: str, messages: int, at_once: int, trust: Path) -> Pace:
    """In a process of its own, which trusts the peer beside all that everybody trusts."""
    return Pace(**apart("bench.send", "--ours", url, messages, at_once, env={"REQUESTS_CA_BUNDLE": str(trust)}))


def rows_of(wire: str, server: Path, trust: Path, messages: int, repeat: int) -> list[Row]:
    kind = WIRES[wire]
    few = max(1, messages // kind.share)
    with peer_of(wire, server) as url:
        ways = {f"{many} at once": partial(ours_apart, url, messages, many, trust) for many in AT_ONCE[wire]}
        found = in_turn({**ways, kind.beside: partial(tried, kind.beside, url, few, trust)}, repeat)
    theirs, last = found.pop(kind.beside), f"{AT_ONCE[wire][-1]} at once"
    paces = [
        row(
            f"{kind.said}: {way}, beside {kind.beside}", "/s", [pace.per_second for pace in mine],
            peer=kind.beside, theirs=[pace.per_second for pace in theirs],
            goal=at_least(kind.goal) if way == last else None,
        )
        for way, mine in found.items()
    ]  # fmt: skip
    used = row(
        f"{kind.said}: CPU of each message, {last}", "ms", cpu(found[last]), peer=kind.beside, theirs=cpu(theirs),
        goal=CPU_MS if wire == "https" else None,
    )  # fmt: skip
    return [*paces, used]


def options() -> argparse.ArgumentParser:
    parser = usual_options(__doc__, repeat=3)
    parser.add_argument("--messages", type=int, default=600)
    parser.add_argument("--wires", nargs="+", choices=WIRES, default=list(WIRES))
    return parser


def main() -> None:
    if sys.argv[1:2] == ["--ours"]:
        url, count, at_once = sys.argv[2:]
        print(json.dumps(asdict(ours(url, int(count), int(at_once)))))
        return
    given = options().parse_args()
    messages, repeat = (20, 1) if given.small else (given.messages, given.repeat)
    with TemporaryDirectory() as folder:
        server, trust = trusted(Path(folder))
        report([row for wire in given.wires for row in rows_of(wire, server, trust, messages, repeat)], given.json)


if __name__ == "__main__":
    main()
