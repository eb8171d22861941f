"""What the ledger costs: messages a second through the engine with every step on disk (SQLite, WAL, synchronous=FULL),
beside the same sender to the same loopback peer with no record of anything.

python -m bench.ledger [--messages 2000] [--repeat 3] [--json] [--small] [--profile]
"""

from __future__ import annotations

from functools import partial

from bench.peer import accepting
from bench.timing import Row, at_least, in_turn, options, report, row
from bench.ways import BARE, WHOLE, profile, tried

URL = "json://127.0.0.1:{port}/"


def measure(messages: int, repeat: int) -> list[Row]:
    with accepting() as port:
        url = URL.format(port=port)
        found = in_turn({way: partial(tried, way, url, messages) for way in (WHOLE, BARE)}, repeat)
    ours, bare = found[WHOLE], found[BARE]
    return [
        row(
            "with the ledger, beside the same sender without", "/s", [pace.per_second for pace in ours], peer=BARE,
            theirs=[pace.per_second for pace in bare], goal=at_least(0.9),
        ),
        row(
            "CPU of each message, all processes", "ms", [pace.cpu_ms for pace in ours], peer=BARE,
            theirs=[pace.cpu_ms for pace in bare],
        ),
        row("lateness when all are due at once, 99 of 100", "s", [pace.p99_s for pace in ours]),
    ]  # fmt: skip


def main() -> None:
    parser = options(__doc__, repeat=3)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--profile", action="store_true", help="only ours, with what its main process was busy with")
    given = parser.parse_args()
    messages = 30 if given.small else given.messages
    if given.profile:
        with accepting() as port:
            profile(WHOLE, URL.format(port=port), messages)
        return
    report(measure(messages, 1 if given.small else given.repeat), given.json)


if __name__ == "__main__":
    main()
