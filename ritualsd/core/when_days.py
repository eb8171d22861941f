"""Which days: the part of a `when` phrase that names dates, from tokens to the days of a rule."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import cast

from ritualsd.core.rules import (
    ALL_WEEK,
    WEEKEND,
    WORKWEEK,
    Days,
    Easter,
    EveryDays,
    MonthDays,
    NthDays,
    OneDay,
    Weekly,
    Yearly,
)
from ritualsd.core.when_words import FIRST_YEAR, LAST_YEAR, MONTHS, ORDINALS, WEEKDAYS, Cursor, Token, listed, number

DAY_NAMES = tuple(day.lower() for day in WEEKDAYS)
MONTH_NAMES = tuple(month.lower() for month in MONTHS)
EVERY_DAY = EveryDays()


def nth_days(cursor: Cursor, *, monthly: bool = False) -> MonthDays | NthDays:
    """ "1st and 15th of the month", "first Friday of the month", "last Sunday in October".

    `monthly`: "every month on" came before, so that "of the month" may be left out.
    """
    cursor.take("the")
    if cursor.here.kind == "nth" and (days := _month_days(cursor)):
        _month(cursor, optional=monthly, named=False)
        return days
    ordinals = tuple(sorted(set(listed(cursor, _ordinal)), key=lambda n: (n < 0, n)))
    working = bool(cursor.take("working"))
    weekdays = _nth_of(cursor, working=working)
    month = _month(cursor, optional=monthly, named=not monthly)
    return NthDays(ordinals=ordinals, weekdays=weekdays, month=month, working=working)


def _month_days(cursor: Cursor) -> MonthDays | None:
    """ "1st and 15th"; None, and nothing read, when they count weekdays instead ("1st Friday")."""
    begin = cursor.place
    days = listed(cursor, _day_number)
    if cursor.sees(*DAY_NAMES, "weekday", "working", "day"):
        cursor.place = begin
        return None
    return MonthDays(days=tuple(sorted({cast(int, day.value) for day in days})))


def _ordinal(cursor: Cursor) -> int:
    if token := cursor.kind("nth"):
        if not 1 <= cast(int, token.value) <= 5:
            cursor.fail("a month has at most five of each weekday", token)
        return cast(int, token.value)
    word = cursor.need(*ORDINALS, called="an ordinal, such as first or last")
    if word == "second" and cursor.take("to"):
        cursor.need("last")
        return -2
    return ORDINALS[word]


def _nth_of(cursor: Cursor, *, working: bool) -> tuple[int, ...]:
    words = ("day",) if working else (*DAY_NAMES, "weekday", "day", "working")
    word = cursor.need(*words, called="“day”" if working else "a day, such as Friday or weekday")
    if word in DAY_NAMES:
        return (DAY_NAMES.index(word),)
    return WORKWEEK if working or word == "weekday" else ALL_WEEK


def _month(cursor: Cursor, *, optional: bool, named: bool) -> int | None:
    """ "of the month" gives None, "in October" (where `named` allows it) its number."""
    if optional and not cursor.sees("of"):
        return None
    word = cursor.need("of", "in") if named else cursor.need("of")
    if named and cursor.sees(*MONTH_NAMES):
        return MONTH_NAMES.index(str(cursor.next().value)) + 1
    if word == "in":
        cursor.need(*MONTH_NAMES, called="a month")
    cursor.need("the", "every", "a")
    cursor.need("month")
    return None


def month_day(cursor: Cursor) -> Yearly:
    """ "14 June", "June 14", "14th of June"."""
    if cursor.sees(*MONTH_NAMES):
        month = MONTH_NAMES.index(str(cursor.next().value)) + 1
        day = _day_number(cursor)
    else:
        day = _day_number(cursor)
        cursor.take("of")
        month = MONTH_NAMES.index(cursor.need(*MONTH_NAMES, called="a month")) + 1
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


def one_day(cursor: Cursor, named: Yearly, year: Token) -> OneDay:
    """The date that "31 December" is in "2026"."""
    number_of_year = cast(int, year.value)
    if not FIRST_YEAR <= number_of_year <= LAST_YEAR or named.day > monthrange(number_of_year, named.month)[1]:
        cursor.fail("there is no such day in that year", year)
    return OneDay(date=date(number_of_year, named.month, named.day))


def easter_days(cursor: Cursor) -> Easter:
    """What follows "Easter": "- 2 days", "+ 39 days", or nothing."""
    sign = cursor.sign("+", "-")
    if not sign:
        return Easter()
    amount = number(cursor, least=0)
    if amount > 200:
        cursor.fail("Easter reaches 200 days at most", cursor.tokens[cursor.place - 1])
    cursor.need("day")
    return Easter(offset=-amount if sign == "-" else amount)


def weekdays(cursor: Cursor) -> tuple[int, ...]:
    """ "Monday, Wednesday and Friday", "Monday to Thursday", "weekday", "weekend": numbers, ascending."""
    return tuple(sorted({day for days in listed(cursor, _weekday_span) for day in days}))


def _weekday_span(cursor: Cursor) -> tuple[int, ...]:
    word = cursor.need(*DAY_NAMES, "weekday", "weekend", "day", called="days, such as Monday and Friday")
    if word in ("weekday", "weekend", "day"):
        return {"weekday": WORKWEEK, "weekend": WEEKEND, "day": ALL_WEEK}[word]
    first = DAY_NAMES.index(word)
    if not (cursor.take("to") or cursor.sign("-")):
        return (first,)
    last = DAY_NAMES.index(cursor.need(*DAY_NAMES, called="a weekday"))
    return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))


def weekly(days: tuple[int, ...]) -> Days:
    """These weekdays of every week; all seven are every day."""
    return EVERY_DAY if days == ALL_WEEK else Weekly(days=days)


def on_days(cursor: Cursor) -> Days:
    """ "on weekdays", "on Friday and Saturday", or nothing: then every day."""
    return weekly(weekdays(cursor)) if cursor.take("on") else EVERY_DAY
