"""The answer to `status`: from the daemon where one runs, else from the ledger and the files alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ritualsd.config import Loaded
from ritualsd.core.visibility import OWN_AFFAIRS, PRIVATE
from ritualsd.daemon.clock import SystemClock
from ritualsd.daemon.health import OVERDUE, ConfigState, Many, Standing, failing, is_late, next_open_due, pending
from ritualsd.daemon.live import Live
from ritualsd.errors import ConfigError, NotFound, RitualsdError
from ritualsd.model import Settings

if TYPE_CHECKING:
    from ritualsd.daemon.houses import Houses

HORIZON = timedelta(days=4000)


def standing(live: Live) -> Standing:
    """How the running daemon is, at this moment."""
    world = live.world
    now = world.clock.now()
    if live.houses is not None:
        return standing_of_many(live, live.houses, now)
    return Standing(
        running=True,
        next_due_utc=next_open_due(world.store, live.settings.household, now + HORIZON, now),
        pending=pending(world.store, live.settings.household, now),
        late=is_late(live.pulse, world.store, world.clock.monotonic(), now),
        doubtful=live.watch.doubt_s() > 0,
        store_error=live.pulse.store_error,
        failing=failing(world.store, live.settings.household, now),
        plugins=live.content.statuses(),
        sources=dict(live.sources),
        config=live.config,
    )


def standing_of_many(live: Live, houses: Houses, now: datetime) -> Standing:
    """The same over all households: counts alone, and when which of them has what next is told to nobody."""
    registry = houses.registry
    return Standing(
        running=True,
        pending=sum(registry.waiting().values()),
        late=is_late(live.pulse, registry.outbox, live.world.clock.monotonic(), now),
        doubtful=live.watch.doubt_s() > 0,
        store_error=live.pulse.store_error,
        plugins=live.content.statuses(),
        config=live.config,
        many=Many(
            census=registry.census(), overdue=told(registry.overdue(now - OVERDUE)), trouble=live.households_trouble,
            comparing=live.comparing,
        ),
    )  # fmt: skip


def told(overdue: Mapping[str, int]) -> dict[str, int]:
    """The counts, where what is somebody's own affair shows as no more than that."""
    shown: Counter[str] = Counter()
    for code, times in overdue.items():
        shown[PRIVATE if code in OWN_AFFAIRS else code] += times
    return dict(shown)


def standing_without(state: Path, loaded: Callable[[], Loaded], *, running: bool) -> Standing:
    """How things are where no daemon answers; `running`: one is there, and silent. Never raises for what is broken."""
    from ritualsd.store import open_reader, open_registry

    settings, config = _config(loaded)
    try:
        store = open_reader(state, url=settings.storage_url if settings else "")
    except NotFound:
        return Standing(running=running, late=running, config=config)
    except RitualsdError as error:
        return Standing(running=running, late=running, store_error=str(error), config=config)
    try:
        household, now = settings.household if settings else None, SystemClock().now()
        if settings is not None and settings.households:
            many = Many(census=open_registry(store).census())
            return Standing(running=running, late=running, config=config, many=many)
        return Standing(
            running=running,
            next_due_utc=next_open_due(store, household, now + HORIZON, now),
            pending=pending(store, household, now),
            late=running,
            failing=failing(store, household, now),
            config=config,
        )
    finally:
        store.close()


def _config(loaded: Callable[[], Loaded]) -> tuple[Settings | None, ConfigState]:
    """The settings, or why there are none, in one line."""
    try:
        found = loaded()
    except ConfigError as error:
        return None, ConfigState(error=str(error))
    errors = [str(problem) for problem in found.problems if problem.severity == "error"]
    return found.settings, ConfigState(error=errors[0] if errors else "")
