"""The events of an iCalendar file as days. The only place that knows icalendar; runs in a process that may be killed.

It never says what an event is called: a calendar is private. Every refusal names the event by its number instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import takewhile
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ritualsd.core.busy import Busy, united
from ritualsd.core.calendars import Days, Span, merged
from ritualsd.core.rrule import check, rrule_moments
from ritualsd.core.rrule_parts import normal
from ritualsd.core.rules import RRule
from ritualsd.errors import WhenError

MOST_EVENTS = 5_000
MOST_TIMES = 100_000
"""Times of repeating events that one file may have within the days looked at."""

OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
READ = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS"})

T = TypeVar("T")

_UTC = ZoneInfo("UTC")
_TICK = timedelta(microseconds=1)
_DAY = timedelta(1)


class Refusal(Exception):
    """A calendar that is not taken: what is wrong, what to do, and the number of the event from 1 (0: the file)."""

    def __init__(self, what: str, todo: str, event: int = 0) -> None:
        super().__init__(what)
        self.what, self.todo, self.event = what, todo, event


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """The days that matter, both included, and the zone whose days they are."""

    first: date
    last: date
    home: ZoneInfo


@dataclass(slots=True, kw_only=True)
class Event:
    """One event: when it first begins (naive, on its own clock), how long it lasts, and how it repeats."""

    number: int
    uid: str
    begins: datetime
    lasts: timedelta
    zone: tzinfo | None  # None: the same days for everyone
    rules: list[Any]
    more: list[Any]
    less: set[datetime] = field(default_factory=set)
    replaces: datetime | None = None
    is_free: bool = False  # it takes no time of anybody


def days_of(data: bytes, horizon: Horizon) -> Days:
    """Every day within the horizon on which an event of the file lies. Raises Refusal."""
    return merged(_found(data, horizon, _spans))


def times_of(data: bytes, horizon: Horizon) -> Busy:
    """The times within the horizon that an event of the file takes, but for those that say they take none (TRANSP).
    What has no zone is meant at home. Raises Refusal."""
    return united(_found(data, horizon, _taken))


def _found(data: bytes, horizon: Horizon, look: Callable[[Event, Horizon], Iterator[T]]) -> list[T]:
    """What `look` finds of each event, once those that replace single times of others are taken into account."""
    events = list(_events(data))
    replaced: dict[str, set[datetime]] = {}
    for event in events:
        if event.replaces is not None:
            replaced.setdefault(event.uid, set()).add(event.replaces)
    spans: list[T] = []
    for event in events:
        if event.replaces is None:
            event.less |= replaced.get(event.uid, set())
        with _blamed_on(event.number):
            spans += look(event, horizon)
        if len(spans) > MOST_TIMES:
            todo = "keep days away in a calendar of their own"
            raise Refusal(f"its events come more than {MOST_TIMES:,} times in two years", todo, event.number)
    return spans


# ── reading ───────────────────────────────────────────────────────────────────────────────────


def _events(data: bytes) -> Iterator[Event]:
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(data, multiple=True)
    except (ValueError, KeyError, IndexError, AttributeError):
        raise Refusal("this is not a calendar file", "export it again as iCalendar (.ics)") from None
    whole = [each for each in calendars if each.name == "VCALENDAR"]
    if not whole or len(whole) < data.upper().count(b"BEGIN:VCALENDAR"):
        raise Refusal("this is not a whole calendar file", "export it again as iCalendar (.ics)")
    components = [component for calendar in whole for component in calendar.walk("VEVENT")]
    if len(components) > MOST_EVENTS:
        raise Refusal(f"it holds more than {MOST_EVENTS:,} events", "keep days away in a calendar of their own")
    for number, component in enumerate(components, 1):
        if str(component.get("STATUS", "")).upper() != "CANCELLED" or "RECURRENCE-ID" in component:
            with _blamed_on(number):
                event = _event(component, number)
            yield event


@contextmanager
def _blamed_on(number: int) -> Iterator[None]:
    """Whatever is too odd to be foreseen in an event is a refusal that names it."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
        what = "its days cannot be told, or lie beyond the years there are"
        raise Refusal(what, "mend the event, or take it out", number) from None


def _event(component: Any, number: int) -> Event:
    for name, _ in component.errors:
        if str(name).upper() in READ:
            raise Refusal(f"its {name} cannot be read", "mend the event, or take it out", number)
    start = _single(component, "DTSTART", number)
    if start is None:
        raise Refusal("it has no DTSTART, so it has no day", "mend the event, or take it out", number)
    zone = start.tzinfo if isinstance(start, datetime) else None
    replaced = _single(component, "RECURRENCE-ID", number)
    cancelled = str(component.get("STATUS", "")).upper() == "CANCELLED"
    return Event(
        number=number,
        uid=str(component.get("UID", number)),
        begins=_naive(start, zone),
        lasts=timedelta(-1) if cancelled else _length(component, start, number),
        zone=zone,
        rules=_list(component, "RRULE"),
        more=list(_dates(component, "RDATE", number)),
        less={_naive(value, zone) for value in _dates(component, "EXDATE", number)},
        replaces=None if replaced is None else _naive(replaced, zone),
        is_free=str(component.get("TRANSP", "")).upper() == "TRANSPARENT",
    )


