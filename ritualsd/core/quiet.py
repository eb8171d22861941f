"""Quiet hours: is this instant inside them, and when do they end. Judged at every send, never only when planning."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.zones import resolve
from ritualsd.model import Quiet


def quiet_until(quiet: Quiet | None, zone: ZoneInfo, at_utc: datetime) -> datetime | None:
    """The instant these quiet hours end, aware UTC and later than `at_utc`; None when `at_utc` is outside them."""
    if quiet is None or quiet.start == quiet.end:
        return None
    local = at_utc.astimezone(zone)
    if not _inside(quiet, local.time()):
        return None
    crosses = quiet.end <= quiet.start
    day = local.date() + timedelta(days=1) if crosses and local.time() >= quiet.start else local.date()
    return _instant_after(day, quiet.end, zone, at_utc)


def _inside(quiet: Quiet, moment: time) -> bool:
    if quiet.start < quiet.end:
        return quiet.start <= moment < quiet.end
    return moment >= quiet.start or moment < quiet.end


def _instant_after(day: date, moment: time, zone: ZoneInfo, at_utc: datetime) -> datetime:
    local = datetime.combine(day, moment)
    first = resolve(local, zone)[0]
    if first is not None and first > at_utc:
        return first
    # The clock went back over the end of the window: its second pass is the one still ahead.
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return second if second > at_utc else at_utc + timedelta(minutes=1)
