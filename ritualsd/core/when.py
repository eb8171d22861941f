"""The front door of `when`: any way of writing a schedule in, a rule out, and the rule back as its one phrase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from ritualsd.core.rules import Rule, Single, Union
from ritualsd.core.when_grammar import read_from
from ritualsd.core.when_print import SEPARATOR, text
from ritualsd.core.when_words import Cursor, tokens
from ritualsd.errors import WhenError

MOST_PHRASES = 100


def parse(phrase: str | Mapping[str, Any] | Sequence[Any], *, start: datetime | None = None) -> Rule:
    """The rule that a phrase means. A list is the union of its phrases, and so is a string with "; " between them.

    Besides phrases it takes "cron:…" and "rrule:…" strings, tables such as { cron = "…" } or { rrule = "…", from = … },
    and TOML's own dates and times. `start` (naive, local) begins an rrule that does not say where it begins; without
    it such a rule is an error. Raises WhenError, which points into the phrase and offers the nearest valid one.
    """
    if isinstance(phrase, str):
        return _parse_text(phrase, start)
    if isinstance(phrase, Mapping | date | time):
        # here and below: what a plain phrase does not need is loaded when it is needed
        from ritualsd.core.when_table import phrase_of

        return _parse_text(phrase_of(phrase), start)
    if isinstance(phrase, Sequence) and phrase and not any(isinstance(each, list | tuple) for each in phrase):
        return _union([parse(each, start=start) for each in phrase])
    raise WhenError("a schedule is a phrase, a list of phrases or a table", phrase=_shown(phrase), suggestion=_EXAMPLE)


_EXAMPLE = "every day at 07:30"


def canonical(rule: Rule) -> str:
    """The one phrase that says this rule; `parse` reads it to an equal rule."""
    return text(rule)


@lru_cache(maxsize=4096)
def _parse_text(phrase: str, start: datetime | None) -> Rule:
    phrases = [each for each in phrase.split(SEPARATOR) if each.strip()] or [phrase]
    return _union([_single(each.strip(), start) for each in phrases])


def _single(phrase: str, start: datetime | None) -> Single:
    scheme = phrase[:6].lower()
    if scheme.startswith(("cron:", "rrule:")):
        from ritualsd.core.when_outside import read_cron, read_rrule

        return read_cron(phrase) if scheme.startswith("cron:") else read_rrule(phrase, start)
    try:
        return read_from(Cursor(phrase, tokens(phrase)))
    except WhenError as error:
        from ritualsd.core.when_repair import nearest

        suggestion = nearest(error.suggestion or phrase)
        raise WhenError(
            error.what, phrase=error.phrase, start=error.start, end=error.end, suggestion=suggestion
        ) from None


def _union(rules: Sequence[Rule]) -> Rule:
    flat: dict[Single, None] = {}
    for rule in rules:
        flat.update(dict.fromkeys(rule.rules if isinstance(rule, Union) else (rule,)))
    if len(flat) > MOST_PHRASES:
        raise WhenError(f"a list holds at most {MOST_PHRASES} phrases", phrase="", suggestion="")
    return next(iter(flat)) if len(flat) == 1 else Union(rules=tuple(flat))


def _shown(value: object) -> str:
    return repr(value)[:60]
