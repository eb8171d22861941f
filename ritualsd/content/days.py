"""The calendars a plugin names, made safe: plain dates within the years asked for, and no more than anybody needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from ritualsd.content.coerce import several
from ritualsd.core.calendars import Days, Span, merged

MOST_CALENDARS = 50
MOST_DAYS = 5_000
"""Dates and ranges of one calendar."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def named_days(answer: Any, years: Sequence[int]) -> Iterator[tuple[str, Days]]:
    """Each calendar of an answer with its days in these years. What comes out may go in again and comes out the same.

    An answer is a mapping, or a list of pairs, of names and sources; a source is dates and (first, last) ranges, or a
    function that gives them for a year. Raises TypeError or ValueError for anything else.
    """
    pairs = answer.items() if isinstance(answer, Mapping) else several(answer, "calendars")
    for name, source in islice(pairs, MOST_CALENDARS):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError("a calendar's name is made of lower-case letters, digits, - and _")
        yield name, _within(_dates(source, years), years)


def _dates(source: Any, years: Sequence[int]) -> Iterator[Any]:
    if callable(source):
        return (each for year in years for each in islice(_listed(source(year)), MOST_DAYS))
    return islice(_listed(source), MOST_DAYS)


def _listed(dates: Any) -> Iterable[Any]:
    """Dates as they may be given; of a mapping, such as of dates to their names, the keys."""
    return several(list(islice(dates, MOST_DAYS)) if isinstance(dates, Mapping) else dates, "dates")


def _within(dates: Iterable[Any], years: Sequence[int]) -> Days:
    begins, ends = date(min(years), 1, 1), date(max(years), 12, 31)
    spans = (_span(each) for each in dates)
    return merged((max(first, begins), min(last, ends)) for first, last in spans if first <= ends and last >= begins)


def _span(given: Any) -> Span:
    if isinstance(given, tuple | list):
        first, last = map(_date, given)
        if last < first:
            raise ValueError("a range of days ends before it begins")
        return first, last
    return _date(given), _date(given)


def _date(given: Any) -> date:
    """A plain copy of a date, whatever a subclass of it would say."""
    if isinstance(given, str):
        return date.fromisoformat(given)
    if not isinstance(given, date | datetime):
        raise TypeError(f"expected each day to be a date, or a first and a last one, got {type(given).__name__}")
    return date(given.year, given.month, given.day)
