"""After an attempt: sent, again later, on to the next channel, or over. Pure, and the only place that decides it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from ritualsd.core.reasons import reason
from ritualsd.model import Channel, Delivery, DeliveryState, OccurrenceState, Outcome, Settlement

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
LATER = timedelta(hours=1)
FALL_BACK_AFTER = 4  # attempts that got nowhere, about four minutes, before the next channel is tried
GIVE_UP_AFTER_REFUSALS = 2


def wait_after(delivery: int, attempts: int, code: str) -> timedelta:
    """How long to wait after attempt number `attempts` (from 1): doubling with jitter, never shorter than before."""
    doubled = FIRST_WAIT * (1 << min(attempts - 1, 10))
    digest = sha256(f"{delivery}|{attempts}".encode()).digest()
    wait = min(doubled * (1 + digest[0] / 1024), LONGEST_WAIT)
    return max(wait, timedelta(minutes=1)) if code == "http-429" else wait


def after_attempt(
    delivery: Delivery, outcome: Outcome, now: datetime, channels: Sequence[Channel], latest: datetime
) -> Settlement:
    """What follows from `outcome`. `delivery.attempts` counts this attempt; `channels` are those that may carry
    this message, in order; `latest` is when the ritual itself stops making sense."""
    if outcome.kind == "sent":
        return Settlement(
            state=DeliveryState.SENT, code=outcome.code, healthy=True,
            occurrence=(OccurrenceState.CLOSED, reason("sent")),
        )  # fmt: skip
    fallback = next_channel(delivery, channels, now)
    if outcome.kind == "permanent":
        return _refused(delivery, outcome, now, fallback)
    if delivery.attempts >= FALL_BACK_AFTER and fallback is not None:
        return Settlement(state=DeliveryState.FAILED, code=outcome.code, fallback=fallback, healthy=False)
    again = now + wait_after(delivery.id, delivery.attempts, outcome.code)
    if again >= delivery.expires_utc:
        return over(delivery, latest, code=outcome.code, healthy=False)
    return Settlement(state=DeliveryState.PENDING, code=outcome.code, next_attempt_utc=again, healthy=False)


def _refused(delivery: Delivery, outcome: Outcome, now: datetime, fallback: Delivery | None) -> Settlement:
    if fallback is not None:
        return Settlement(state=DeliveryState.FAILED, code=outcome.code, fallback=fallback, healthy=False)
    again = now + LATER
    if delivery.attempts < GIVE_UP_AFTER_REFUSALS and again < delivery.expires_utc:
        return Settlement(state=DeliveryState.PENDING, code=outcome.code, next_attempt_utc=again, healthy=False)
    why = reason("refused")
    return Settlement(
        state=DeliveryState.FAILED, code=outcome.code, reason=why, healthy=False,
        occurrence=(OccurrenceState.FAILED, why),
    )  # fmt: skip


def next_channel(delivery: Delivery, channels: Sequence[Channel], now: datetime) -> Delivery | None:
    """The same words on the channel after this delivery's, or None where there is no further one."""
    names = [channel.name for channel in channels]
    at = names.index(delivery.channel) + 1 if delivery.channel in names else 0
    if at >= len(names):
        return None
    return replace(
        delivery, id=0, channel=names[at], order=delivery.order + 1, state=DeliveryState.PENDING,
        attempts=0, code="", reason="", next_attempt_utc=now,
    )  # fmt: skip


def over(delivery: Delivery, latest: datetime, *, code: str = "", healthy: bool | None = None) -> Settlement:
    """Too late now: overtaken by the ritual's next time, or simply past the moment it made sense (`latest`)."""
    overtaken = delivery.expires_utc < latest
    state = OccurrenceState.SUPERSEDED if overtaken else OccurrenceState.EXPIRED
    why = reason("newer" if overtaken else "late")
    return Settlement(state=DeliveryState.CANCELLED, code=code, reason=why, occurrence=(state, why), healthy=healthy)
