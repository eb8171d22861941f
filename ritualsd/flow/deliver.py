"""Deliver: one delivery from the gate to its outcome. Claim, send, record, in this order and no other.

The claim is on disk before the first byte leaves, so a crash repeats at most what was in flight and loses nothing.
"""

from __future__ import annotations

from datetime import datetime

from ritualsd.core.events import E
from ritualsd.core.gate import gate, latest_of
from ritualsd.core.notices import ritual_called
from ritualsd.core.retry import after_attempt
from ritualsd.flow.lived import lived
from ritualsd.flow.prepare import channels_for
from ritualsd.flow.resting import away_until, delivery_rests
from ritualsd.flow.telling import tell
from ritualsd.model import (
    Channel,
    Delivery,
    DeliveryState,
    Event,
    Health,
    Outcome,
    Ritual,
    Settings,
    Settlement,
)
from ritualsd.ports import World


def deliver_one(world: World, settings: Settings, delivery: Delivery) -> None:
    """Send `delivery` if it may go now; record what became of it either way. Store errors pass through."""
    now, settings = world.clock.now(), lived(world.store, settings)
    ritual = ritual_called(settings.household, delivery.ritual)
    person = settings.household.people.get(delivery.person)
    channels = channels_for(ritual, person.id, settings.household) if ritual and person else ()
    health = world.store.health().get(delivery.label, Health())
    instead = gate(
        delivery, ritual, person, channels, pauses=world.store.pauses(), health=health, now=now,
        rests=delivery_rests(world, settings.household, delivery, now),
        away_until=away_until(world, settings.household, delivery.person, now),
    )  # fmt: skip
    if instead is not None:
        _settle(world, settings, delivery, instead, None, now)
        return
    assert ritual is not None  # noqa: S101 - the gate ends what has no ritual; this tells the type checker
    claimed = world.store.claim(delivery.id, world.boot, now)
    if claimed is None:
        return
    channel = next(channel for channel in channels if channel.name == claimed.channel)
    _attempt(world, settings, ritual, claimed, channel, channels, health)


def _attempt(
    world: World,
    settings: Settings,
    ritual: Ritual,
    claimed: Delivery,
    channel: Channel,
    channels: tuple[Channel, ...],
    health: Health,
) -> None:
    _tell(world, settings, E.DELIVERY_SENDING, claimed)
    outcome = world.sender.send(channel, claimed.title, claimed.body)
    now = world.clock.now()
    settlement = after_attempt(claimed, outcome, now, channels, latest_of(claimed.due_utc, ritual))
    _settle(world, settings, claimed, settlement, outcome, now)
    if settlement.healthy and health.failures:
        world.emit(Event(name=E.CHANNEL_BACK, fields={"channel": claimed.label}))
    elif settlement.healthy is False and not health.failures:
        world.emit(Event(name=E.CHANNEL_FAILING, fields={"channel": claimed.label, "code": outcome.code}))


def _settle(
    world: World, settings: Settings, delivery: Delivery, settlement: Settlement, outcome: Outcome | None, now: datetime
) -> None:
    world.store.settle(delivery.id, settlement, outcome, now)
    _tell(world, settings, _event(settlement, outcome), delivery, code=settlement.code)


def _event(settlement: Settlement, outcome: Outcome | None) -> E:
    if settlement.state is DeliveryState.SENT:
        return E.DELIVERY_SENT
    if settlement.state is DeliveryState.PENDING:
        if outcome is None:
            return E.DELIVERY_WAITS
        return E.DELIVERY_UNKNOWN if outcome.kind == "unknown" else E.DELIVERY_RETRY
    return E.DELIVERY_FAILED if outcome is not None else E.OCCURRENCE_ENDED


def _tell(world: World, settings: Settings, name: E, delivery: Delivery, **fields: str) -> None:
    channel, attempt = delivery.label, delivery.attempts
    tell(world, settings, name, delivery.ritual, delivery.person, channel=channel, attempt=attempt, **fields)
