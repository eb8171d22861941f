"""Moves moments off days away and counts reminders back from them, in order. Looks at dates only, never at a zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from heapq import heappop, heappush

from ritualsd.core.policy import Policy
from ritualsd.core.rules import Moment
from ritualsd.errors import WhenError

MOST_DAYS = 366
_REMIND = re.compile(r"\s*(?:on the day|(\d{1,3})\s+(day|week)s?\s+before)\s*", re.IGNORECASE)
_DAY = timedelta(1)

Source = Callable[[datetime], Iterator[Moment]]
"""Moments from about a local time on, ascending."""


def days_before(reminder: str) -> int:
    """How many days "3 weeks before" is; 0 for "on the day". Raises WhenError."""
    match = _REMIND.fullmatch(reminder)
    if match is None:
        what = "a reminder says how long before, or that it is on the day"
        raise WhenError(what, phrase=reminder, end=len(reminder), suggestion="3 days before")
    amount, unit = match.groups()
    days = int(amount or 0) * (7 if unit and unit.lower() == "week" else 1)
    if days > MOST_DAYS:
        raise WhenError("a reminder is at most 366 days before", phrase=reminder, end=len(reminder))
    return days


def moved(source: Source, start: datetime, policy: Policy) -> Iterator[Moment]:
    """The moments of `source` after the policy's `skip`, `on_skip` and `remind`, ascending."""
    if not policy.skip and not policy.remind:
        yield from source(start)
        return
    longest = timedelta(longest_absence(policy.skip))
    later = longest if policy.on_skip == "after" else timedelta(0)
    sooner = longest if policy.on_skip == "before" else timedelta(0)
    sooner += timedelta(max(map(days_before, policy.remind), default=0)) + _DAY  # where local times go back a little
    waiting: list[tuple[datetime, bool, int, Moment]] = []
    number, reached = 0, datetime.min  # noqa: DTZ901 - naive as nominal times are
    for moment in source(start - later):
        while waiting and waiting[0][0] <= moment.local - sooner:
            yield heappop(waiting)[3]
        for spread in _spread(moment, policy):
            # What follows real time keeps its order through an hour that comes twice, where local times go back.
            # Anything else at such a time is at the first of the two.
            nominal = spread.due_utc is None
            reached = reached if nominal else max(reached, spread.local)
            heappush(waiting, (spread.local if nominal else reached, not nominal, number, spread))
            number += 1
    while waiting:
        yield heappop(waiting)[3]


def _spread(moment: Moment, policy: Policy) -> Iterator[Moment]:
    moment = _off_absence(moment, policy)
    if not policy.remind:
        yield moment
        return
    for reminder in policy.remind:
        days = days_before(reminder)
        if not days:
            yield moment
            continue
        note = f"{reminder.strip().lower()} {moment.local:%Y-%m-%d}"
        part, named = f"{moment.part}-{days}d", moment.named or moment.local
        yield moment._replace(local=moment.local - days * _DAY, part=part, note=note, due_utc=None, named=named)


def _off_absence(moment: Moment, policy: Policy) -> Moment:
    if not policy.skip or moment.skipped or not policy.away(moment.day):
        return moment
    if policy.on_skip == "skip":
        return moment._replace(skipped="away")
    step = -_DAY if policy.on_skip == "before" else _DAY
    for days in range(1, MOST_DAYS + 1):
        day = moment.day + days * step
        if not policy.away(day):
            note = f"moved from {moment.day}, a day away, to the day {policy.on_skip} it"
            local, named = moment.local + days * step, moment.named or moment.local
            return moment._replace(local=local, note=note, due_utc=None, named=named)
    return moment._replace(skipped="away")


@lru_cache(maxsize=256)
def longest_absence(skip: tuple[tuple[date, date], ...]) -> int:
    """The most days in a row that skip ranges hold, at most MOST_DAYS."""
    longest, reached, begun = 0, date.min, date.min
    for first, last in sorted(skip):
        if first > reached + _DAY or reached == date.min:
            begun = first
        reached = max(reached, last)
        longest = max(longest, (reached - begun).days + 1)
    return min(longest, MOST_DAYS)
