"""The productions of a `when` phrase, one function each, from tokens to a rule. Guesses nothing.

    phrase  := (every | on | nth | easter | chance | sun | after-done) {from | until | times}

A new production is one function here, one line in `when_print`, and one row in `when_doc`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time
from typing import TypeVar, cast

from ritualsd.core.rules import (
    ALL_WEEK,
    DAY_MINUTES,
    WEEKEND,
    WORKWEEK,
    AfterDone,
    At,
    Body,
    Chance,
    Days,
    Easter,
    EveryDays,
    MonthDays,
    NthDays,
    OneDay,
    Period,
    Phrase,
    Steps,
    SunEvent,
    SunTime,
    Times,
    Unit,
    Weekly,
    Window,
    Yearly,
)
from ritualsd.core.when_bounds import closed
from ritualsd.core.when_words import MONTHS, ORDINALS, WEEKDAYS, Cursor, Token, tokens

T = TypeVar("T")

_DAY_NAMES = tuple(day.lower() for day in WEEKDAYS)
_MONTH_NAMES = tuple(month.lower() for month in MONTHS)
_SUN = ("sunset", "sunrise", "dawn", "dusk")
_UNITS = ("day", "week", "month", "hour", "minute")
_MOST = {"day": 3650, "week": 520, "month": 120, "hour": 24, "minute": DAY_MINUTES}
_ALL_DAYS = EveryDays()


def read(phrase: str) -> Body:
    """The rule a phrase names. Raises WhenError at the first word that does not fit."""
    cursor = Cursor(phrase, tokens(phrase))
    return closed(cursor, _body(cursor))


def _body(cursor: Cursor) -> Body:
    if cursor.take("every"):
        return _every(cursor)
    if cursor.take("on"):
        return _on(cursor)
    if cursor.sees("the", *ORDINALS) or cursor.here.kind == "nth":
        return _nth(cursor)
    if cursor.take("easter"):
        return _easter(cursor)
    if cursor.sees("at", *_SUN):
        return _at_sun(cursor)
    if count := {"once": 1, "twice": 2}.get(cursor.take("once", "twice")):
        return _chance(cursor, count)
    if cursor.here.kind == "number":
        return _amount(cursor)
    return cursor.fail("a phrase begins with words such as “every”, “first”, “on” or “twice a month”")


# ── every … ───────────────────────────────────────────────────────────────────────────────────


def _every(cursor: Cursor) -> Body:
    if cursor.take("day"):
        return _timed(cursor, _ALL_DAYS)
    if cursor.take("other"):
        return _every_other(cursor)
    if cursor.take("year"):
        cursor.need("on")
        return _timed(cursor, _month_day(cursor))
    if cursor.take("week"):
        return _every_weeks(cursor, 1)
    if cursor.take("month"):
        cursor.need("on")
        return _nth(cursor, monthly=True)
    if cursor.sees("hour", "minute"):
        return _steps(cursor, 1)
    if cursor.here.kind == "number":
        return _every_few(cursor)
    if cursor.sees(*ORDINALS) or cursor.here.kind == "nth":
        return _nth(cursor)
    return _timed(cursor, _weekly(_weekdays(cursor)))


def _every_other(cursor: Cursor) -> Body:
    if cursor.take("day"):
        return _timed(cursor, EveryDays(step=2))
    if cursor.take("week"):
        return _every_weeks(cursor, 2)
    return _timed(cursor, Weekly(days=_weekdays(cursor), step=2))


def _every_few(cursor: Cursor) -> Body:
    amount = _number(cursor)
    if cursor.take("day"):
        return _timed(cursor, EveryDays(step=amount))
    if cursor.take("week"):
        return _every_weeks(cursor, amount)
    if cursor.sees("hour", "minute"):
        return _steps(cursor, amount)
    return cursor.fail("a number is followed by days, weeks, hours or minutes here")


def _every_weeks(cursor: Cursor, step: int) -> Body:
    """ "on DAYS" may be left out: then it is the weekday of `from`, which stands at the end."""
    days = _weekdays(cursor) if cursor.take("on") else ()
    return _timed(cursor, Weekly(days=days, step=step))


def _steps(cursor: Cursor, amount: int) -> Body:
    unit = cursor.next()
    step = amount * (60 if unit.value == "hour" else 1)
    if step > DAY_MINUTES:
        cursor.fail("steps are at most a day long", unit)
    start, end = _between(cursor)
    return Phrase(days=_on_days(cursor), times=Steps(step=step, start=start, end=end))


# ── days ──────────────────────────────────────────────────────────────────────────────────────


def _on(cursor: Cursor) -> Body:
    if moment := cursor.kind("moment"):
        local = cast(datetime, moment.value)
        if local.second:
            cursor.fail("a time is to the minute", moment)
        return Phrase(days=OneDay(date=local.date()), times=At(times=(local.time(),)))
    if day := cursor.kind("date"):
        return _timed(cursor, OneDay(date=cast(date, day.value)))
    if cursor.sees("the", *ORDINALS) or cursor.here.kind == "nth":
        return _nth(cursor)
    named = _month_day(cursor)
    if year := cursor.kind("number"):
        return _timed(cursor, _one_day(cursor, named, year))
    return _timed(cursor, named)


def _one_day(cursor: Cursor, named: Yearly, year: Token) -> OneDay:
    try:
        return OneDay(date=date(cast(int, year.value), named.month, named.day))
    except ValueError:
        cursor.fail("there is no such day in that year", year)


def _month_day(cursor: Cursor) -> Yearly:
    """ "14 June", "June 14", "14th of June"."""
    if cursor.sees(*_MONTH_NAMES):
        month = _MONTH_NAMES.index(str(cursor.next().value)) + 1
        day = _day_number(cursor)
    else:
        day = _day_number(cursor)
        cursor.take("of")
        month = _MONTH_NAMES.index(cursor.need(*_MONTH_NAMES)) + 1
    if cast(int, day.value) > monthrange(2000, month)[1]:
        cursor.fail(f"{MONTHS[month - 1]} has no day {day.value}", day)
    return Yearly(month=month, day=cast(int, day.value))


def _day_number(cursor: Cursor) -> Token:
    day = cursor.kind("nth") or cursor.kind("number")
    if day is None:
        return cursor.fail("here a phrase needs a date, such as 14 June or 2026-06-14")
    if not 1 <= cast(int, day.value) <= 31:
        cursor.fail("days of a month run from 1 to 31", day)
    return day


def _nth(cursor: Cursor, *, monthly: bool = False) -> Body:
    """ "1st and 15th of the month", "first Friday of the month", "last Sunday in October"; `monthly` was said before."""
    cursor.take("the")
    if cursor.here.kind == "nth" and (days := _month_days(cursor)):
        _month(cursor, optional=monthly, named=False)
        return _timed(cursor, days)
    ordinals = tuple(sorted(set(_listed(cursor, _ordinal)), key=lambda n: (n < 0, n)))
    working = bool(cursor.take("working"))
    weekdays = _nth_of(cursor, working=working)
    month = _month(cursor, optional=monthly, named=not monthly)
    return _timed(cursor, NthDays(ordinals=ordinals, weekdays=weekdays, month=month, working=working))


def _month_days(cursor: Cursor) -> MonthDays | None:
    """ "1st and 15th"; None, and nothing read, when they count weekdays instead ("1st Friday")."""
    begin = cursor.place
    days = _listed(cursor, _day_number)
    if cursor.sees(*_DAY_NAMES, "weekday", "working", "day"):
        cursor.place = begin
        return None
    return MonthDays(days=tuple(sorted({cast(int, day.value) for day in days})))


def _ordinal(cursor: Cursor) -> int:
    if token := cursor.kind("nth"):
        if not 1 <= cast(int, token.value) <= 5:
            cursor.fail("a month has at most five of each weekday", token)
        return cast(int, token.value)
    word = cursor.need(*ORDINALS)
    if word == "second" and cursor.take("to"):
        cursor.need("last")
        return -2
    return ORDINALS[word]


def _nth_of(cursor: Cursor, *, working: bool) -> tuple[int, ...]:
    words = ("day",) if working else (*_DAY_NAMES, "weekday", "day", "working")
    word = cursor.need(*words)
    if word in _DAY_NAMES:
        return (_DAY_NAMES.index(word),)
    return WORKWEEK if working or word == "weekday" else ALL_WEEK


def _month(cursor: Cursor, *, optional: bool, named: bool) -> int | None:
    """ "of the month" gives None, "in October" (where `named` allows it) its number."""
    if optional and not cursor.sees("of"):
        return None
    word = cursor.need("of", "in") if named else cursor.need("of")
    if named and cursor.sees(*_MONTH_NAMES):
        return _MONTH_NAMES.index(str(cursor.next().value)) + 1
    if word == "in":
        cursor.need(*_MONTH_NAMES)
    cursor.need("the", "every", "a")
    cursor.need("month")
    return None


def _easter(cursor: Cursor) -> Body:
    sign = cursor.sign("+", "-")
    if not sign:
        return _timed(cursor, Easter())
    amount = _number(cursor, least=0)
    if amount > 200:
        cursor.fail("Easter reaches 200 days at most", cursor.tokens[cursor.place - 1])
    cursor.need("day")
    return _timed(cursor, Easter(offset=-amount if sign == "-" else amount))


def _weekdays(cursor: Cursor) -> tuple[int, ...]:
    """ "Monday, Wednesday and Friday", "Monday to Thursday", "weekday", "weekend": numbers, ascending."""
    return tuple(sorted({day for days in _listed(cursor, _weekday_span) for day in days}))


def _weekday_span(cursor: Cursor) -> tuple[int, ...]:
    word = cursor.need(*_DAY_NAMES, "weekday", "weekend", "day")
    if word in ("weekday", "weekend", "day"):
        return {"weekday": WORKWEEK, "weekend": WEEKEND, "day": ALL_WEEK}[word]
    first = _DAY_NAMES.index(word)
    if not (cursor.take("to") or cursor.sign("-")):
        return (first,)
    last = _DAY_NAMES.index(cursor.need(*_DAY_NAMES))
    return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))


def _weekly(days: tuple[int, ...]) -> Days:
    return _ALL_DAYS if days == ALL_WEEK else Weekly(days=days)


def _on_days(cursor: Cursor) -> Days:
    return _weekly(_weekdays(cursor)) if cursor.take("on") else _ALL_DAYS


# ── times ─────────────────────────────────────────────────────────────────────────────────────


def _timed(cursor: Cursor, days: Days) -> Body:
    """The times that follow the days: "at …", "between …", or what the sun does."""
    return Phrase(days=days, times=_times(cursor))


def _times(cursor: Cursor) -> Times:
    if cursor.sees("between"):
        start, end = _between(cursor)
        return Window(start=start, end=end)
    if cursor.sees(*_SUN) or cursor.here.kind == "number":
        return _sun(cursor)
    cursor.need("at", "between")
    if cursor.sees(*_SUN):
        return _sun(cursor)
    return At(times=tuple(sorted(set(_listed(cursor, _clock)))))


def _clock(cursor: Cursor) -> time:
    token = cursor.kind("clock")
    if token is None:
        return cursor.fail("here a phrase needs a time, such as 07:30 or 7:30 pm")
    minutes = cast(int, token.value)
    if minutes == DAY_MINUTES:
        cursor.fail("a day ends before 24:00; the next one begins at 00:00", token)
    return time(*divmod(minutes, 60))


def _between(cursor: Cursor) -> tuple[int, int]:
    """Minutes from midnight; an end before the start lies on the next day."""
    cursor.need("between")
    start = cursor.kind("clock") or cursor.fail("here a phrase needs a time, such as 10:00")
    cursor.need("and")
    end = cursor.kind("clock") or cursor.fail("here a phrase needs a time, such as 17:00")
    first, last = cast(int, start.value), cast(int, end.value)
    if first == DAY_MINUTES:
        cursor.fail("a day ends before 24:00; the next one begins at 00:00", start)
    if first == last:
        cursor.fail("nothing lies between a time and itself", end)
    return first, last if last > first else last + DAY_MINUTES


def _at_sun(cursor: Cursor) -> Body:
    cursor.take("at")
    return _sun_phrase(cursor, _sun(cursor))


def _sun(cursor: Cursor) -> SunTime:
    if cursor.sees(*_SUN):
        return SunTime(event=cast(SunEvent, cursor.next().value))
    amount, unit = _duration(cursor)
    side = cursor.need("before", "after")
    return _sun_offset(cursor, amount, unit, side)


def _sun_offset(cursor: Cursor, amount: Token, unit: str, side: str) -> SunTime:
    minutes = cast(int, amount.value) * (60 if unit == "hour" else 1)
    if unit not in ("hour", "minute") or minutes > DAY_MINUTES // 2:
        cursor.fail("the sun is counted in minutes or hours, twelve hours at most", amount)
    event = cast(SunEvent, cursor.need(*_SUN))
    return SunTime(event=event, offset=-minutes if side == "before" else minutes)


def _sun_phrase(cursor: Cursor, sun: SunTime) -> Body:
    return Phrase(days=_on_days(cursor), times=sun)


# ── amounts ───────────────────────────────────────────────────────────────────────────────────


def _amount(cursor: Cursor) -> Body:
    """ "3 times a week …", "30 minutes before sunset", "3 weeks after done"."""
    if cursor.tokens[cursor.place + 1].value == "time":
        count = _number(cursor)
        cursor.need("time")
        return _chance(cursor, count)
    amount, unit = _duration(cursor)
    side = cursor.need("before", "after")
    if side == "after" and cursor.take("done"):
        return _after_done(cursor, amount, unit)
    return _sun_phrase(cursor, _sun_offset(cursor, amount, unit, side))


def _after_done(cursor: Cursor, amount: Token, unit: str) -> AfterDone:
    if unit not in ("day", "week", "month"):
        cursor.fail("after done counts in days, weeks or months", amount)
    at = _clock(cursor) if cursor.take("at") else None
    return AfterDone(amount=cast(int, amount.value), unit=cast(Unit, unit), at=at)


def _chance(cursor: Cursor, count: int) -> Body:
    first = cursor.tokens[0]
    cursor.need("a", "every")
    period = cast(Period, cursor.need("day", "week", "month"))
    start, end = _between(cursor)
    if period == "day" and count > (end - start) // 2:
        cursor.fail(f"{count} moments do not fit between these times", first)
    if count > 100:
        cursor.fail("a period holds at most 100 moments", first)
    days = _on_days(cursor)
    return Phrase(days=days, times=Chance(count=count, period=period, start=start, end=end))


def _duration(cursor: Cursor) -> tuple[Token, str]:
    amount = cursor.here
    _number(cursor)
    unit = cursor.need(*_UNITS)
    if cast(int, amount.value) > _MOST[unit]:
        cursor.fail(f"that is longer than a phrase can say ({_MOST[unit]} {unit}s at most)", amount)
    return amount, unit


def _number(cursor: Cursor, least: int = 1) -> int:
    token = cursor.kind("number") or cursor.fail("here a phrase needs a number")
    amount = cast(int, token.value)
    if amount < least:
        cursor.fail(f"{amount} would never come round; the least is {least}", token)
    if amount > 9999:
        cursor.fail("a number is at most 9999", token)
    return amount


def _listed(cursor: Cursor, item: Callable[[Cursor], T]) -> list[T]:
    """ "a", "a and b", "a, b and c", "a, b, and c"."""
    items = [item(cursor)]
    while cursor.sign(",") or cursor.sees("and"):
        cursor.take("and")
        items.append(item(cursor))
    return items
