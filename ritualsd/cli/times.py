"""Times as people and programs read them. Each function is told the zone; only `now` looks at a clock."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

FORMS = '"2026-03-29", "2026-03-29T18:00" or "3 days"'


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def utc_text(at_utc: datetime) -> str:
    """`2026-03-29T01:00:00Z`: an instant, as every JSON of ours prints it."""
    return f"{at_utc.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def local_text(slot_local: datetime) -> str:
    """`2026-03-29T02:30`: a nominal local time, as every JSON of ours prints it."""
    return f"{slot_local:%Y-%m-%dT%H:%M}"


def spoken(at: datetime, zone: ZoneInfo) -> str:
    """`Sun 29 Mar 2026 18:00` in `zone`."""
    local = at.astimezone(zone)
    return f"{day(local)} {local:%H:%M}"


def day(local: datetime) -> str:
    """`Sun 29 Mar 2026`."""
    return f"{local:%a} {local.day:2d} {local:%b %Y}"
