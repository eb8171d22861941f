"""Deliver: deliveries from the gate to their outcome. Claim, send, record, in this order and no other.

The gate is asked in the transaction that claims, so that a pause, a leave or an answer kept a moment before holds. The
claim is on disk before the first byte leaves, so a crash repeats at most what was in flight and loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ritualsd.core.envelope import shown, way_back
from ritualsd.core.events import E
from ritualsd.core.gate import gate, latest_of
from ritualsd.core.notices import ritual_called
from ritualsd.core.retry import after_attempt
from ritualsd.flow.budget import held_back
from ritualsd.flow.lived import lived_now
from ritualsd.flow.nudge import after_sent
from ritualsd.flow.prepare import channels_for
from ritualsd.flow.resting import away_until, delivery_rests
from ritualsd.flow.telling import tell
from ritualsd.model import (
    Channel,
    Delivery,
    DeliveryState,
    Due,
    Event,
    Outcome,
    Pause,
    Person,
    Ritual,
    Settings,
    Settled,
    Settlement,
)
from ritualsd.ports import Store, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A delivery with all that its way hangs on, as it is at this moment. `due` is how it was found, `delivery` how it
    was claimed. Once it was sent, `outcome` is what came of it, at `at_utc`."""

    world: World
    settings: Settings
    due: Due
    delivery: Delivery
    ritual: Ritual | None
    person: Person | None
    channels: tuple[Channel, ...]
    outcome: Outcome | None = None
    at_utc: datetime | None = None


Instead = tuple[Parcel, Settlement]
"""What does not go now, and what becomes of it."""


def deliver_one(world: World, settings: Settings, delivery: Delivery) -> None:
    """Send `delivery` if it may go now; record what became of it either way. Store errors pass through."""
    for parcel in claim(world, settings, [delivery]):
        record([carry(parcel)])


def claim(world: World, settings: Settings, deliveries: Iterable[Delivery]) -> list[Parcel]:
    """Those of one household's deliveries that go now, claimed; of the others it is recorded what becomes of them,
    where they are still due. One transaction."""
    ids, now = [each.id for each in deliveries], world.clock.now()
    going, instead = world.store.as_one(lambda store: _claimed(world, store, settings, ids, now))
    for parcel, settlement in instead:
        _tell(parcel, _event(settlement, None), code=settlement.code)
    return going


def carry(parcel: Parcel) -> Parcel:
    """Send it. Touches no ledger, and takes as long as its channel does."""
    world, claimed, channels = parcel.world, parcel.delivery, parcel.channels
    ritual, person = parcel.ritual, parcel.person
    assert ritual is not None and person is not None  # noqa: S101, PT018 - the gate ends what has none; for the types
    channel = next(channel for channel in channels if channel.name == claimed.channel)
    phrases = world.content.phrases(person.language)
    back = way_back(claimed, ritual, parcel.due.occurrence.part, person, channel, parcel.settings, phrases)
    body = shown(claimed, person, back, phrases)
    _tell(parcel, E.DELIVERY_SENDING)
    outcome = world.sender.send(channel, claimed.title, body, back=back)
    return replace(parcel, outcome=outcome, at_utc=world.clock.now())


def record(parcels: Sequence[Parcel]) -> None:
    """What came of what was carried for one household, and all that follows from it. One transaction."""
    world = parcels[0].world
    settled = world.store.as_one(lambda store: _recorded(replace(world, store=store), parcels))
    for parcel, each in zip(parcels, settled, strict=True):
        _tell(parcel, _event(each.settlement, each.outcome), code=each.settlement.code)
        _tell_health(parcel, each.settlement)


# ── within the transaction ──


