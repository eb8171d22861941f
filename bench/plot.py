"""One plot of cost against the number of rituals, as plain SVG, from what `bench.schedules --json` printed.

python -m bench.schedules --json > held.json; python -m bench.plot held.json > docs/images/cost-against-n.svg
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from pathlib import Path

WIDE, HIGH = 420, 300  # of one of the two panels
LEFT, RIGHT, TOP, BOTTOM = 62, 30, 44, 46
COLOURS = ("#0b6e4f", "#b3541e", "#4a4e8f")  # apart for colour-blind eyes too; the marks differ as well
MARKS = ("circle", "square", "diamond")
PANELS = {"ready_cpu_s": "seconds of CPU from start to ready", "resident_mib": "MiB resident"}
Point = tuple[float, float]

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #333 }
.title { font-weight: 600 }
.grid { stroke: #ddd }
.axis { stroke: #666; fill: none }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd } .grid { stroke: #444 } .axis { stroke: #999 } .page { fill: #1b1b1b }
}
"""


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis over whole powers of ten, drawn from `start` to `end`."""

    low: int
    high: int
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (log10(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def marks(self) -> Iterable[float]:
        return (10.0**power for power in range(self.low, self.high + 1))


def axis_for(values: Sequence[float], start: float, end: float) -> Axis:
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return Axis(low, max(high, low + 1), start, end)


def lines_of(held: Sequence[Mapping[str, float | str]], key: str) -> dict[str, list[Point]]:
    """For each contender its points, the median of each number of rituals, in order."""
    found: dict[str, dict[float, list[float]]] = {}
    for each in held:
        found.setdefault(str(each["who"]), {}).setdefault(float(each["rituals"]), []).append(float(each[key]))
    return {
        who: [(rituals, statistics.median(values)) for rituals, values in sorted(sizes.items())]
        for who, sizes in found.items()
    }


def panel(lines: Mapping[str, list[Point]], title: str, shift: int) -> str:
    across = axis_for([x for points in lines.values() for x, _ in points], shift + LEFT, shift + WIDE - RIGHT)
    up = axis_for([y for points in lines.values() for _, y in points], HIGH - BOTTOM, TOP)
    drawn = [f'<text class="title" x="{shift + LEFT}" y="{TOP - 22}">{title}</text>']
    drawn += [_tick_across(across.at(mark), mark) for mark in across.marks()]
    drawn += [_tick_up(up.at(mark), mark, across) for mark in up.marks()]
    drawn.append(f'<path class="axis" d="M{across.start},{TOP} V{HIGH - BOTTOM} H{across.end}"/>')
    middle = (across.start + across.end) / 2
    drawn.append(f'<text x="{middle}" y="{HIGH - 8}" text-anchor="middle">rituals held</text>')
    for colour, mark, (who, points) in zip(COLOURS, MARKS, lines.items(), strict=False):
        drawn.append(_line(who, [(across.at(x), up.at(y)) for x, y in points], colour, mark))
    return "\n".join(drawn)


def _tick_across(x: float, value: float) -> str:
    return (
        f'<path class="grid" d="M{x},{TOP} V{HIGH - BOTTOM}"/>'
        f'<text x="{x}" y="{HIGH - BOTTOM + 18}" text-anchor="middle">{value:,.0f}</text>'
    )


def _tick_up(y: float, value: float, across: Axis) -> str:
    return (
        f'<path class="grid" d="M{across.start},{y} H{across.end}"/>'
        f'<text x="{across.start - 8}" y="{y + 4}" text-anchor="end">{value:,g}</text>'
    )


def _line(who: str, points: Sequence[Point], colour: str, mark: str) -> str:
    way = " L".join(f"{x},{y}" for x, y in points)
    marks = "".join(_mark(x, y, mark) for x, y in points)
    return f'<g fill="{colour}"><title>{who}</title><path fill="none" stroke="{colour}" d="M{way}"/>{marks}</g>'


def _mark(x: float, y: float, mark: str) -> str:
    if mark == "circle":
        return f'<circle cx="{x}" cy="{y}" r="4"/>'
    turn = f' transform="rotate(45 {x} {y})"' if mark == "diamond" else ""
    return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"{turn}/>'


def legend(names: Iterable[str]) -> str:
    drawn = []
    for number, (colour, mark, who) in enumerate(zip(COLOURS, MARKS, names, strict=False)):
        x, y = LEFT + 200 * number, HIGH + 14
        drawn.append(f'<g fill="{colour}">{_mark(x, y, mark)}</g><text x="{x + 12}" y="{y + 4}">{who}</text>')
    return "\n".join(drawn)


def svg(held: Sequence[Mapping[str, float | str]]) -> str:
    """The whole picture; raises ValueError where there is nothing to draw."""
    panels = [panel(lines_of(held, key), title, WIDE * number) for number, (key, title) in enumerate(PANELS.items())]
    width, height = WIDE * len(PANELS), HIGH + 34
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' aria-label="CPU until ready and memory against the number of rituals, both axes logarithmic">',
        f'<style>{STYLE}</style><rect class="page" width="{width}" height="{height}" fill="#fff"/>',
        *panels,
        legend(lines_of(held, next(iter(PANELS)))),
        "</svg>\n",
    ])  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, help="what bench.schedules --json printed")
    given = parser.parse_args()
    sys.stdout.write(svg(json.loads(given.file.read_text())["points"]))


if __name__ == "__main__":
    main()
