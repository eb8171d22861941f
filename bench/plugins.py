"""What asking a plugin costs: through the guard in our process and through a warm worker, beside a bare pluggy call.

python -m bench.plugins [--calls 500] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pluggy

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


@dataclass(frozen=True)
class Cost:
    """Milliseconds of one call: the median and the 95th percentile; `goal_ms` None where there is none."""

    name: str
    median_ms: float
    p95_ms: float
    goal_ms: float | None = None

    @property
    def reached(self) -> bool:
        return self.goal_ms is None or self.median_ms < self.goal_ms


def cost(name: str, call: Callable[[], object], calls: int, goal_ms: float | None = None) -> Cost:
    """Time so many calls, after a few that are not counted."""
    for _ in range(20):
        call()
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return Cost(name, statistics.median(took), statistics.quantiles(took, n=20)[-1], goal_ms)


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


def measure(calls: int) -> list[Cost]:
    with TemporaryDirectory() as folder:
        home = apart(Path(folder))
        try:
            return [
                cost("bare pluggy call", bare(), calls),
                cost("guarded, in our process", guarded(beside()), calls, 0.5),
                cost("guarded, in a warm worker", guarded(home), calls, 5.0),
            ]
        finally:
            home.close()


def report(costs: list[Cost], as_json: bool) -> None:
    """Print the rows; a goal that was missed says so."""
    if as_json:
        print(json.dumps([asdict(each) | {"reached": each.reached} for each in costs], indent=1))
        return
    print(f"{'one call':28} {'median':>9} {'95 %':>9} {'goal':>8}")
    for each in costs:
        goal = f"{each.goal_ms:.1f} ms" if each.goal_ms else ""
        mark = "" if each.reached else "  missed"
        print(f"{each.name:28} {each.median_ms:6.3f} ms {each.p95_ms:6.3f} ms {goal:>8}{mark}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    report(measure(given.calls), given.json)


if __name__ == "__main__":
    main()
