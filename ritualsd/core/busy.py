"""Times that are taken in people's own calendars: pure, and without a word of what they are taken by."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

Span = tuple[datetime, datetime]
"""From, and up to: aware, UTC."""

Busy = tuple[Span, ...]
"""In order, and apart from each other."""


def united(spans: Iterable[Span]) -> Busy:
    """These spans in order; those that touch as one."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif begin < end:
            found.append((begin, end))
    return tuple(found)


@lru_cache(maxsize=64)
def of_all(calendars: tuple[Busy, ...]) -> Busy:
    """The times at which at least one of these calendars is taken."""
    return united(span for calendar in calendars for span in calendar)


def busy_until(busy: Busy, at_utc: datetime) -> datetime | None:
    """When the span ends that `at_utc` is in; None where it is in none."""
    place = bisect_right(busy, at_utc, key=_begin) - 1
    return busy[place][1] if place >= 0 and at_utc < busy[place][1] else None


def next_busy(busy: Busy, after_utc: datetime) -> datetime | None:
    """When the next span after then begins."""
    place = bisect_right(busy, after_utc, key=_begin)
    return busy[place][0] if place < len(busy) else None


def within(busy: Busy, first_utc: datetime, last_utc: datetime) -> Iterator[Span]:
    """The spans that touch that time."""
    place = max(bisect_left(busy, first_utc, key=_begin) - 1, 0)
    for begin, end in busy[place:]:
        if begin >= last_utc:
            return
        if end > first_utc:
            yield begin, end


def to_numbers(busy: Busy) -> list[list[int]]:
    """As JSON keeps them: seconds since 1970."""
    return [[int(begin.timestamp()), int(end.timestamp())] for begin, end in busy]


def _begin(span: Span) -> datetime:
    return span[0]
