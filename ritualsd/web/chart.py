"""Charts: how one's own ratings went over time, as lines for those who see them and as a table for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ritualsd.core.phrases import Phrases
from ritualsd.core.reflect import Point

WIDTH, HEIGHT, EDGE = 320, 120, 12
HIGHEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One line of ratings. `dots` are x and y in a box of `WIDTH` by `HEIGHT`; `rows` are day and answer."""

    id: str
    name: str
    told: str
    dots: tuple[tuple[float, float], ...]
    rows: tuple[tuple[str, int], ...]

    @property
    def line(self) -> str:
        """The points as SVG wants them."""
        return " ".join(f"{x},{y}" for x, y in self.dots)

    @property
    def grid(self) -> tuple[float, ...]:
        """Where the lines of 1 to 5 lie, from the lowest."""
        return tuple(_height(value) for value in range(1, HIGHEST + 1))


def chart(id_: str, name: str, points: Sequence[Point], zone: ZoneInfo, phrases: Phrases) -> Chart:
    """The chart of one ritual; days are on the clock of `zone`."""
    values = ", ".join(str(point.value) for point in points)
    return Chart(
        id=id_, name=name, told=phrases.count("page.review.trend.desc", len(points), values=values),
        dots=tuple((_across(point.at_utc, points), _height(point.value)) for point in points),
        rows=tuple((phrases.day_and_year(point.at_utc.astimezone(zone).date()), point.value) for point in points),
    )  # fmt: skip


def _across(at: datetime, points: Sequence[Point]) -> float:
    """How far along its time a point lies."""
    first, last = points[0].at_utc, points[-1].at_utc
    share = (at - first) / (last - first) if last > first else 0.5
    return round(EDGE + share * (WIDTH - 2 * EDGE), 1)


def _height(value: int) -> float:
    """SVG counts from the top."""
    return round(HEIGHT - EDGE - (value - 1) / (HIGHEST - 1) * (HEIGHT - 2 * EDGE), 1)
