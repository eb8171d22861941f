"""Which days of earlier years today brings back. Knows dates only, no words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

YEARS = 10
AROUND = timedelta(days=3)
"""A ritual once a week finds the answer of that week a year ago, whatever weekday it was."""


def spans(at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From and until of the days around `at` (aware) in each earlier year, the earliest first."""
    for years in range(YEARS, 0, -1):
        day = _years_ago(at, years)
        yield day - AROUND, day + AROUND


def _years_ago(at: datetime, years: int) -> datetime:
    try:
        return at.replace(year=at.year - years)
    except ValueError:  # 29 February
        return at.replace(year=at.year - years, day=28)
