"""When several people are all free: outside everyone's quiet hours and the times taken in their calendars. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.busy import Span, busy_until, next_busy
from ritualsd.core.quiet import quiet_until
from ritualsd.core.zones import resolve
from ritualsd.model import Person


def free_spans(people: Sequence[Person], begin: datetime, end: datetime, at_least: timedelta) -> Iterator[Span]:
    """The stretches in [begin, end), aware and UTC, of at least that length, in which all of them are free."""
    at = begin
    while at < end:
        taken = [until for person in people if (until := _taken_until(person, at)) is not None]
        if taken:
            at = max(taken)
            continue
        ahead = [start for person in people for start in _next_starts(person, at)]
        stop = min([*ahead, end])
        if stop - at >= at_least:
            yield at, stop
        at = stop


def _taken_until(person: Person, at: datetime) -> datetime | None:
    return quiet_until(person.quiet, ZoneInfo(person.zone), at) or busy_until(person.busy, at)


def _next_starts(person: Person, at: datetime) -> Iterator[datetime]:
    """When this person's next quiet hours and their next time taken begin."""
    if (start := next_busy(person.busy, at)) is not None:
        yield start
    if person.quiet is None or person.quiet.start == person.quiet.end:
        return
    zone = ZoneInfo(person.zone)
    today = at.astimezone(zone).date()
    starts = (resolve(datetime.combine(today + timedelta(day), person.quiet.start), zone)[0] for day in range(3))
    yield from (start for start in starts if start is not None and start > at)
