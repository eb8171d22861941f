"""Hashed moments: the same secret, ritual and period always draw the same minutes. No randomness, no memory, no clock.

Silence is bounded: every period holds its draws, so two neighbours are less than two periods apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from ritualsd.core.dates import month_length
from ritualsd.core.policy import Policy
from ritualsd.core.rules import DAY_MINUTES, Chance, Moment, Period, Window
from ritualsd.core.together import taken as taken_elsewhere
from ritualsd.core.zones import missing

_DAY = timedelta(1)
_TWO_DAYS = timedelta(2)
_MINUTE = timedelta(minutes=1)
_MIDNIGHT = time()
_NEXT_DAY = (DAY_MINUTES, 2 * DAY_MINUTES)
Stretch = tuple[int, int]


def window_moment(window: Window, day: date, zone: ZoneInfo, policy: Policy) -> Moment:
    """The one moment of a window that begins on `day`; skipped as "quiet" when quiet hours fill it."""
    minute = window_minute(window, day, zone, policy)
    if minute is None:
        return Moment(_local(day, window.start), day, skipped="quiet")
    return Moment(_local(day, minute), day)


def window_minute(window: Window, day: date, zone: ZoneInfo, policy: Policy) -> int | None:
    """The minute, from the midnight that begins `day`, that its window draws; None when quiet hours fill it.

    Minutes are drawn in pairs and the day picks one of each: so never at yesterday's minute.
    """
    stretches = _free(day, window.start, window.end, zone, policy)
    minutes = _minutes(stretches)
    if minutes < 2:
        return stretches[0][0] if minutes else None
    number = day.toordinal()
    spot = _number(policy, f"{window.start}-{window.end}|{number}|0") % (minutes // 2)
    return _nth_minute(stretches, 2 * spot + number % 2)


def period_of(period: Period, day: date) -> tuple[date, date]:
    """The first and last date of the day, week (from Monday) or month that holds `day`."""
    if period == "week":
        monday = day - timedelta(day.weekday())
        return monday, monday + timedelta(6)
    if period == "month":
        return day.replace(day=1), day.replace(day=month_length(day.year, day.month))
    return day, day


def period_moments(chance: Chance, days: Iterable[date], zone: ZoneInfo, policy: Policy) -> list[Moment]:
    """The draws of one period, in order, their numbers as parts; `days` are the dates in it that the rule allows.

    On as many days as there are draws where the period has them; days away and quiet hours are left out first.
    """
    allowed = list(days)
    room = [day for day in allowed if not policy.away(day) and _free(day, chance.start, chance.end, zone, policy)]
    if not room:
        reason = "away" if allowed and all(map(policy.away, allowed)) else "quiet"
        return [Moment(_local(day, chance.start), day, skipped=reason) for day in allowed[:1]]
    ranked = sorted(room, key=lambda day: (_digest(policy, f"{chance.period}|{day}"), day))
    each, more = divmod(chance.count, len(ranked))
    wanted = {day: each + (rank < more) for rank, day in enumerate(ranked)}
    drawn: list[tuple[date, datetime]] = []
    for day in sorted(wanted):
        minutes = _draw_on(day, wanted[day], chance.start, chance.end, zone, policy)
        drawn += _apart([_local(day, minute) for minute in minutes], day, drawn, chance.end, policy)
    part = str if chance.count > 1 else lambda number: ""
    return [Moment(local, day, part=part(number)) for number, (day, local) in enumerate(drawn, 1)]


def _apart(
    locals_: list[datetime], day: date, before: list[tuple[date, datetime]], end: int, policy: Policy
) -> list[tuple[date, datetime]]:
    """One day's draws, put off together when the last of the day before is nearer than `min_gap` and there is room."""
    late = before[-1][1] + policy.min_gap - locals_[0] if before and locals_ else timedelta(0)
    if late > timedelta(0) and locals_[-1] + late < _local(day, end):
        return [(day, local + late) for local in locals_]
    return [(day, local) for local in locals_]


