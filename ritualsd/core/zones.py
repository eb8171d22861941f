"""Time zones: a zone by its name, and the one rule for local times that a clock change skips or repeats."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from ritualsd.errors import NotFound

_SHAPE = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,3}")
_NOT_A_PLACE = ("localtime", "posixrules", "Factory", "posix", "right")
_SECOND = timedelta(seconds=1)


def zone(name: str) -> ZoneInfo:
    """The zone of that exact name. Raises NotFound, with the name that was probably meant."""
    if _SHAPE.fullmatch(name) and name.split("/")[0] not in _NOT_A_PLACE:
        try:
            return ZoneInfo(name)
        except (OSError, ValueError, KeyError):
            pass  # a folder ("Europe"), a file that holds no zone, or no file at all: one answer for them
    close = _nearest(name)
    todo = f'did you mean "{close}"?' if close else 'write a name such as "Europe/Berlin"'
    raise NotFound(f'there is no time zone called "{_printable(name)}"', todo=todo)


def _printable(name: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in name[:60])
    return shown + ("…" if len(name) > 60 else "")


def _nearest(name: str) -> str:
    """The zone whose name, or whose city, is nearest; "" when none is near."""
    from difflib import get_close_matches

    wanted = name[:60].strip().lower().replace(" ", "_")
    known = {zone.lower(): zone for zone in sorted(available_timezones()) if zone.split("/")[0] not in _NOT_A_PLACE}
    cities = {lower.rsplit("/", 1)[-1]: zone for lower, zone in known.items() if "/" in lower}
    if wanted in known:
        return known[wanted]
    if wanted in cities:
        return cities[wanted]
    names = {**cities, **known}
    close = get_close_matches(wanted, names, n=1, cutoff=0.75)
    return names[close[0]] if close else ""


def resolve(local: datetime, zone: ZoneInfo) -> tuple[datetime | None, str]:
    """The instant (aware, UTC) of a naive local time, and a note in words when it is not simply that time.

    In a gap: the first valid instant after it. In an overlap: the first of the two. None: that date never was.
    """
    before = zone.utcoffset(local)
    after = zone.utcoffset(local.replace(fold=1))
    assert before is not None  # noqa: S101 - a zone always knows its offset; this is for the type checker
    assert after is not None  # noqa: S101 - likewise
    if before == after:
        return (local - before).replace(tzinfo=UTC), ""
    if before > after:
        return (local - before).replace(tzinfo=UTC), f"{local:%H:%M} comes twice that day: this is the first"
    change = _change(local - after, local - before, zone)
    if _swallows_day(local, change + before, change + after):
        return None, f"{local:%Y-%m-%d} never was in {zone.key}"
    moved = change + after
    return change.replace(tzinfo=UTC), f"the clock skips {local:%H:%M} that day: moved to {moved:%H:%M}"


def _swallows_day(local: datetime, gap_start: datetime, gap_end: datetime) -> bool:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return gap_start <= midnight and midnight + timedelta(days=1) <= gap_end


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The instant (naive, UTC) between two instants at which the zone's offset changes, to the second."""
    old = _offset(low, zone)
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        if middle <= low:
            break
        if _offset(middle, zone) == old:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    offset = instant.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    assert offset is not None  # noqa: S101 - as above
    return offset


def missing(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """The stretch of local time between two local times that a clock change skips, or None."""
    before, after = zone.utcoffset(start), zone.utcoffset(end.replace(fold=1))
    assert before is not None  # noqa: S101 - as above
    assert after is not None  # noqa: S101 - as above
    if before >= after:
        return None
    change = _change(start - before, end - after, zone)
    return change + before, change + _offset(change, zone)
