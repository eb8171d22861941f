"""What the benchmarks share: whole commands timed in turn against their peer, and one table for people or JSON."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One measured thing beside its peer. `ratio` is the median of the pairs, `spread` their lowest and highest."""

    name: str
    seconds: float
    peer: str
    peer_seconds: float
    ratio: float
    spread: tuple[float, float]
    goal: float

    @property
    def reached(self) -> bool:
        return self.ratio <= self.goal


def seconds_of(command: Sequence[str]) -> float:
    """Wall seconds of one run of a command, its output thrown away."""
    began = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def beside(name: str, command: Sequence[str], peer: Sequence[str], goal: float, runs: int) -> Row:
    """Time `command` and `peer` in turn, after one warm-up each, and give the ratio pair by pair."""
    seconds_of(command), seconds_of(peer)
    pairs = [(seconds_of(command), seconds_of(peer)) for _ in range(runs)]
    ratios = [ours / theirs for ours, theirs in pairs]
    return Row(
        name=name,
        seconds=statistics.median(ours for ours, _ in pairs),
        peer=" ".join(peer[-1:]),
        peer_seconds=statistics.median(theirs for _, theirs in pairs),
        ratio=statistics.median(ratios),
        spread=(min(ratios), max(ratios)),
        goal=goal,
    )


def report(rows: Sequence[Row], as_json: bool) -> None:
    """Print the rows; a goal that was missed says so."""
    if as_json:
        print(json.dumps([asdict(row) | {"reached": row.reached} for row in rows], indent=1))
        return
    print(f"{'what':34} {'seconds':>8} {'peer':>8} {'ratio':>6} {'min-max':>11} {'goal':>5}")
    for row in rows:
        low, high = row.spread
        mark = "" if row.reached else "  missed"
        print(
            f"{row.name:34} {row.seconds:8.3f} {row.peer_seconds:8.3f} {row.ratio:6.2f} "
            f"{low:5.2f}-{high:<5.2f} {row.goal:5.2f}{mark}"
        )
