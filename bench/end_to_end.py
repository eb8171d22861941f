"""From due to accepted by a loopback peer, the ledger included: plain HTTP, TLS, mail, and HTTP that answers after
20 ms; beside Apprise alone in a loop, and beside Apprise's own pool where the peer takes its time.

python -m bench.end_to_end [--messages 1000] [--wires http https mail slow] [--repeat 3] [--json] [--small] [--profile]
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import certifi

from bench.peer import accepting
from bench.timing import Row, at_least, below, in_turn, options, report, row
from bench.ways import ALONE, BARE_HTTP, ITS_POOL, WHOLE, Pace, profile, tried
from tests.send.certificates import throw_away

SLOW_S = 0.02
CPU_MS = below(3.0)  # Apprise alone needs 26 where this was first measured
MAIL = "mailto://example.org:{port}?smtp=127.0.0.1&from=us@example.org&to=ana@example.org"


@dataclass(frozen=True)
class Wire:
    """One kind of peer. `share`: of so many messages the peer's way gets one, where each takes it very long."""

    said: str
    url: str
    beside: str
    goal: float
    share: int = 1


WIRES = {
    "http": Wire("plain HTTP", "json://127.0.0.1:{port}/", ALONE, 1.5),
    "https": Wire("TLS", "jsons://127.0.0.1:{port}/", ALONE, 15.0, share=5),
    "mail": Wire("mail", MAIL, ALONE, 15.0, share=5),
    "slow": Wire("HTTP after 20 ms", "json://127.0.0.1:{port}/", ITS_POOL, 3.0),
}


@contextmanager
def peer_of(wire: str, server: Path) -> Iterator[str]:
    """The URL of a peer of that kind, which runs meanwhile."""
    with accepting(
        server if wire == "https" else None, mail=wire == "mail", after_s=SLOW_S if wire == "slow" else 0.0
    ) as port:
        yield WIRES[wire].url.format(port=port)


def rows_of(wire: str, server: Path, trust: Path, messages: int, repeat: int) -> list[Row]:
    kind = WIRES[wire]
    counts = {WHOLE: messages, kind.beside: max(1, messages // kind.share)}
    if wire == "http":
        counts[BARE_HTTP] = messages
    with peer_of(wire, server) as url:
        found = in_turn({way: partial(tried, way, url, count, trust) for way, count in counts.items()}, repeat)
    ours, theirs = found[WHOLE], found[kind.beside]
    return [
        row(
            f"{kind.said}: due to accepted, beside {kind.beside}", "/s", [pace.per_second for pace in ours],
            peer=kind.beside, theirs=[pace.per_second for pace in theirs], goal=at_least(kind.goal),
        ),
        row(
            f"{kind.said}: CPU of each message", "ms", cpu(ours), peer=kind.beside, theirs=cpu(theirs),
            goal=CPU_MS if wire == "https" else None,
        ),
        row(f"{kind.said}: lateness of 99 of 100 of {messages:,} due at once", "s", [pace.p99_s for pace in ours]),
        *(limit(kind, ours, found[BARE_HTTP]) if BARE_HTTP in found else []),
    ]  # fmt: skip


def limit(kind: Wire, ours: list[Pace], bare: list[Pace]) -> list[Row]:
    """What no sender of one process can be much better than: no goal, but honest to show."""
    theirs = [pace.per_second for pace in bare]
    return [
        row(
            f"{kind.said}: due to accepted, beside {BARE_HTTP}", "/s", [pace.per_second for pace in ours],
            peer=BARE_HTTP, theirs=theirs,
        )
    ]  # fmt: skip


def cpu(paces: list[Pace]) -> list[float]:
    return [pace.cpu_ms for pace in paces]


def trusted(folder: Path) -> tuple[Path, Path]:
    """A server's certificate, and a bundle that trusts it beside everything that everybody trusts."""
    authority, server = throw_away(folder)
    trust = folder / "trust.pem"
    trust.write_bytes(Path(certifi.where()).read_bytes() + authority.read_bytes())
    return server, trust


def main() -> None:
    parser = options(__doc__, repeat=3)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--wires", nargs="+", choices=WIRES, default=list(WIRES))
    parser.add_argument("--profile", action="store_true", help="only ours, with what its main process was busy with")
    given = parser.parse_args()
    messages = 20 if given.small else given.messages
    with TemporaryDirectory() as folder:
        server, trust = trusted(Path(folder))
        if given.profile:
            with peer_of(given.wires[0], server) as url:
                profile(WHOLE, url, messages)
            return
        repeat = 1 if given.small else given.repeat
        report([row for wire in given.wires for row in rows_of(wire, server, trust, messages, repeat)], given.json)


if __name__ == "__main__":
    main()
