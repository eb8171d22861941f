"""A `when` that is no string: TOML tables, dates and times, put into the words of a phrase. Reads no phrase itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any

from ritualsd.core.when_words import FIRST_YEAR, LAST_YEAR
from ritualsd.errors import WhenError

_KEYS = ("cron", "rrule", "every", "on", "at", "between", "from", "until", "times")
_EXAMPLE = "every day at 07:30"


def phrase_of(value: Mapping[str, Any] | date | time) -> str:
    """The phrase that says the same. Raises WhenError for a key, or a kind of value, that no schedule has."""
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, datetime):
        return f"on {_text(value)}"
    if isinstance(value, date):
        suggestion = f"on {value} at 09:00" if FIRST_YEAR <= value.year <= LAST_YEAR else _EXAMPLE
        raise _refused(value, "a date alone does not say at what time", suggestion)
    raise _refused(value, "a time alone does not say on which days", f"every day at {_text(value)}")


def _table(table: Mapping[str, Any]) -> str:
    for key in table:
        if key not in _KEYS:
            close = get_close_matches(str(key), _KEYS, n=1)
            hint = f', did you mean "{close[0]}"' if close else ""
            raise _refused(dict(table), f'a schedule has no key "{str(key)[:40]}"{hint}')
    heads = [key for key in ("cron", "rrule", "every", "on") if key in table]
    if len(heads) != 1:
        raise _refused(dict(table), "a schedule table has one of cron, rrule, every or on")
    head = heads[0]
    parts = [f"{head}:{_text(table[head])}" if head in ("cron", "rrule") else f"{head} {_text(table[head])}"]
    parts += [f"{key} {_text(table[key])}" for key in ("at", "between", "from", "until") if key in table]
    if head == "rrule" and "from" in table:
        parts[parts.index(f"from {_text(table['from'])}")] = f"from {_begin(table['from'])}"
    return " ".join([*parts, *([f"{_text(table['times'])} times"] if "times" in table else [])])


def _begin(value: Any) -> str:
    """Where an rrule begins: a local date and time, T between them."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.isoformat(timespec="seconds")
    return value.strip().replace(" ", "T") if isinstance(value, str) else _text(value)


def _text(value: Any) -> str:
    match value:
        case bool():
            raise _refused(value, "a schedule is made of words, numbers, dates and times")
        case str():
            return value.strip()
        case int():
            return str(value)
        case datetime() if value.tzinfo is not None:
            raise _refused(value, "a schedule is in local time: leave out the offset")
        case datetime():
            return f"{value.date()} at {_text(value.time())}"
        case time() if value.tzinfo is None and not value.second and not value.microsecond:
            return f"{value:%H:%M}"
        case time():
            raise _refused(value, "a time is to the minute", f"every day at {value:%H:%M}")
        case date():
            return value.isoformat()
        case list() | tuple() if value and not any(isinstance(item, list | tuple) for item in value):
            return " and ".join(_text(item) for item in value[:100])
        case _:
            raise _refused(value, "a schedule is made of words, numbers, dates and times")


def _refused(value: object, what: str, suggestion: str = _EXAMPLE) -> WhenError:
    shown = str(value)[:80]
    return WhenError(what, phrase=shown, end=len(shown), suggestion=suggestion)
