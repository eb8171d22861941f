"""The last question before every send, retry and fallback: now, later, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.pauses import why_paused
from ritualsd.core.quiet import quiet_until
from ritualsd.core.reasons import reason
from ritualsd.core.retry import next_channel, over
from ritualsd.model import (
    Channel,
    Delivery,
    DeliveryState,
    Health,
    OccurrenceState,
    Pause,
    Person,
    Ritual,
    Settlement,
)

BROKEN_AFTER = 5  # failures in a row
PROBE_EVERY = timedelta(minutes=15)
MAKES_SENSE_FOR = timedelta(days=3)  # where the ritual does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Held back by a budget, for this reason: until then, or (None) for good."""

    code: str
    until: datetime | None = None


def gate(
    delivery: Delivery,
    ritual: Ritual | None,
    person: Person | None,
    channels: Sequence[Channel],
    *,
    pauses: Iterable[Pause],
    health: Health,
    now: datetime,
    rests: str = "",
    away_until: datetime | None = None,
    held_back: Held | None = None,
) -> Settlement | None:
    """None: send it now. Otherwise what becomes of the delivery instead, without an attempt.

    `channels` are those that may carry this message now; the configuration may have changed since it was planned.
    `rests`: why a season of life lets it rest, "" where none does. `away_until` is when the time without phones ends
    that its reader is in.
    `held_back`: by the reader's budget.
    """
    if ritual is None or person is None or person.id not in ritual.to:
        return _ended(OccurrenceState.CANCELLED, "config")
    if now >= delivery.expires_utc:
        return over(delivery, latest_of(delivery.due_utc, ritual))
    if held := why_paused(pauses, delivery.ritual, delivery.person, now):
        return _ended(OccurrenceState.SKIPPED, held)
    if rests:
        return _ended(OccurrenceState.SKIPPED, rests)
    if all(channel.name != delivery.channel for channel in channels):
        return _elsewhere(delivery, channels, person, now)
    zone = ZoneInfo(person.zone)
    if (ends := quiet_until(person.quiet, zone, now)) is not None:
        return _after(ends, delivery, "quiet")
    if (ends := quiet_until(person.own_quiet, zone, now)) is not None:
        return _after(ends, delivery, "own-quiet")
    if away_until is not None:
        return _after(away_until, delivery, "phone-away")
    if held_back is not None and held_back.until is not None:
        return _after(held_back.until, delivery, held_back.code)
    if held_back is not None:
        return _ended(OccurrenceState.SKIPPED, held_back.code)
    return _breaker(delivery, channels, health, now)


def latest_of(due_utc: datetime, ritual: Ritual) -> datetime:
    """When a message due then stops making sense by the ritual's own word, were there no next slot."""
    return due_utc + (MAKES_SENSE_FOR if ritual.expires is None else ritual.expires)


def _elsewhere(delivery: Delivery, channels: Sequence[Channel], person: Person, now: datetime) -> Settlement:
    fallback = next_channel(delivery, channels, now)
    if fallback is not None:
        return Settlement(state=DeliveryState.CANCELLED, code="channel-gone", fallback=fallback)
    code = "no-safe-channel" if person.channels else "no-channel"
    return Settlement(
        state=DeliveryState.CANCELLED, code=code, reason=reason(code),
        occurrence=(OccurrenceState.FAILED, reason(code)),
    )  # fmt: skip


def _breaker(delivery: Delivery, channels: Sequence[Channel], health: Health, now: datetime) -> Settlement | None:
    if health.failures < BROKEN_AFTER or health.last_attempt_utc is None:
        return None
    probe = health.last_attempt_utc + PROBE_EVERY
    if now >= probe or probe >= delivery.expires_utc:
        return None
    fallback = next_channel(delivery, channels, now)
    if fallback is not None:
        return Settlement(state=DeliveryState.FAILED, code="channel-failing", fallback=fallback)
    return _later(probe, "channel-failing")


def _after(ends: datetime, delivery: Delivery, code: str) -> Settlement:
    """When a silence ends, or not at all where it makes no sense any more by then."""
    return _ended(OccurrenceState.SKIPPED, code) if ends >= delivery.expires_utc else _later(ends, code)


def _later(at: datetime, code: str) -> Settlement:
    return Settlement(state=DeliveryState.PENDING, code=code, next_attempt_utc=at)


def _ended(state: OccurrenceState, code: str) -> Settlement:
    why = reason(code)
    return Settlement(state=DeliveryState.CANCELLED, code=code, reason=why, occurrence=(state, why))
