"""An independent oracle: what a local time means in a zone, told from UTC offsets of instants alone, without fold."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

STEP = timedelta(hours=12)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Stretch:
    """From `start` (an instant) on, local time is UTC plus `offset`."""

    start: datetime
    offset: timedelta


def offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    found = instant.astimezone(zone).utcoffset()
    assert found is not None
    return found


@cache
def stretches(name: str, first_year: int, last_year: int) -> tuple[Stretch, ...]:
    """All stretches of one offset, found by stepping through the years and bisecting where the offset changes."""
    zone, instant = ZoneInfo(name), datetime(first_year, 1, 1, tzinfo=UTC) - timedelta(days=3)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC) + timedelta(days=3)
    found = [Stretch(instant, offset(zone, instant))]
    while instant < end:
        later = instant + STEP
        if offset(zone, later) != found[-1].offset:
            low, high = instant, later
            while high - low > SECOND:
                middle = (low + (high - low) / 2).replace(microsecond=0)
                middle = max(middle, low + SECOND)
                low, high = (middle, high) if offset(zone, middle) == found[-1].offset else (low, middle)
            found.append(Stretch(high, offset(zone, high)))
        instant = later
    return tuple(found)


def meaning(name: str, local: datetime, first_year: int, last_year: int) -> tuple[datetime | None, str]:
    """The instant of a naive local time, and "normal", "gap", "overlap" or "never" (a date that never was)."""
    known = stretches(name, first_year, last_year)
    as_utc = local.replace(tzinfo=UTC)
    near = bisect_right(known, as_utc - timedelta(days=2), key=lambda stretch: stretch.start)
    hits, gap = [], None
    for index in range(max(0, near - 1), len(known)):
        stretch = known[index]
        if stretch.start > as_utc + timedelta(days=2):
            break
        instant = as_utc - stretch.offset
        ends = known[index + 1].start if index + 1 < len(known) else None
        if instant >= stretch.start and (ends is None or instant < ends):
            hits.append(instant)
        before = known[index - 1].offset if index else stretch.offset
        if before < stretch.offset and stretch.start + before <= as_utc < stretch.start + stretch.offset:
            gap = (stretch.start, stretch.start + before, stretch.start + stretch.offset)
    if hits:
        return min(hits), "overlap" if len(hits) > 1 else "normal"
    assert gap is not None, (name, local)
    midnight = as_utc.replace(hour=0, minute=0, second=0)
    if gap[1] <= midnight and midnight + timedelta(days=1) <= gap[2]:
        return None, "never"
    return gap[0], "gap"


def changes(name: str, first_year: int, last_year: int) -> list[datetime]:
    """The local times (naive) just before and just after each change of the offset."""
    known = stretches(name, first_year, last_year)
    edges = []
    for before, after in pairwise(known):
        edges += [(after.start + before.offset).replace(tzinfo=None), (after.start + after.offset).replace(tzinfo=None)]
    return edges