def _claimed(
    world: World, store: Store, settings: Settings, ids: Sequence[int], now: datetime
) -> tuple[list[Parcel], list[Instead]]:
    settings, pauses, within = lived_now(store, settings), store.pauses(), replace(world, store=store)
    going: list[Parcel] = []
    instead: list[Instead] = []
    for due in store.due_among(ids, now):
        parcel = _addressed(world, settings, due)
        settlement = _asked(within, parcel, pauses, going, now)
        if settlement is None:
            going.append(parcel)
        else:
            instead.append((parcel, settlement))
    store.settle_each([_unsent(parcel, settlement, now) for parcel, settlement in instead])
    won = {each.id: each for each in store.claim_each([each.delivery for each in going], world.boot, now)}
    return [replace(each, delivery=won[each.delivery.id]) for each in going if each.delivery.id in won], instead


def _unsent(parcel: Parcel, settlement: Settlement, now: datetime) -> Settled:
    return Settled(delivery=parcel.delivery.id, settlement=settlement, outcome=None, at_utc=now)


def _addressed(world: World, settings: Settings, due: Due) -> Parcel:
    household, delivery = settings.household, due.delivery
    ritual, person = ritual_called(household, delivery.ritual), household.people.get(delivery.person)
    channels = channels_for(ritual, person.id, household, due.occurrence.part) if ritual and person else ()
    return Parcel(
        world=world, settings=settings, due=due, delivery=delivery, ritual=ritual, person=person, channels=channels
    )


def _asked(
    world: World, parcel: Parcel, pauses: Iterable[Pause], going: Iterable[Parcel], now: datetime
) -> Settlement | None:
    """The gate's word; None lets it go. `going` are those that go in the same moment."""
    household, delivery, occurrence = parcel.settings.household, parcel.delivery, parcel.due.occurrence
    return gate(
        delivery, parcel.ritual, parcel.person, parcel.channels, pauses=pauses, health=parcel.due.health, now=now,
        rests=delivery_rests(world, household, parcel.ritual, occurrence, now),
        away_until=away_until(world, household, delivery.person, now),
        held_back=held_back(world, parcel.person, delivery, [each.delivery for each in going], now),
    )  # fmt: skip


def _recorded(world: World, parcels: Sequence[Parcel]) -> list[Settled]:
    settled = [_settled(world, parcel) for parcel in parcels]
    world.store.settle_each(settled)
    return settled


def _settled(world: World, parcel: Parcel) -> Settled:
    ritual, outcome, now = parcel.ritual, parcel.outcome, parcel.at_utc
    assert ritual is not None and outcome is not None and now is not None  # noqa: S101, PT018 - it was carried
    claimed = parcel.delivery
    settlement = after_attempt(claimed, outcome, now, parcel.channels, latest_of(claimed.due_utc, ritual))
    if settlement.state is DeliveryState.SENT:
        notices = after_sent(world, ritual, parcel.due.occurrence, claimed.expires_utc, now)
        settlement = replace(settlement, notices=notices)
    return Settled(delivery=claimed.id, settlement=settlement, outcome=outcome, at_utc=now)


# ── what is told of it ──


def _tell_health(parcel: Parcel, settlement: Settlement) -> None:
    world, label, before = parcel.world, parcel.delivery.label, parcel.due.health
    if settlement.healthy and before.failures:
        world.emit(Event(name=E.CHANNEL_BACK, fields={"channel": label}))
    elif settlement.healthy is False and not before.failures:
        world.emit(Event(name=E.CHANNEL_FAILING, fields={"channel": label, "code": settlement.code}))


def _event(settlement: Settlement, outcome: Outcome | None) -> E:
    if settlement.state is DeliveryState.SENT:
        return E.DELIVERY_SENT
    if settlement.state is DeliveryState.PENDING:
        if outcome is None:
            return E.DELIVERY_WAITS
        return E.DELIVERY_UNKNOWN if outcome.kind == "unknown" else E.DELIVERY_RETRY
    return E.DELIVERY_FAILED if outcome is not None else E.OCCURRENCE_ENDED


def _tell(parcel: Parcel, name: E, **fields: str) -> None:
    delivery = parcel.delivery
    tell(
        parcel.world, parcel.settings, name, delivery.ritual, delivery.person, part=parcel.due.occurrence.part,
        channel=delivery.label, attempt=delivery.attempts, **fields,
    )  # fmt: skip
