"""Hashed moments: the same secret, ritual and period always draw the same minutes. No randomness, no memory, no clock.

Silence is bounded: every period holds its draws, so two neighbours are less than two periods apart.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.dates import month_length
from ritualsd.core.policy import Policy
from ritualsd.core.rules import DAY_MINUTES, Chance, Moment, Period, Window
from ritualsd.core.zones import missing

_DAY = timedelta(1)
Stretch = tuple[int, int]


def window_moment(window: Window, day: date, zone: ZoneInfo, policy: Policy) -> Moment:
    """The one moment of a window that begins on `day`; skipped as "quiet" when quiet hours fill it."""
    drawn = _draw_on(day, 1, window.start, window.end, zone, policy)
    if not drawn:
        return Moment(_local(day, window.start), day, skipped="quiet")
    return Moment(_local(day, drawn[0]), day)


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
    drawn = []
    for rank, day in enumerate(ranked):
        wanted = each + (rank < more)
        drawn += [(day, minute) for minute in _draw_on(day, wanted, chance.start, chance.end, zone, policy)]
    return list(_numbered(sorted(drawn), chance, policy))


def _numbered(drawn: list[tuple[date, int]], chance: Chance, policy: Policy) -> Iterator[Moment]:
    """Number the draws of a period; one too near the last (a window over midnight) waits for `min_gap` to pass."""
    earliest = _local(date.min, 0)
    for number, (day, minute) in enumerate(drawn, 1):
        local = _local(day, minute)
        if local < earliest <= _local(day, chance.end - 1):
            local = earliest
        earliest = local + policy.min_gap
        yield Moment(local, day, part=str(number) if chance.count > 1 else "")


def _draw_on(day: date, count: int, start: int, end: int, zone: ZoneInfo, policy: Policy) -> list[int]:
    """`count` distinct minutes of one day's window, ascending, `min_gap` apart while there is room for that.

    Minutes are drawn in pairs and the day picks one of each: so never at yesterday's minute.
    """
    stretches = _free(day, start, end, zone, policy)
    minutes = sum(last - first for first, last in stretches)
    pairs = minutes // 2
    if not count or not minutes:
        return []
    if pairs < count:
        return [_nth_minute(stretches, index) for index in range(min(count, minutes))]
    apart = max(1, min(-(-int(policy.min_gap.total_seconds()) // 120), pairs // count))
    spare = pairs - (count - 1) * apart
    spots = sorted(_number(policy, f"{start}-{end}|{day}|{index}") % spare for index in range(count))
    odd = day.toordinal() % 2
    return [_nth_minute(stretches, 2 * (spot + index * apart) + odd) for index, spot in enumerate(spots)]


def _nth_minute(stretches: list[Stretch], index: int) -> int:
    for first, last in stretches:
        if index < last - first:
            return first + index
        index -= last - first
    raise IndexError(index)


def _free(day: date, start: int, end: int, zone: ZoneInfo, policy: Policy) -> list[Stretch]:
    """The minutes of a day's window that are left without quiet hours, days away, and minutes the clock skips."""
    stretches = [(start, end)]
    for taken in _taken(day, start, end, zone, policy):
        stretches = [piece for stretch in stretches for piece in _without(stretch, taken)]
    return stretches


def _without(stretch: Stretch, taken: Stretch) -> Iterator[Stretch]:
    (start, end), (first, last) = stretch, taken
    if first >= end or last <= start:
        yield stretch
        return
    if start < first:
        yield start, first
    if last < end:
        yield last, end


def _taken(day: date, start: int, end: int, zone: ZoneInfo, policy: Policy) -> Iterator[Stretch]:
    for quiet in policy.quiet:
        yield from _daily(_minute(quiet.start), _minute(quiet.end))
    if policy.earliest is not None:
        yield from _daily(0, _minute(policy.earliest))
    if policy.latest is not None:
        yield from _daily(_minute(policy.latest) + 1, DAY_MINUTES)
    if end > DAY_MINUTES and policy.away(day + _DAY):
        yield DAY_MINUTES, 2 * DAY_MINUTES
    gap = missing(_local(day, start), _local(day, end), zone)
    if gap is not None:
        midnight = datetime.combine(day, time())
        yield -((midnight - gap[0]) // timedelta(minutes=1)), -((midnight - gap[1]) // timedelta(minutes=1))


def _daily(start: int, end: int) -> Iterator[Stretch]:
    """The same stretch of the day before, this day and the day after; `end` before `start` crosses midnight."""
    length = (end - start) % DAY_MINUTES if end != DAY_MINUTES else end - start
    for shift in (-DAY_MINUTES, 0, DAY_MINUTES):
        yield start + shift, start + shift + length


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _local(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - nominal, so naive


def _digest(policy: Policy, what: str) -> bytes:
    return hmac.digest(policy.secret, f"{policy.ritual}|{what}".encode(), "sha256")


def _number(policy: Policy, what: str) -> int:
    return int.from_bytes(_digest(policy, what)[:8], "big")
