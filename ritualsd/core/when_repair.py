"""The nearest valid phrase to one that is none. Tries a few small repairs, and checks each by reading it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from ritualsd.core.rules import Body
from ritualsd.core.when_days import DAY_NAMES
from ritualsd.core.when_grammar import read_from
from ritualsd.core.when_print import text
from ritualsd.core.when_productions import EXAMPLES
from ritualsd.core.when_words import LONGEST, Cursor, tokens
from ritualsd.errors import WhenError

_MOST_REPAIRS = 8
_PLAIN_EXAMPLE = "every day at 07:30"
_SAMPLES = {"clock": "09:00", "date": "2026-01-04", "number": "2", "nth": "1st"}
_MISSING = {
    "at": "at 09:00",
    "on": "on",
    "of": "of the month",
    "between": "between 10:00 and 17:00",
    "and": "and",
    "from": "from",
    "every": "every",
    "time": "times",
}
_MEANT = {
    "daily": "every day",
    "weekly": "every week",
    "monthly": "1st of the month",
    "yearly": "every year",
    "annually": "every year",
    "hourly": "every hour",
    "tomorrow": "on 2026-01-04",
    "today": "on 2026-01-04",
    "noon": "12:00",
    "midday": "12:00",
    "midnight": "00:00",
    "fortnight": "2 weeks",
    "morning": "day at 08:00",
    "evening": "day at 20:00",
    "night": "day at 21:00",
    "starting": "from",
    "since": "from",
    "till": "until",
    "to": "until",
    "of": "in",
    "@": "at",
}


def _attempt(phrase: str) -> tuple[Body | None, WhenError | None, Cursor | None]:
    cursor = None
    try:
        cursor = Cursor(phrase, tokens(phrase))
        return read_from(cursor), None, cursor
    except WhenError as error:
        return None, error, cursor


def nearest(phrase: str) -> str:
    """A valid phrase made of this one by a few repairs, each of which reads further than the last; else an example."""
    if len(phrase) > LONGEST:
        return _PLAIN_EXAMPLE
    for _ in range(_MOST_REPAIRS):
        rule, error, cursor = _attempt(phrase)
        if rule is not None:
            return text(rule)
        assert error is not None  # noqa: S101 - as above
        better = next((new for new in _repairs(phrase, error, cursor) if _reads_further(new, phrase, error)), None)
        if better is None:
            break
        phrase = better
    close = get_close_matches(phrase.lower()[:100], EXAMPLES, n=1, cutoff=0.5)
    return close[0] if close else _PLAIN_EXAMPLE


def _reads_further(new: str, old: str, error: WhenError) -> bool:
    """Whether less is left unread after a repair than before it."""
    if error.suggestion == new:
        return True
    rule, fresh, _ = _attempt(new)
    return rule is not None or (fresh is not None and len(new) - fresh.start < len(old) - error.start)


def _repairs(phrase: str, error: WhenError, cursor: Cursor | None) -> Iterator[str]:
    before, wrong, after = phrase[: error.start], phrase[error.start : error.end], phrase[error.end :]
    if error.suggestion:
        yield error.suggestion
    for word in _replacements(wrong, cursor):
        yield f"{before}{word}{after}"
    for word in _insertions(cursor):
        yield f"{before.rstrip()} {word} {wrong}{after}".strip()
    yield f"{before}{after}"


def _replacements(wrong: str, cursor: Cursor | None) -> Iterator[str]:
    """What may have been meant by the word, number or time that does not fit."""
    lowered = wrong.lower()
    if lowered in _MEANT:
        yield _MEANT[lowered]
    if cursor is not None:
        if cursor.here.value in (*DAY_NAMES, "weekday", "weekend", "day"):
            yield f"every {wrong}"
        yield from get_close_matches(lowered, sorted(set(cursor.fitting)), n=2, cutoff=0.6)
    if re.fullmatch(r"\d{1,2}:\d\d.*", lowered):
        yield from _near_times(lowered)
    elif re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", lowered):
        yield f"{lowered[:-2].rstrip('-')}-28"
    elif match := re.fullmatch(r"(\d{1,4})\w*", lowered):
        yield from _near_numbers(int(match[1]), cursor)
    elif wrong == ".":
        yield ":"


def _near_times(wrong: str) -> Iterator[str]:
    hour, minute = min(int(wrong.split(":")[0]), 23), min(int(wrong.split(":")[1][:2]), 59)
    yield f"{hour:02}:{minute:02}"
    yield f"{(hour + 1) % 24:02}:{minute:02}"


def _near_numbers(wrong: int, cursor: Cursor | None) -> Iterator[str]:
    if cursor is not None and "clock" in cursor.wanted and wrong < 24:
        yield f"{wrong:02}:00"
    yield from ("1", "2") if wrong < 1 else ("28", "5", "1")


def _insertions(cursor: Cursor | None) -> Iterator[str]:
    """What may be missing before the token that does not fit: a word that was asked for, or a value."""
    if cursor is None:
        return
    for kind in cursor.wanted:
        if kind in _SAMPLES:
            yield _SAMPLES[kind]
    for word, missing in _MISSING.items():
        if word in cursor.fitting:
            yield word if word == "at" and cursor.here.kind == "clock" else missing
