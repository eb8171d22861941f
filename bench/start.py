"""How long commands take to start, and the daemon to be ready, each against importing what it stands on.

python -m bench.start [--repeat 15] [--json] [--small] [--profile]
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
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
    found = warmed(ways, repeat)
    return row(name, "s", found["ours"], peer=peer[-1], theirs=found["peer"], goal=at_most(1.5))


def warmed(ways: Mapping[str, Callable[[], float]], repeat: int) -> dict[str, list[float]]:
    """Each way once, uncounted where there is more than one round, then in turn."""
    if repeat > 1:
        in_turn(ways, 1)
    return in_turn(ways, repeat)


def ready_row(name: str, config: Path, folder: Path, repeat: int) -> Row:
    state = folder / f"state-{config.stem}"
    ways = {"ours": partial(ready_seconds, config, state), "peer": partial(seconds_of, STACK)}
    found = warmed(ways, repeat)
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


def profile(folder: Path) -> None:
    """What `next` imports that takes longest by itself, as Python counts it, in microseconds."""
    command = [PYTHON, "-X", "importtime", *OURS[1:], "--config", str(config_of(folder, 10)), "next", "--json"]
    ran = subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    taken = [line for line in ran.stderr.splitlines() if line.startswith("import time:")]
    head, *modules = taken
    modules.sort(key=lambda line: int(line.split(":")[1].split("|")[0]), reverse=True)
    print("\n".join([head, *modules[:12]]))


def main() -> None:
    parser = options(__doc__, repeat=15)
    parser.add_argument("--profile", action="store_true", help="only what `next` imports")
    given = parser.parse_args()
    with TemporaryDirectory() as name:
        if given.profile:
            profile(Path(name))
            return
        repeat, many = (1, 100) if given.small else (given.repeat, 10_000)
        report(measure(Path(name), repeat, many), given.json)


if __name__ == "__main__":
    main()
