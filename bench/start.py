"""How long commands take to start, and the daemon to be ready, each against importing what it stands on.

python -m bench.start [--repeat 15] [--json] [--small]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.running import OURS, config_of, ready_seconds
from bench.timing import Row, at_most, below, in_turn, options, report, row, seconds_of

PYTHON = sys.executable
CLICK = [PYTHON, "-c", "import click"]
PYDANTIC = [PYTHON, "-c", "import click, pydantic"]
STACK = [
    PYTHON, "-c",
    "import click, pydantic, sqlalchemy, apscheduler.schedulers.blocking, pluggy, structlog, "
    "starlette.applications, uvicorn, jinja2, tomllib, zoneinfo, sqlite3; "
    "from pydantic import BaseModel; M = type('M', (BaseModel,), {})",
]  # fmt: skip


def command_row(name: str, command: Sequence[str], peer: Sequence[str], repeat: int) -> Row:
    ways = {"ours": partial(seconds_of, command), "peer": partial(seconds_of, peer)}
    in_turn(ways, 1)  # a warm-up
    found = in_turn(ways, repeat)
    return row(name, "s", found["ours"], peer=peer[-1], theirs=found["peer"], goal=at_most(1.5))


def ready_row(name: str, config: Path, folder: Path, repeat: int) -> Row:
    state = folder / f"state-{config.stem}"
    ways = {"ours": partial(ready_seconds, config, state), "peer": partial(seconds_of, STACK)}
    in_turn(ways, 1)
    found = in_turn(ways, repeat)
    return row(name, "s", found["ours"], peer="importing the stack", theirs=found["peer"], goal=at_most(2.0))


def measure(folder: Path, repeat: int, many: int) -> list[Row]:
    ten, crowd = config_of(folder, 10), config_of(folder, many)
    use = [*OURS, "--config", str(ten), "--state", str(folder / "none")]
    crowded = [*OURS, "--config", str(crowd), "check"]
    return [
        command_row("--help", [*OURS, "--help"], CLICK, repeat),
        command_row("explain", [*use, "explain", "every day at 07:30"], PYDANTIC, repeat),
        command_row("next, 10 rituals", [*use, "next", "--json"], PYDANTIC, repeat),
        command_row("check, 10 rituals", [*use, "check"], PYDANTIC, repeat),
        ready_row("ready, 10 rituals", ten, folder, max(1, repeat // 3)),
        row(f"check, {many:,} rituals", "s", [seconds_of(crowded)], goal=below(10.0)),
        row(f"ready the first time, {many:,} rituals", "s", [ready_seconds(crowd, folder / "many")], goal=below(10.0)),
    ]


def main() -> None:
    given = options(__doc__, repeat=15).parse_args()
    with TemporaryDirectory() as name:
        repeat, many = (1, 100) if given.small else (given.repeat, 10_000)
        report(measure(Path(name), repeat, many), given.json)


if __name__ == "__main__":
    main()