def _draw_on(day: date, count: int, start: int, end: int, zone: ZoneInfo, policy: Policy) -> list[int]:
    """`count` distinct minutes of one day's window, ascending, `min_gap` apart while there is room for that.

    Drawn in pairs, as in `window_minute`.
    """
    stretches = _free(day, start, end, zone, policy)
    minutes = _minutes(stretches)
    pairs = minutes // 2
    if not count or not minutes:
        return []
    if pairs < count:
        return [_nth_minute(stretches, index) for index in range(min(count, minutes))]
    apart = max(1, min(-(-int(policy.min_gap.total_seconds()) // 120), pairs // count))
    spare = pairs - (count - 1) * apart
    number = day.toordinal()
    spots = sorted([_number(policy, f"{start}-{end}|{number}|{index}") % spare for index in range(count)])
    return [_nth_minute(stretches, 2 * (spot + index * apart) + number % 2) for index, spot in enumerate(spots)]


def _minutes(stretches: list[Stretch]) -> int:
    minutes = 0
    for first, last in stretches:
        minutes += last - first
    return minutes


def _nth_minute(stretches: list[Stretch], index: int) -> int:
    for first, last in stretches:
        if index < last - first:
            return first + index
        index -= last - first
    raise IndexError(index)


def _free(day: date, start: int, end: int, zone: ZoneInfo, policy: Policy) -> list[Stretch]:
    """The minutes of a day's window that are left without quiet hours, days away, and minutes the clock skips.

    A window that the clock skips as a whole stays: what is drawn in it comes at the first moment after.
    """
    stretches = [(start, end)]
    for taken in _taken_daily(policy) if policy.quiet or policy.earliest or policy.latest else ():
        stretches = [piece for stretch in stretches for piece in _without(stretch, taken)]
    for taken in taken_elsewhere(day, zone, policy) if policy.busy or policy.engaged else ():
        stretches = [piece for stretch in stretches for piece in _without(stretch, taken)]
    if end > DAY_MINUTES and policy.away(day + _DAY):
        stretches = [piece for stretch in stretches for piece in _without(stretch, _NEXT_DAY)]
    if zone.utcoffset(_midnight(day)) != zone.utcoffset(_midnight(day + _TWO_DAYS)):
        skipped = _skipped(day, start, end, zone)
        stretches = [piece for stretch in stretches for piece in _without(stretch, skipped)] or stretches
    return stretches


def _skipped(day: date, start: int, end: int, zone: ZoneInfo) -> Stretch:
    """The minutes of a window that the clock skips that day; nothing when it changes elsewhere."""
    gap = missing(_local(day, start), _local(day, end), zone)
    if gap is None:
        return (0, 0)
    return (gap[0] - _midnight(day)) // _MINUTE, (gap[1] - _midnight(day)) // _MINUTE


def _without(stretch: Stretch, taken: Stretch) -> Iterator[Stretch]:
    (start, end), (first, last) = stretch, taken
    if first >= end or last <= start:
        yield stretch
        return
    if start < first:
        yield start, first
    if last < end:
        yield last, end


def _taken_daily(policy: Policy) -> Iterator[Stretch]:
    """What every day takes from a window: quiet hours, and the time before `earliest` and after `latest`."""
    for quiet in policy.quiet:
        yield from _daily(_minute(quiet.start), _minute(quiet.end))
    if policy.earliest is not None:
        yield from _daily(0, _minute(policy.earliest))
    if policy.latest is not None:
        yield from _daily(_minute(policy.latest) + 1, DAY_MINUTES)


def _daily(start: int, end: int) -> Iterator[Stretch]:
    """The same stretch of the day before, this day and the day after; `end` before `start` crosses midnight."""
    length = (end - start) % DAY_MINUTES if end != DAY_MINUTES else end - start
    for shift in (-DAY_MINUTES, 0, DAY_MINUTES):
        yield start + shift, start + shift + length


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _midnight(day: date) -> datetime:
    return datetime.combine(day, _MIDNIGHT)


def _local(day: date, minute: int) -> datetime:
    return _midnight(day) + timedelta(minutes=minute)


def _digest(policy: Policy, what: str) -> bytes:
    return blake2b(f"{policy.ritual}|{what}".encode(), key=policy.secret[:64], digest_size=16).digest()


def _number(policy: Policy, what: str) -> int:
    return int.from_bytes(_digest(policy, what), "big")