def _length(component: Any, start: date, number: int) -> timedelta:
    """How long it lasts; a day where an all-day event does not say, nothing at all where another does not."""
    end = _single(component, "DTEND", number)
    if end is not None:
        zone = start.tzinfo if isinstance(start, datetime) else None
        lasts = _naive(end, zone) - _naive(start, zone)
    elif "DURATION" in component:
        lasts = component["DURATION"].dt
    else:
        lasts = timedelta(0)
    return max(lasts, timedelta(0) if isinstance(start, datetime) else _DAY)


def _single(component: Any, name: str, number: int) -> Any:
    """The date or date-time under a name, or None. Raises Refusal for several, and for a zone nobody knows."""
    value = component.get(name)
    if value is None:
        return None
    if isinstance(value, list):
        raise Refusal(f"its {name} is said twice", "mend the event, or take it out", number)
    return _known(value.dt, value, name, number)


def _dates(component: Any, name: str, number: int) -> Iterator[Any]:
    """Each date, date-time or period (begin, end) of a property that may be written several times."""
    for value in _list(component, name):
        for each in value.dts:
            yield _known(each.dt, value, name, number)


def _list(component: Any, name: str) -> list[Any]:
    value = component.get(name, [])
    return value if isinstance(value, list) else [value]


def _known(value: Any, prop: Any, name: str, number: int) -> Any:
    zone = prop.params.get("TZID")
    begins = value[0] if isinstance(value, tuple) else value
    if zone is not None and isinstance(begins, datetime) and begins.tzinfo is None:
        what = f"the time zone of its {name} is not known, {str(zone)[:60]!r}"
        raise Refusal(what, 'use a name such as "Europe/Berlin", or put its VTIMEZONE into the file', number)
    return value


def _naive(value: Any, zone: tzinfo | None) -> datetime:
    """A date or date-time as a naive time on the event's own clock; a date is its midnight."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value.astimezone(zone).replace(tzinfo=None) if zone and value.tzinfo else value.replace(tzinfo=None)


# ── repeating ─────────────────────────────────────────────────────────────────────────────────


def _spans(event: Event, horizon: Horizon) -> Iterator[Span]:
    if event.lasts < timedelta(0):  # cancelled: it only takes the place of what it replaces
        return
    for begins, lasts in _times(event, horizon):
        first, last = _on_days(begins, lasts, event.zone, horizon.home)
        if begins not in event.less and first <= horizon.last and last >= horizon.first:
            yield max(first, horizon.first), min(last, horizon.last)


def _taken(event: Event, horizon: Horizon) -> Iterator[tuple[datetime, datetime]]:
    if event.lasts < timedelta(0) or event.is_free:
        return
    first = datetime.combine(horizon.first, time(), horizon.home).astimezone(_UTC)
    last = datetime.combine(horizon.last, time(), horizon.home).astimezone(_UTC) + _DAY
    for begins, lasts in _times(event, horizon):
        begin = begins.replace(tzinfo=event.zone or horizon.home).astimezone(_UTC)
        end = (begins + lasts).replace(tzinfo=event.zone or horizon.home).astimezone(_UTC)
        if begins not in event.less and begin < last and end > first:
            yield max(begin, first), min(end, last)


def _times(event: Event, horizon: Horizon) -> Iterator[tuple[datetime, timedelta]]:
    yield event.begins, event.lasts
    for value in event.more:
        begins = value[0] if isinstance(value, tuple) else value
        lasts = event.lasts
        if isinstance(value, tuple):
            lasts = value[1] if isinstance(value[1], timedelta) else value[1] - value[0]
        yield _naive(begins, event.zone), lasts
    ends = datetime.combine(horizon.last, time()) + 2 * _DAY
    for rule in event.rules:
        found = _repeated(event, rule, datetime.combine(horizon.first, time()) - event.lasts - 2 * _DAY)
        yield from ((begins, event.lasts) for begins in takewhile(lambda begins: begins <= ends, found))


def _repeated(event: Event, rule: Any, after: datetime) -> Iterable[datetime]:
    """The times an RRULE names after a naive time. Raises Refusal."""
    frequency = str(next(iter(rule.get("FREQ", [""])), "")).upper()
    if frequency in OFTEN:
        raise Refusal(f"FREQ={frequency} is not for days", "let it repeat daily or more seldom", event.number)
    try:
        known = RRule(text=normal(_rule_text(event, rule)), start=event.begins)
        check(known)
    except (WhenError, ValueError, OverflowError) as error:
        what = error.what if isinstance(error, WhenError) else "it cannot be followed"
        raise Refusal(f"its RRULE is not taken: {what}", "mend the event, or take it out", event.number) from None
    return (moment.local for moment in rrule_moments(known, max(after, event.begins - _TICK), _UTC))


def _rule_text(event: Event, rule: Any) -> str:
    """The rule with its UNTIL on the event's own clock."""
    rule = type(rule)(rule)
    if rule.get("UNTIL"):
        until = rule["UNTIL"][0] if isinstance(rule["UNTIL"], list) else rule["UNTIL"]
        rule["UNTIL"] = [_naive(until, event.zone) if isinstance(until, datetime) else until]
    return str(rule.to_ical().decode())


def _on_days(begins: datetime, lasts: timedelta, zone: tzinfo | None, home: ZoneInfo) -> Span:
    """The first and last day, at home, of one time of an event; an end at midnight is not a day more."""
    ends = begins + max(lasts - _TICK, timedelta(0))
    if zone is None:
        return begins.date(), ends.date()
    return tuple(at.replace(tzinfo=zone).astimezone(home).date() for at in (begins, ends))  # type: ignore[return-value]  # two of them
