"""The next time of an everyday rule in one jump: one candidate date, one look at the zone. Leaves the rest to `recur`.

An everyday rule names times or a window on its days, and nothing moves it. Where the clock changes it gives up, and
the general way, which knows every case, decides; both give the same answer.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ritualsd.core.chance import window_minute
from ritualsd.core.dates import ahead
from ritualsd.core.policy import Policy
from ritualsd.core.rules import DAY_MINUTES, At, Phrase, Window

_DAY = timedelta(1)
_MIDNIGHT = time()
_combine = datetime.combine
Landing = tuple[datetime, date, datetime]
"""The nominal local time, the day it belongs to, and the instant (aware, UTC)."""


def jump(phrase: Phrase, zone: ZoneInfo, after: datetime, policy: Policy) -> Landing | None:
    """Where the phrase is next after an instant; None when that takes a closer look, or there is nothing more.

    Times only grow with the instants they stand for, so nothing named up to the local time of `after` can be next.
    """
    if phrase.count is not None or policy.skip or policy.remind or policy.earliest or policy.latest or policy.together:
        return None
    local = after.astimezone(zone)
    times = phrase.times
    if type(times) is At:
        day, clock = _next_time(phrase, times.times, local, policy)
    elif type(times) is Window and times.end <= DAY_MINUTES:
        day, clock = _next_window(phrase, times, local, zone, policy)
    else:
        return None
    if day is None or (phrase.until is not None and day > phrase.until):
        return None
    nominal = _combine(day, clock)
    offset = zone.utcoffset(nominal)
    if offset is None or offset != zone.utcoffset(_combine(day, _second(clock))):
        return None
    due_utc = _combine(day, clock, UTC) - offset
    return (nominal, day, due_utc) if due_utc > after else None


def _next_time(phrase: Phrase, clocks: tuple[time, ...], local: datetime, policy: Policy) -> tuple[date | None, time]:
    today = local.date()
    day = ahead(phrase.days, today, phrase.since, policy)
    if day == today:
        now = local.time()
        for clock in clocks:
            if clock > now:
                return today, clock
        day = ahead(phrase.days, today + _DAY, phrase.since, policy)
    return day, clocks[0]


def _next_window(
    phrase: Phrase, window: Window, local: datetime, zone: ZoneInfo, policy: Policy
) -> tuple[date | None, time]:
    today = local.date()
    day = ahead(phrase.days, today, phrase.since, policy)
    if day == today:
        clock = _drawn(window, day, zone, policy)
        if clock is not None and clock > local.time():
            return day, clock
        day = ahead(phrase.days, today + _DAY, phrase.since, policy)
    clock = _drawn(window, day, zone, policy) if day is not None else None
    return (day, clock) if clock is not None else (None, _MIDNIGHT)


def _drawn(window: Window, day: date, zone: ZoneInfo, policy: Policy) -> time | None:
    minute = window_minute(window, day, zone, policy)
    return time(minute // 60, minute % 60) if minute is not None else None


@lru_cache(maxsize=DAY_MINUTES)
def _second(clock: time) -> time:
    """The same time of day, the second of the two where a clock repeats it."""
    return clock.replace(fold=1)
