"""`cron:…` and `rrule:…` phrases: the foreign rule, then our own bounds ("from", "until"). Expands nothing."""

from __future__ import annotations

import re
from datetime import date, datetime

from ritualsd.core import cron, rrule, rrule_parts
from ritualsd.core.rules import Cron, RRule
from ritualsd.core.when_words import FIRST_YEAR, LAST_YEAR
from ritualsd.errors import WhenError

_CRON = re.compile(r"cron:(?P<expr>.*?)(?:\s+from\s+(?P<since>\S+))?(?:\s+until\s+(?P<until>\S+))?\s*", re.I | re.S)
_RRULE = re.compile(
    r"rrule:(?P<text>.*?)(?:\s+from\s+(?P<start>\S+))?(?:\s+until\s+(?P<until>\S+))?"
    r"(?:\s+(?P<times>\d{1,5})\s+times)?\s*",
    re.I | re.S,
)


def read_cron(phrase: str) -> Cron:
    """ "cron:30 7 * * 1-5 from 2026-01-01 until 2026-12-31"; both bounds may be left out. Raises WhenError."""
    match = _matched(_CRON, phrase)
    since, until = (_date(phrase, match, name) for name in ("since", "until"))
    if since and until and until < since:
        raise _pointing(phrase, match, "until", "it would end before it begins")
    try:
        return Cron(expr=cron.normal(match["expr"]), since=since, until=until)
    except WhenError as error:
        raise _pointing(phrase, match, "expr", error.what, error.suggestion) from None


def read_rrule(phrase: str, start: datetime | None) -> RRule:
    """ "rrule:FREQ=… from 2026-01-01T13:13"; `start` is used where the phrase has none. Raises WhenError."""
    match = _matched(_RRULE, phrase)
    begin = _moment(phrase, match) or start
    try:
        text = rrule_parts.normal(_bounded(phrase, match))
        if begin is None:
            raise WhenError(
                "a rule needs a beginning: its date and time of day",
                phrase=phrase,
                suggestion=f"rrule:{text} from 2026-01-01T09:00",
            )
        rule = RRule(text=text, start=begin.replace(microsecond=0))
        rrule.check(rule)
    except WhenError as error:
        raise _pointing(phrase, match, "text", error.what, error.suggestion) from None
    return rule


def _bounded(phrase: str, match: re.Match[str]) -> str:
    """The rule with what closes the phrase written as its own UNTIL and COUNT."""
    until = _date(phrase, match, "until")
    ending = f";UNTIL={until:%Y%m%d}T235959" if until else ""
    return match["text"].rstrip("; ") + ending + (f";COUNT={match['times']}" if match["times"] else "")


def _matched(pattern: re.Pattern[str], phrase: str) -> re.Match[str]:
    match = pattern.fullmatch(phrase)
    assert match is not None  # noqa: S101 - the caller saw the prefix, and every text fits what follows it
    return match


def _pointing(phrase: str, match: re.Match[str], group: str, what: str, suggestion: str = "") -> WhenError:
    start, end = match.span(group)
    example = rrule_parts.EXAMPLE if phrase[:1] in "rR" else cron.EXAMPLE
    return WhenError(what, phrase=phrase, start=start, end=end, suggestion=suggestion or example)


def _date(phrase: str, match: re.Match[str], group: str) -> date | None:
    if match[group] is None:
        return None
    try:
        return date.fromisoformat(match[group])
    except ValueError:
        raise _pointing(phrase, match, group, "here a phrase needs a date, such as 2026-01-04") from None


def _moment(phrase: str, match: re.Match[str]) -> datetime | None:
    if match["start"] is None:
        return None
    try:
        moment = datetime.fromisoformat(match["start"])
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _pointing(phrase, match, "start", "here a rule needs a local date and time, such as 2026-01-01T09:00")
    return moment
