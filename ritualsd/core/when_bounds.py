"""What may close a `when` phrase: from a date, until a date, so many times; and what a rule needs of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import cast

from ritualsd.core.rules import AfterDone, Body, Chance, Days, EveryDays, OneDay, Phrase, Weekly
from ritualsd.core.when_words import Cursor, Token

_MOST_TIMES = 9999
_EXAMPLE_START = date(2026, 1, 1)


def closed(cursor: Cursor, body: Body) -> Body:
    """The body with the bounds that follow it, up to the end of the phrase. Raises WhenError."""
    seen: dict[str, Token] = {}
    since = until = count = None
    while cursor.here.kind != "end":
        token = cursor.here
        if cursor.here.kind == "number":
            word, count = "times", _times(cursor)
        else:
            word = cursor.need("from", "until")
            day = _date(cursor)
            since, until = (day, until) if word == "from" else (since, day)
        if word in seen:
            cursor.fail(f"“{word}” is said twice", token)
        seen[word] = token
    return _checked(cursor, body, since, until, count, seen)


def _times(cursor: Cursor) -> int:
    token = cursor.next()
    count = cast(int, token.value)
    if not 1 <= count <= _MOST_TIMES:
        cursor.fail(f"a rule comes between 1 and {_MOST_TIMES} times", token)
    cursor.need("time")
    return count


def _date(cursor: Cursor) -> date:
    token = cursor.kind("date") or cursor.fail("here a phrase needs a date, such as 2026-01-04")
    return cast(date, token.value)


def _checked(
    cursor: Cursor, body: Body, since: date | None, until: date | None, count: int | None, seen: dict[str, Token]
) -> Body:
    if since is not None and until is not None and until < since:
        cursor.fail("it would end before it begins", seen["until"])
    if isinstance(body, AfterDone):
        return _after_done(cursor, body, since, until, count, seen)
    if since is None and count is not None:
        cursor.fail("to count its times, a rule must say from when", seen["times"], _with_start(cursor, body))
    if since is None and _counts_from_start(body):
        cursor.fail("without a date to count from, nobody knows which one is meant", None, _with_start(cursor, body))
    if isinstance(body.days, OneDay) and seen:
        cursor.fail("one date needs no bounds", next(iter(seen.values())))
    if isinstance(body.days, Weekly) and not body.days.days and since is not None:
        body = replace(body, days=replace(body.days, days=(since.weekday(),)))
    return replace(body, days=_plain(body.days), since=since, until=until, count=count)


def _counts_from_start(body: Phrase) -> bool:
    days = body.days
    return isinstance(days, EveryDays | Weekly) and (days.step > 1 or days == Weekly(days=()))


def _plain(days: Days) -> Days:
    """The days in their one spelling: every week on all seven is every day."""
    return EveryDays() if isinstance(days, Weekly) and days.step == 1 and len(days.days) == 7 else days


def _with_start(cursor: Cursor, body: Phrase) -> str:
    """The phrase again, with a beginning on the first of its days in an example year."""
    day = _EXAMPLE_START
    if isinstance(body.days, Weekly) and body.days.days and not isinstance(body.times, Chance):
        day += timedelta((body.days.days[0] - day.weekday()) % 7)
    return f"{cursor.phrase.strip()} from {day}"


def _after_done(
    cursor: Cursor, body: AfterDone, since: date | None, until: date | None, count: int | None, seen: dict[str, Token]
) -> AfterDone:
    if count is not None:
        cursor.fail("after done has no count: it comes once each time it was done", seen["times"])
    if since is not None and body.at is None:
        words = cursor.phrase[: seen["from"].start].rstrip(), cursor.phrase[seen["from"].start :].strip()
        cursor.fail("to begin on a date, it must say at what time", seen["from"], f"{words[0]} at 09:00 {words[1]}")
    return replace(body, since=since, until=until)
