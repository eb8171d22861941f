"""Reads how long or until when, as a person types it. Knows dates, times and durations; no words like "tomorrow"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

UNITS = {"m": 1, "min": 1, "minute": 1, "h": 60, "hour": 60, "d": 1440, "day": 1440, "w": 10080, "week": 10080}
YEARS = range(1900, 3000)
DURATION = re.compile(r"(\d{1,5})\s*([a-z]+?)s?", re.IGNORECASE)


def moment(text: str, zone: str, now: datetime) -> datetime:
    """The instant, in UTC. A date means its start; without an offset it is local time in `zone`.

    Raises BadParameter that shows what can be written.
    """
    try:
        aware = _read(text.strip(), zone, now)
        if aware.year not in YEARS:
            raise ValueError("no year that people plan for")
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{text!r} is no time; write 2026-12-24, 2026-12-24T18:00, or '3 days'") from None


def _read(text: str, zone: str, now: datetime) -> datetime:
    found = DURATION.fullmatch(text)
    if found and found[2].lower() in UNITS:
        return now + timedelta(minutes=int(found[1]) * UNITS[found[2].lower()])
    written = datetime.fromisoformat(text)
    return written if written.tzinfo else written.replace(tzinfo=ZoneInfo(zone))
