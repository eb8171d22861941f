"""What the benchmarks share: contenders that take turns, medians with their spread, goals, and one table or JSON.

It measures nothing itself.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal, TypeVar

T = TypeVar("T")

PEERS = ("apscheduler", "apprise", "sqlalchemy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a row is to reach; `of` says what is judged: how it stands beside the peer, or the figure itself."""

    sign: Literal["≤", "≥"]
    value: float
    of: Literal["ratio", "figure"] = "ratio"

    def __str__(self) -> str:
        return f"{self.sign} {self.value:g}{' ×' if self.of == 'ratio' else ''}"


def at_most(value: float) -> Goal:
    """So many times what the peer needs, and no more."""
    return Goal(sign="≤", value=value)


def at_least(value: float) -> Goal:
    """So many times what the peer does, or more."""
    return Goal(sign="≥", value=value)


def below(value: float) -> Goal:
    """The figure itself, whatever the peer's."""
    return Goal(sign="≤", value=value, of="figure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing measured, and the same of its peer in the same run where it has one.

    Figures are medians in `unit`; `ratio` is the median of ours through the peer's, pair by pair. `spread` is the
    lowest and the highest of the ratio, or of the figure where there is no peer.
    """

    name: str
    unit: str
    figure: float
    spread: tuple[float, float]
    peer: str = ""
    peer_figure: float | None = None
    ratio: float | None = None
    goal: Goal | None = None

    @property
    def reached(self) -> bool | None:
        """None where there is no goal."""
        if self.goal is None:
            return None
        judged = self.figure if self.goal.of == "figure" else self.ratio
        assert judged is not None, f"{self.name}: a ratio needs a peer"
        return judged <= self.goal.value if self.goal.sign == "≤" else judged >= self.goal.value


def row(
    name: str,
    unit: str,
    ours: Sequence[float],
    *,
    peer: str = "",
    theirs: Sequence[float] = (),
    goal: Goal | None = None,
) -> Row:
    """A row of all repeats, ours and the peer's in the same order. Beside a peer that was not run, or was too quick for
    the clock, there is no ratio and so no goal for it."""
    if min(theirs, default=0.0) <= 0:
        kept = goal if goal and goal.of == "figure" else None
        spread = min(ours), max(ours)
        return Row(name=name, unit=unit, figure=statistics.median(ours), spread=spread, peer=peer, goal=kept)
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return Row(
        name=name, unit=unit, figure=statistics.median(ours), peer=peer, peer_figure=statistics.median(theirs),
        ratio=statistics.median(ratios), spread=(min(ratios), max(ratios)), goal=goal,
    )  # fmt: skip


def in_turn(ways: Mapping[str, Callable[[], T]], repeat: int) -> dict[str, list[T]]:
    """Run every way once, then every way again: what else the machine does falls on all of them."""
    found: dict[str, list[T]] = {name: [] for name in ways}
    for _ in range(repeat):
        for name, way in ways.items():
            found[name].append(way())
    return found


def apart(module: str, *given: object, env: Mapping[str, str] | None = None) -> Any:
    """What a bench prints as JSON when it runs one contender in a process of its own. Raises SystemExit if it fails."""
    command = [sys.executable, "-m", module, *map(str, given)]
    ran = subprocess.run(command, check=False, stdout=subprocess.PIPE, env=os.environ | (env or {}))
    if ran.returncode:
        raise SystemExit(f"{module} {' '.join(map(str, given))} ended with {ran.returncode}")
    return json.loads(ran.stdout)


def seconds_of(command: Sequence[str]) -> float:
    """Wall seconds of one run of a command, its output thrown away."""
    began = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def centile(values: Sequence[float], hundredths: int) -> float:
    """The value that so many of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * hundredths // 100)]


# ── asking and reporting ──────────────────────────────────────────────────────────────────────


def options(doc: str | None, repeat: int) -> argparse.ArgumentParser:
    """What every bench can be asked; a bench adds its own."""
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--repeat", type=int, default=repeat, help=f"rounds, each with every contender ({repeat})")
    parser.add_argument("--small", action="store_true", help="as little as runs at all: a look, not a measurement")
    return parser


def machine() -> dict[str, str | int | float]:
    """What the figures depend on."""
    found: dict[str, str | int | float] = {
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    for name in PEERS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def report(rows: Sequence[Row], as_json: bool, **more: object) -> None:
    """Print the rows; a goal that was missed says so. `more` is for JSON alone."""
    if as_json:
        print(json.dumps({"machine": machine(), "rows": [as_plain(each) for each in rows], **more}, indent=1))
    else:
        print(table(rows))
        print(", ".join(f"{name} {value}" for name, value in machine().items()))


def as_plain(each: Row) -> dict[str, Any]:
    return asdict(each) | {"reached": each.reached}


def from_plain(said: Mapping[str, Any]) -> Row:
    """The row that `as_plain` wrote."""
    kept = {key: value for key, value in said.items() if key != "reached"}
    return Row(**kept | {"goal": Goal(**said["goal"]) if said["goal"] else None, "spread": tuple(said["spread"])})


def table(rows: Sequence[Row]) -> str:
    """The rows for people: ours, the peer's, how they compare, and what was to be reached."""
    width = max([len(each.name) for each in rows] + [4])
    lines = [f"{'what':{width}} {'ours':>16} {'peer':>16} {'ratio':>8} {'lowest…highest':>17}  goal"]
    for each in rows:
        peer = measured(each.peer_figure, each.unit) if each.peer_figure is not None else ""
        ratio = f"{short(each.ratio)} ×" if each.ratio is not None else ""
        spread = f"{short(each.spread[0])}…{short(each.spread[1])}"
        goal = f"{each.goal}, {'reached' if each.reached else 'missed'}" if each.goal else ""
        line = f"{each.name:{width}} {measured(each.figure, each.unit):>16} {peer:>16} {ratio:>8} {spread:>17}  {goal}"
        lines.append(line.rstrip())
    return "\n".join(lines)


def measured(figure: float, unit: str) -> str:
    return f"{short(figure)} {unit}"


def short(figure: float) -> str:
    """Three digits that mean something, and no more."""
    size = abs(figure)
    if size >= 100 or not size:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if size >= 10 else f"{figure:.2f}" if size >= 0.1 else f"{figure:.4f}"
