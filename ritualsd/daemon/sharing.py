"""Puts the parts together where many machines share the work: the queue, its jobs, and who carries them out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ritualsd.daemon.live import Live
from ritualsd.engine.dispatch import Dispatcher
from ritualsd.engine.jobs import JobBook
from ritualsd.engine.pace import PACE, Pace
from ritualsd.engine.procrastinate import ProcrastinateEngine
from ritualsd.errors import NotFound
from ritualsd.model import Channel, Settings
from ritualsd.ports import Slip
from ritualsd.send.doors import address
from ritualsd.store import open_queue


def dispatcher(live: Live, *, pace: Pace = PACE, alive: Callable[[], None] = lambda: None) -> Dispatcher:
    """Hands out what is due: all that a daemon does about deliveries where workers make them."""
    world, jobs = live.world, JobBook(lambda household: partial(provider, settings_of(live, household)))
    return Dispatcher(
        open_queue(world.store), jobs, world.clock, world.emit, pace=pace, doubt_s=live.watch.doubt_s, alive=alive
    )


def worker(
    live: Live, *, concurrency: int, pace: Pace = PACE, alive: Callable[[], None] = lambda: None
) -> ProcrastinateEngine:
    """Hands out as well, and carries out."""
    world = live.world
    return ProcrastinateEngine(
        live.settings.storage_url, open_queue(world.store), dispatcher(live, pace=pace, alive=alive), world.clock,
        world.emit, concurrency=concurrency, pace=pace, doubt_s=live.watch.doubt_s,
    )  # fmt: skip


def provider(settings: Settings | None, slip: Slip) -> str:
    """Who runs the servers that this channel leads to; "" where nobody knows it."""
    channel = channel_of(settings, slip)
    return address(channel.url.reveal()).provider if channel is not None else ""


def channel_of(settings: Settings | None, slip: Slip) -> Channel | None:
    """Where it goes, as far as this process knows."""
    person = settings.household.people.get(slip.person) if settings is not None else None
    if person is None:
        return None
    return next((channel for channel in person.channels if channel.name == slip.channel), None)


def settings_of(live: Live, household: str) -> Settings | None:
    """A household's settings as they are in force."""
    if live.houses is None:
        return live.settings
    try:
        return live.houses.at(household).settings
    except NotFound:
        return None
