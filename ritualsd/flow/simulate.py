"""Simulate: the daemon's own verbs on a virtual clock, a ledger in memory and a sender that only writes down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event as Flag

from ritualsd.flow.adopt import adopt
from ritualsd.flow.beat import beat
from ritualsd.flow.deliver import deliver_one
from ritualsd.model import NO_WAY_BACK, Channel, DeliveryState, Entry, OccurrenceState, Outcome, Settings, WayBack
from ritualsd.ports import Content, Store, World

A_MOMENT = timedelta(seconds=1)
AT_ONCE = 500


@dataclass(slots=True)
class VirtualClock:
    """A clock that moves only when told. `wait` moves it, so nothing ever sleeps."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def wait(self, flag: Flag, seconds: float) -> bool:
        if not flag.is_set():
            self.at += timedelta(seconds=seconds)
        return flag.is_set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message a phone would have got, and how it could be answered from there."""

    channel: str
    title: str
    body: str
    back: WayBack = field(default=NO_WAY_BACK, compare=False)


@dataclass(slots=True)
class RecordingSender:
    """Accepts everything and keeps it in order."""

    sent: list[Sent] = field(default_factory=list)

    def send(
        self, channel: Channel, title: str, body: str, *, deadline_s: float = 20.0, back: WayBack = NO_WAY_BACK
    ) -> Outcome:
        self.sent.append(Sent(channel=channel.label, title=title, body=body, back=back))
        return Outcome(kind="sent", code="simulated")

    def warm(self, channels: int = 1) -> None:
        """Always ready."""

    def close(self) -> None:
        """Nothing to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What would have happened: entries whose message was sent, and those that ended without one, by due time."""

    sent: tuple[Entry, ...]
    not_sent: tuple[Entry, ...]


def simulate(settings: Settings, content: Content, store: Store, *, start: datetime, days: int) -> Simulation:
    """Run `days` days from `start` (aware). `store` must be a ledger in memory; it is changed."""
    clock = VirtualClock(start.astimezone(UTC))
    world = World(
        store=store, content=content, sender=RecordingSender(), clock=clock, emit=lambda _: None, boot="simulation"
    )
    end = clock.at + timedelta(days=days)
    adopt(world, settings, clock.at)
    while clock.at < end:
        wake = beat(world, settings, clock.at)
        _deliver_all(world, settings, clock.at)
        moments = [moment for moment in (wake, store.next_delivery()) if moment is not None]
        if not moments:
            break
        clock.at = max(min(moments), clock.at + A_MOMENT)
    entries = list(_within(store, clock_start=start, end=end))
    return Simulation(
        sent=tuple(entry for entry in entries if entry.occurrence.state is OccurrenceState.CLOSED),
        not_sent=tuple(entry for entry in entries if _ended_silent(entry)),
    )


def _deliver_all(world: World, settings: Settings, now: datetime) -> None:
    while due := world.store.due_deliveries(now, AT_ONCE):
        for delivery in due:
            deliver_one(world, settings, delivery)


def _within(store: Store, *, clock_start: datetime, end: datetime) -> Iterator[Entry]:
    everything = store.history(limit=10_000_000)
    return (entry for entry in reversed(everything) if clock_start <= entry.occurrence.due_utc < end)


def _ended_silent(entry: Entry) -> bool:
    over = entry.occurrence.state not in (OccurrenceState.CLOSED, OccurrenceState.PLANNED, OccurrenceState.READY)
    return over and all(delivery.state is not DeliveryState.SENT for delivery in entry.deliveries)
