"""Deliver: one delivery from the gate to its outcome. Claim, send, record, in this order and no other.

The claim is on disk before the first byte leaves, so a crash repeats at most what was in flight and loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ritualsd.core.envelope import shown, way_back
from ritualsd.core.events import E
from ritualsd.core.gate import gate, latest_of
from ritualsd.core.notices import ritual_called
from ritualsd.core.retry import after_attempt
from ritualsd.flow.budget import held_back
from ritualsd.flow.lived import lived
from ritualsd.flow.nudge import after_sent
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
    Person,
    Ritual,
    Settings,
    Settlement,
)
from ritualsd.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class _Addressed:
    """A delivery's surroundings at this moment; `part` is that of its occurrence, by which a notice is known."""

    settings: Settings
    ritual: Ritual | None
    person: Person | None
    part: str
    channels: tuple[Channel, ...]
    health: Health


def deliver_one(world: World, settings: Settings, delivery: Delivery) -> None:
    """Send `delivery` if it may go now; record what became of it either way. Store errors pass through."""
    now = world.clock.now()
    to = _addressed(world, lived(world.store, settings), delivery)
    household = to.settings.household
    instead = gate(
        delivery, to.ritual, to.person, to.channels, pauses=world.store.pauses(), health=to.health, now=now,
        rests=delivery_rests(world, household, delivery, now),
        away_until=away_until(world, household, delivery.person, now),
        held_back=held_back(world, to.person, delivery, now),
    )  # fmt: skip
    if instead is not None:
        _settle(world, to, delivery, instead, None, now)
        return
    claimed = world.store.claim(delivery.id, world.boot, now)
    if claimed is not None:
        _attempt(world, to, claimed)


def _addressed(world: World, settings: Settings, delivery: Delivery) -> _Addressed:
    household, entry = settings.household, world.store.entry(delivery.occurrence)
    ritual, person = ritual_called(household, delivery.ritual), household.people.get(delivery.person)
    part = entry.occurrence.part if entry is not None else ""
    return _Addressed(
        settings=settings, ritual=ritual, person=person, part=part,
        channels=channels_for(ritual, person.id, household, part) if ritual and person else (),
        health=world.store.health().get(delivery.label, Health()),
    )  # fmt: skip


def _attempt(world: World, to: _Addressed, claimed: Delivery) -> None:
    ritual, person, channels = to.ritual, to.person, to.channels
    assert ritual is not None and person is not None  # noqa: S101, PT018 - the gate ends what has none; for the types
    channel = next(channel for channel in channels if channel.name == claimed.channel)
    phrases = world.content.phrases(person.language)
    back = way_back(claimed, ritual, to.part, person, channel, to.settings, phrases)
    body = shown(claimed, person, back, phrases)
    _tell(world, to, E.DELIVERY_SENDING, claimed)
    outcome = world.sender.send(channel, claimed.title, body, back=back)
    now = world.clock.now()
    settlement = after_attempt(claimed, outcome, now, channels, latest_of(claimed.due_utc, ritual))
    if settlement.state is DeliveryState.SENT:
        settlement = replace(settlement, notices=after_sent(world, ritual, claimed, now))
    _settle(world, to, claimed, settlement, outcome, now)
    _tell_health(world, claimed, settlement, to.health)


def _settle(
    world: World, to: _Addressed, delivery: Delivery, settlement: Settlement, outcome: Outcome | None, now: datetime
) -> None:
    world.store.settle(delivery.id, settlement, outcome, now)
    _tell(world, to, _event(settlement, outcome), delivery, code=settlement.code)


def _tell_health(world: World, claimed: Delivery, settlement: Settlement, before: Health) -> None:
    if settlement.healthy and before.failures:
        world.emit(Event(name=E.CHANNEL_BACK, fields={"channel": claimed.label}))
    elif settlement.healthy is False and not before.failures:
        world.emit(Event(name=E.CHANNEL_FAILING, fields={"channel": claimed.label, "code": settlement.code}))


def _event(settlement: Settlement, outcome: Outcome | None) -> E:
    if settlement.state is DeliveryState.SENT:
        return E.DELIVERY_SENT
    if settlement.state is DeliveryState.PENDING:
        if outcome is None:
            return E.DELIVERY_WAITS
        return E.DELIVERY_UNKNOWN if outcome.kind == "unknown" else E.DELIVERY_RETRY
    return E.DELIVERY_FAILED if outcome is not None else E.OCCURRENCE_ENDED


def _tell(world: World, to: _Addressed, name: E, delivery: Delivery, **fields: str) -> None:
    tell(
        world, to.settings, name, delivery.ritual, delivery.person, part=to.part, channel=delivery.label,
        attempt=delivery.attempts, **fields,
    )  # fmt: skip
