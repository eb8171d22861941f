"""The productions of a `when` phrase, one function each, from tokens to a rule. Guesses nothing.

    phrase  := (every | on | nth | easter | chance | sun | after-done) {from | until | times}

A new production is one function here, one line in `when_print`, and one row in `when_productions`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from ritualsd.core.rules import (
    DAY_MINUTES,
    AfterDone,
    At,
    Body,
    Chance,
    Days,
    EveryDays,
    OneDay,
    Period,
    Phrase,
    Steps,
    SunTime,
    Unit,
    Weekly,
)
from ritualsd.core.when_bounds import closed
from ritualsd.core.when_days import (
    DAY_NAMES,
    EVERY_DAY,
    easter_days,
    month_day,
    nth_days,
    on_days,
    one_day,
    weekdays,
    weekly,
)
from ritualsd.core.when_times import SUN, between, clock, duration, sun, sun_offset, times
from ritualsd.core.when_words import ORDINALS, Cursor, Token, number


def read_from(cursor: Cursor) -> Body:
    """The rule that the tokens name. Raises WhenError at the first one that does not fit."""
    return closed(cursor, _body(cursor))


def _body(cursor: Cursor) -> Body:
    if cursor.take("every"):
        return _every(cursor)
    if cursor.take("on"):
        return _on(cursor)
    if cursor.sees("the", *ORDINALS) or cursor.here.kind == "nth":
        return _timed(cursor, nth_days(cursor))
    if cursor.take("easter"):
        return _timed(cursor, easter_days(cursor))
    if cursor.sees("at", *SUN):
        return _at_sun(cursor)
    if count := {"once": 1, "twice": 2}.get(cursor.take("once", "twice")):
        return _chance(cursor, count)
    if cursor.here.kind == "number":
        return _amount(cursor)
    return cursor.fail("a phrase begins with words such as “every”, “first”, “on” or “twice a month”")


def _every(cursor: Cursor) -> Body:
    if cursor.take("day"):
        return _timed(cursor, EVERY_DAY)
    if cursor.take("other"):
        return _every_other(cursor)
    if cursor.take("year"):
        cursor.need("on")
        return _timed(cursor, month_day(cursor))
    if cursor.take("week"):
        return _every_weeks(cursor, 1)
    if cursor.take("month"):
        cursor.need("on")
        return _timed(cursor, nth_days(cursor, monthly=True))
    if cursor.sees("hour", "minute"):
        return _steps(cursor, 1)
    if cursor.here.kind == "number":
        return _every_few(cursor)
    if cursor.sees(*ORDINALS) or cursor.here.kind == "nth":
        return _timed(cursor, nth_days(cursor))
    return _timed(cursor, weekly(weekdays(cursor)))


def _every_other(cursor: Cursor) -> Body:
    if cursor.take("day"):
        return _timed(cursor, EveryDays(step=2))
    if cursor.take("week"):
        return _every_weeks(cursor, 2)
    return _timed(cursor, Weekly(days=weekdays(cursor), step=2))


def _every_few(cursor: Cursor) -> Body:
    amount = number(cursor)
    if cursor.take("day"):
        return _timed(cursor, EveryDays(step=amount))
    if cursor.take("week"):
        return _every_weeks(cursor, amount)
    if cursor.sees("hour", "minute"):
        return _steps(cursor, amount)
    return cursor.fail("a number is followed by days, weeks, hours or minutes here")


def _every_weeks(cursor: Cursor, step: int) -> Body:
    """ "on DAYS" may be left out: then it is the weekday of `from`, which stands at the end."""
    days = weekdays(cursor) if cursor.take("on") else ()
    return _timed(cursor, Weekly(days=days, step=step))


def _steps(cursor: Cursor, amount: int) -> Body:
    unit = cursor.next()
    step = amount * (60 if unit.value == "hour" else 1)
    if step > DAY_MINUTES:
        cursor.fail("steps are at most a day long", unit)
    start, end = between(cursor)
    return Phrase(days=on_days(cursor), times=Steps(step=step, start=start, end=end))


def _on(cursor: Cursor) -> Body:
    if moment := cursor.kind("moment"):
        local = cast(datetime, moment.value)
        if local.second:
            cursor.fail("a time is to the minute", moment)
        return Phrase(days=OneDay(date=local.date()), times=At(times=(local.time(),)))
    if day := cursor.kind("date"):
        return _timed(cursor, OneDay(date=cast(date, day.value)))
    if cursor.sees("the", *ORDINALS) or cursor.here.kind == "nth":
        return _timed(cursor, nth_days(cursor))
    if cursor.sees(*DAY_NAMES, "weekday", "weekend"):
        rest = cursor.phrase[cursor.here.start :]
        cursor.fail("one day is a date; days of every week follow “every”", suggestion=f"every {rest}")
    named = month_day(cursor)
    if year := cursor.kind("number"):
        return _timed(cursor, one_day(cursor, named, year))
    return _timed(cursor, named)


def _amount(cursor: Cursor) -> Body:
    """ "3 times a week …", "30 minutes before sunset", "3 weeks after done"."""
    if cursor.tokens[cursor.place + 1].value == "time":
        count = number(cursor)
        cursor.need("time")
        return _chance(cursor, count)
    amount, unit = duration(cursor)
    side = cursor.need("before", "after")
    if side == "after" and cursor.take("done"):
        return _after_done(cursor, amount, unit)
    return _sun_phrase(cursor, sun_offset(cursor, amount, unit, side))


def _at_sun(cursor: Cursor) -> Body:
    cursor.take("at")
    return _sun_phrase(cursor, sun(cursor))


def _sun_phrase(cursor: Cursor, sun: SunTime) -> Body:
    return Phrase(days=on_days(cursor), times=sun)


def _after_done(cursor: Cursor, amount: Token, unit: str) -> AfterDone:
    if unit not in ("day", "week", "month"):
        cursor.fail("after done counts in days, weeks or months", amount)
    at = clock(cursor) if cursor.take("at") else None
    return AfterDone(amount=cast(int, amount.value), unit=cast(Unit, unit), at=at)


def _chance(cursor: Cursor, count: int) -> Body:
    first = cursor.tokens[0]
    cursor.need("a", "every")
    period = cast(Period, cursor.need("day", "week", "month"))
    start, end = between(cursor)
    if period == "day" and count > (end - start) // 2:
        cursor.fail(f"{count} moments do not fit between these times", first)
    if count > 100:
        cursor.fail("a period holds at most 100 moments", first)
    days = on_days(cursor)
    return Phrase(days=days, times=Chance(count=count, period=period, start=start, end=end))


def _timed(cursor: Cursor, days: Days) -> Body:
    """The times that follow the days: "at …", "between …", or what the sun does."""
    return Phrase(days=days, times=times(cursor))
