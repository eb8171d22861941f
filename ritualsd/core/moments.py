"""The nominal local times a phrase names, in order, before any clock change is looked at. Resolves nothing itself.

Jumps to the first candidate date; nothing here walks from a rule's beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from ritualsd.core.chance import period_moments, period_of, window_moment
from ritualsd.core.dates import END_OF_TIME, ahead, month_length
from ritualsd.core.policy import Policy
from ritualsd.core.rules import DAY_MINUTES, AfterDone, At, Chance, Days, Moment, Phrase, Steps, SunTime, Weekly, Window
from ritualsd.errors import WhenError

_DAY = timedelta(1)
_HALF_MINUTE = timedelta(seconds=30)
_NOON = time(12)
Limit = tuple[date, int]
"""The last day of a counted rule (or the first day of its last period), and how many of its moments still count."""


def phrase_moments(phrase: Phrase, start: datetime, zone: ZoneInfo, policy: Policy) -> Iterator[Moment]:
    """What a phrase names from about `start` (naive, local) on, ascending; a few from the day before may come first."""
    times = phrase.times
    first = start.date() - _DAY if _reaches_over(times) else start.date()
    if isinstance(times, Chance) and times.period != "day":
        return _by_period(phrase, times, first, zone, policy)
    return _by_day(phrase, first, zone, policy)


def per_day(phrase: Phrase) -> int:
    """How many moments a phrase names on one of its days, at most."""
    match phrase.times:
        case At(times=times):
            return len(times)
        case Steps(step=step, start=start, end=end):
            return (end - start) // step + 1
        case Chance(count=count, period=period):
            days = len(phrase.days.days) if isinstance(phrase.days, Weekly) else 7
            return -(-count // {"day": 1, "week": days, "month": 4 * days}[period])
        case _:
            return 1


def _reaches_over(times: object) -> bool:
    """Whether a moment may lie on the day after the day it belongs to."""
    return isinstance(times, SunTime) or (isinstance(times, Steps | Window | Chance) and times.end > DAY_MINUTES)


# ── day by day ────────────────────────────────────────────────────────────────────────────────


def _by_day(phrase: Phrase, first: date, zone: ZoneInfo, policy: Policy) -> Iterator[Moment]:
    limit = _day_limit(phrase, policy)
    for day in _dates(phrase.days, first, phrase.since, policy):
        if (phrase.until is not None and day > phrase.until) or (limit is not None and day > limit[0]):
            return
        named = _on(phrase, day, zone, policy)
        yield from islice(named, limit[1]) if limit is not None and day == limit[0] else named


def _dates(days: Days, start: date, since: date | None, policy: Policy) -> Iterator[date]:
    day = ahead(days, start, since, policy)
    while day is not None:
        yield day
        day = ahead(days, day + _DAY, since, policy)


def _day_limit(phrase: Phrase, policy: Policy) -> Limit | None:
    if phrase.count is None or phrase.since is None:
        return None
    whole_days, rest = divmod(phrase.count - 1, per_day(phrase))
    relevant = Policy(leap=policy.leap, short_month=policy.short_month, skip=policy.skip)
    last = _date_number(phrase.days, phrase.since, whole_days, relevant)
    return (last, rest + 1) if last is not None else None


@lru_cache(maxsize=512)
def _date_number(days: Days, since: date, number: int, policy: Policy) -> date | None:
    """The date with that number (from 0) of those the days name; walked once, then remembered."""
    return next(islice(_dates(days, since, since, policy), number, None), None)


def _on(phrase: Phrase, day: date, zone: ZoneInfo, policy: Policy) -> Iterable[Moment]:
    """What a phrase names on one of its days."""
    match phrase.times:
        case At(times=times):
            return [_clamped(Moment(datetime.combine(day, clock), day), policy) for clock in times]
        case Steps(step=step, start=start, end=end):
            midnight = datetime.combine(day, time())
            return [Moment(midnight + timedelta(minutes=m), day) for m in range(start, end + 1, step)]
        case Window() as window:
            return [window_moment(window, day, zone, policy)]
        case Chance() as chance:
            return period_moments(chance, [day], zone, policy)
        case SunTime() as sun_time:
            return [_clamped(_sun_moment(sun_time, day, zone, policy), policy)]


def _sun_moment(sun_time: SunTime, day: date, zone: ZoneInfo, policy: Policy) -> Moment:
    if policy.sun is None:
        raise WhenError(f"{sun_time.event} needs a place: give its latitude and longitude", phrase=sun_time.event)
    instant = policy.sun(day, zone, sun_time.event)
    if instant is None:
        return Moment(datetime.combine(day, _NOON), day, skipped="no-sun")
    due_utc = instant.astimezone(UTC) + timedelta(minutes=sun_time.offset) + _HALF_MINUTE
    due_utc = due_utc.replace(second=0, microsecond=0)
    return Moment(due_utc.astimezone(zone).replace(tzinfo=None, fold=0), day, due_utc=due_utc)


def _clamped(moment: Moment, policy: Policy) -> Moment:
    """A moment no earlier than `earliest` and no later than `latest` on its day."""
    if moment.skipped:
        return moment
    for bound, word in ((policy.earliest, "earliest"), (policy.latest, "latest")):
        if bound is None:
            continue
        edge = datetime.combine(moment.day, bound)
        if (moment.local < edge) if word == "earliest" else (moment.local > edge):
            note = f"{moment.local:%H:%M} is moved to the {word} time, {edge:%H:%M}"
            named = moment.named or moment.local
            moment = moment._replace(local=edge, note=note, due_utc=None, named=named)
    return moment


# ── week by week, month by month ──────────────────────────────────────────────────────────────


def _by_period(phrase: Phrase, chance: Chance, first: date, zone: ZoneInfo, policy: Policy) -> Iterator[Moment]:
    limit = _period_limit(phrase, chance, zone, policy)
    day = max(first, phrase.since) if phrase.since is not None else first
    while day < END_OF_TIME and (limit is None or period_of(chance.period, day)[0] <= limit[0]):
        begins, ends = period_of(chance.period, day)
        if phrase.until is not None and begins > phrase.until:
            return
        drawn = _period(phrase, chance, day, zone, policy)
        for moment in drawn[: limit[1]] if limit is not None and begins == limit[0] else drawn:
            if phrase.until is None or moment.day <= phrase.until:
                yield moment
        day = ends + _DAY


def _period(phrase: Phrase, chance: Chance, day: date, zone: ZoneInfo, policy: Policy) -> list[Moment]:
    """The draws of the period that holds `day`, those before `since` left out."""
    drawn = _drawn(phrase.days, chance, *period_of(chance.period, day), zone, policy)
    return [moment for moment in drawn if phrase.since is None or moment.day >= phrase.since]


@lru_cache(maxsize=2048)
def _drawn(days: Days, chance: Chance, begins: date, ends: date, zone: ZoneInfo, policy: Policy) -> tuple[Moment, ...]:
    allowed = []
    for allowed_day in _dates(days, begins, None, policy):
        if allowed_day > ends:
            break
        allowed.append(allowed_day)
    return tuple(period_moments(chance, allowed, zone, policy))


def _period_limit(phrase: Phrase, chance: Chance, zone: ZoneInfo, policy: Policy) -> Limit | None:
    if phrase.count is None or phrase.since is None:
        return None
    begins, ends = period_of(chance.period, phrase.since)
    in_first = len(_period(phrase, chance, phrase.since, zone, policy))
    if phrase.count <= in_first:
        return begins, phrase.count
    periods, rest = divmod(phrase.count - in_first - 1, chance.count)
    if chance.period == "week":
        return ends + _DAY + timedelta(weeks=periods), rest + 1
    return add_months(ends + _DAY, periods), rest + 1


# ── after done ────────────────────────────────────────────────────────────────────────────────


def after_done_moments(rule: AfterDone, zone: ZoneInfo, policy: Policy) -> Iterator[Moment]:
    """The one moment that follows from the last time it was done. What never was done comes on the rule's own first
    day, else it counts from when it was first seen."""
    begun = policy.done_utc or (policy.since_utc if rule.since is None else None)
    local = begun.astimezone(zone) if begun is not None else None
    day = _later(local.date(), rule) if local is not None else None
    day = max(filter(None, (day, rule.since)), default=None)
    clock = rule.at or (local.time().replace(second=0, microsecond=0, fold=0) if local is not None else None)
    if day is None or clock is None:
        return
    if policy.after_utc is not None:
        day = max(day, policy.after_utc.astimezone(zone).date())
        while datetime.combine(day, clock, zone) <= policy.after_utc:
            day += _DAY
    if rule.until is None or day <= rule.until:
        yield Moment(datetime.combine(day, clock), day)


def _later(day: date, rule: AfterDone) -> date:
    if rule.unit == "month":
        return add_months(day, rule.amount)
    return day + timedelta(rule.amount * (7 if rule.unit == "week" else 1))


def add_months(day: date, months: int) -> date:
    """The same day that many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))
