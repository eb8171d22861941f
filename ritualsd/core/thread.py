"""Threads: what somebody said at each message, and whether to come back to it some days later. Pure; quotes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from ritualsd.core.replies import not_undone, standing
from ritualsd.core.zones import resolve
from ritualsd.model import ActionKind, Reply

LOW = 2
"""A rating up to here is a low."""

COMES_BACK = timedelta(days=3)
BREATH = timedelta(days=7)
"""After one low that is asked about, the next ones of this time are left alone."""

FIRST_HOUR, LAST_HOUR = 10, 19
"""The calm part of the day, on one's own clock."""


def by_occurrence(replies: Sequence[Reply]) -> Mapping[int, list[Reply]]:
    """The replies to each occurrence, in their order."""
    found: dict[int, list[Reply]] = {}
    for reply in replies:
        found.setdefault(reply.occurrence, []).append(reply)
    return found


def rating(reply: Reply) -> int | None:
    """The number from 1 to 5 that a reply gives; None where it gives none."""
    return int(reply.words) if reply.action is ActionKind.SCALE else None


def is_low(reply: Reply) -> bool:
    given = rating(reply)
    return given is not None and given <= LOW


def still_wanted(replies: Sequence[Reply]) -> bool:
    """Whether what was said at a message is still there to come back to: asked for, or an answer that stands and is no
    rating that has risen since."""
    if any(reply.action is ActionKind.COME_BACK for reply in not_undone(replies)):
        return True
    stands = standing(replies)
    return stands is not None and stands.action.answers and (rating(stands) is None or is_low(stands))


def comes_back_utc(replied_utc: datetime, zone: ZoneInfo, secret: bytes, key: str) -> datetime:
    """Three to four days later, at a calm moment."""
    day = (replied_utc + COMES_BACK).astimezone(zone).date()
    same_day = calm_moment(day, zone, secret, key)
    if same_day >= replied_utc + COMES_BACK:
        return same_day
    return calm_moment(day + timedelta(days=1), zone, secret, key)


def calm_moment(day: date, zone: ZoneInfo, secret: bytes, key: str) -> datetime:
    """A moment of that day that nobody can guess, and that stays the same: `key` says what it is for."""
    lot = blake2b(f"calm|{key}".encode(), key=secret, digest_size=8).digest()
    minutes = int.from_bytes(lot) % ((LAST_HOUR - FIRST_HOUR) * 60)
    local = datetime.combine(day, time(FIRST_HOUR)) + timedelta(minutes=minutes)
    found = resolve(local, zone)[0]
    assert found is not None  # noqa: S101 - a gap gives the first valid instant; this is for the type checker
    return found
