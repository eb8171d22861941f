"""Quiet hours of people who live by other clocks: what they leave of a day, and the first instant that suits everyone.

Pure. Whether a message may go out at the moment it is sent is for `core.quiet` and the gate to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.busy import busy_until, within
from ritualsd.core.policy import Policy
from ritualsd.core.quiet import quiet_until
from ritualsd.model import Slot

_MINUTE = timedelta(minutes=1)
_DAYS_AROUND = range(-2, 4)  # a window reaches into the day after, and another zone is up to 26 hours away


def put_off(slot: Slot, zone: ZoneInfo, policy: Policy) -> Slot:
    """The slot at the first instant, from its own on, at which nobody has quiet hours; skipped as "quiet" where its
    day, or the time up to `latest`, has none."""
    if slot.skipped:
        return slot
    meant = slot.due_utc.astimezone(zone)
    due_utc = _first_free(slot.due_utc, policy)
    local = due_utc.astimezone(zone)
    if due_utc == slot.due_utc:
        return slot
    if local.date() != meant.date() or (policy.latest is not None and local.time() > policy.latest):
        return replace(slot, skipped="quiet")
    free = "everybody is free" if policy.engaged else "nobody has quiet hours"
    note = f"{meant:%H:%M} is put off to {local:%H:%M}, when {free}"
    note = f"{slot.note}; {note}" if slot.note else note
    return replace(slot, local=local.replace(tzinfo=None, fold=0), due_utc=due_utc, note=note)


def _first_free(at_utc: datetime, policy: Policy) -> datetime:
    """The first instant at which nobody has quiet hours or is engaged; one more than a day later for further ones."""
    at, beyond = at_utc, at_utc + timedelta(days=1)
    while at <= beyond:
        ends = [end for quiet, name in policy.busy if (end := quiet_until(quiet, ZoneInfo(name), at)) is not None]
        if (end := busy_until(policy.engaged, at)) is not None:
            ends.append(end)
        if not ends:
            break
        at = max(ends)
    return at


def taken(day: date, zone: ZoneInfo, policy: Policy) -> Iterator[tuple[int, int]]:
    """The stretches of a day's window that somebody's quiet hours or calendar take, in minutes from the midnight that
    begins `day` in `zone`. A little more than they take in a night in which a clock changes, never less."""
    for quiet, name in policy.busy:
        theirs = ZoneInfo(name)
        for shift in _DAYS_AROUND:
            begins = day + timedelta(shift)
            ends = begins + timedelta(quiet.end <= quiet.start)
            first = min(_instants(datetime.combine(begins, quiet.start), theirs))
            last = max(_instants(datetime.combine(ends, quiet.end), theirs))
            yield _minutes(day, first.astimezone(zone)), -_minutes(day, _first_pass(last, zone), -1)
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    for first, last in within(policy.engaged, midnight, midnight + timedelta(_DAYS_AROUND[-1])):
        yield _minutes(day, first.astimezone(zone)), -_minutes(day, _first_pass(last, zone), -1)


def _instants(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The two readings (aware, UTC) of a naive local time, the same but where a clock repeats or skips it."""
    aware = local.replace(tzinfo=zone)
    return aware.astimezone(UTC), aware.replace(fold=1).astimezone(UTC)


def _first_pass(at_utc: datetime, zone: ZoneInfo) -> datetime:
    """An instant on the wall clock; one that falls into repeated time, as if the clock had not been set back yet."""
    local = at_utc.astimezone(zone)
    offset = local.replace(fold=0).utcoffset()
    assert offset is not None  # noqa: S101 - a zone always knows its offset; this is for the type checker
    return (at_utc + offset).replace(tzinfo=zone)


def _minutes(day: date, local: datetime, sign: int = 1) -> int:
    """Whole minutes from midnight to a wall clock time, rounded down; with `sign` -1 counted back from it."""
    return sign * (local.replace(tzinfo=None) - datetime.combine(day, time())) // _MINUTE
