"""Reads how long or until when, as a person types it. Knows dates, times and durations; no words like "tomorrow"."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from ritualsd.core.duration import duration

YEARS = range(1900, 3000)


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
    length = duration(text)
    if length is not None:
        return now + length
    written = datetime.fromisoformat(text)
    return written if written.tzinfo else written.replace(tzinfo=ZoneInfo(zone))
