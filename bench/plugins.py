"""What asking a plugin costs: through the guard in our process and through a warm worker, beside a bare pluggy call.

python -m bench.plugins [--calls 500] [--json] [--small]
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pluggy

from bench.timing import Goal, Row, below, options, report, row
from ritualsd import hookimpl
from ritualsd.content.apart import Apart
from ritualsd.content.api import PROJECT
from ritualsd.content.coerce import collect
from ritualsd.content.guard import Ok
from ritualsd.content.hooks import Hooks
from ritualsd.content.inside import Beside, Inside
from ritualsd.content.record import Candidate, Home
from ritualsd.model import Ask, PluginTable

HOOK = "ritualsd_gratitude_prompts"
ASK = Ask(kind="gratitude", ritual="thanks", at=datetime(2026, 3, 4, 12, tzinfo=UTC))
SOURCE = f"""
from ritualsd import hookimpl

@hookimpl
def {HOOK}(ask):
    return ["What made today easier?", "What was quiet?"]
"""


class Bare:
    """The same plugin, in this process."""

    @hookimpl
    def ritualsd_gratitude_prompts(self, ask: Ask) -> list[str]:
        return ["What made today easier?", "What was quiet?"]


def cost(name: str, call: Callable[[], object], calls: int, goal: Goal | None = None) -> Row:
    """Time so many calls, after a few that are not counted."""
    for _ in range(20):
        call()
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return row(name, "ms", took, goal=goal)


def bare() -> Callable[[], object]:
    """pluggy alone: every plugin at once, unbounded, its answer unread."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    manager.register(Bare(), "bench")
    return partial(manager.hook.ritualsd_gratitude_prompts, ask=ASK)


def guarded(home: Home) -> Callable[[], object]:
    """One bounded call, its answer made safe. Raises RuntimeError when it does not go well."""

    def call() -> None:
        outcome = home.call(HOOK, partial(collect, plugin="bench", limit=50, kept=[]), {"ask": ASK}, 5.0)
        if outcome != Ok(2):
            raise RuntimeError(f"the bench's plugin gave {outcome}")

    return call


def beside() -> Home:
    inside, plugin = Inside(), Bare()
    inside.register(plugin, "bench")
    return Beside(inside, plugin)


def apart(folder: Path) -> Apart:
    """A worker that is aboard and warm."""
    path = folder / "bench.py"
    path.write_text(SOURCE, "utf-8")
    home = Apart(Candidate(name="bench", source=str(path), path=path), PluginTable(), root=str(folder))
    home.board()
    return home


def measure(calls: int) -> list[Row]:
    with TemporaryDirectory() as folder:
        home = apart(Path(folder))
        try:
            return [
                cost("bare pluggy call", bare(), calls),
                cost("guarded, in our process", guarded(beside()), calls, below(0.5)),
                cost("guarded, in a warm worker", guarded(home), calls, below(5.0)),
            ]
        finally:
            home.close()


def main() -> None:
    parser = options(__doc__, repeat=1)
    parser.add_argument("--calls", type=int, default=500)
    given = parser.parse_args()
    report(measure(10 if given.small else given.calls), given.json)


if __name__ == "__main__":
    main()
