"""Calendars: named ranges of days that rituals leave out, and which of them the configuration leaves to others.

Pure. Where days come from (dates, a file, a plugin) is for the adapters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeAlias

from ritualsd.model import Household, Settings

Span: TypeAlias = tuple[date, date]
"""The first and the last day, both included."""

Days: TypeAlias = tuple[Span, ...]

_DAY = timedelta(1)


def merged(spans: Iterable[Span]) -> Days:
    """The same days in as few ranges as they take, in order."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and (first <= found[-1][1] or first - found[-1][1] == _DAY):
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return tuple(found)


def unnamed(household: Household) -> tuple[str, ...]:
    """The calendars that rituals skip and the configuration does not define: only a plugin can."""
    skipped = {name for ritual in household.rituals.values() for name in ritual.skip}
    return tuple(sorted(skipped - household.calendars.keys()))


def with_days(settings: Settings, found: Mapping[str, Days]) -> Settings:
    """The settings with the days of calendars from elsewhere; those of the configuration itself stay."""
    if not found:
        return settings
    household = settings.household
    return replace(settings, household=replace(household, calendars={**found, **household.calendars}))


def to_text(days: Days) -> str:
    """Days as they are kept in the ledger, and told by one process to another."""
    return json.dumps([[first.isoformat(), last.isoformat()] for first, last in days], separators=(",", ":"))


def from_text(text: str) -> Days | None:
    """Days from such a text; None where it is none."""
    try:
        return merged((date.fromisoformat(first), date.fromisoformat(last)) for first, last in json.loads(text))
    except (ValueError, TypeError):
        return None
