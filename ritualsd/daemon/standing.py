"""The answer to `status`: from the daemon where one runs, else from the ledger and the files alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from ritualsd.config import Loaded
from ritualsd.daemon.clock import SystemClock
from ritualsd.daemon.health import ConfigState, Standing, failing, is_late, next_open_due, pending
from ritualsd.daemon.live import Live
from ritualsd.errors import ConfigError, NotFound, RitualsdError
from ritualsd.model import Settings

HORIZON = timedelta(days=4000)


def standing(live: Live) -> Standing:
    """How the running daemon is, at this moment."""
    world = live.world
    now = world.clock.now()
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


def standing_without(state: Path, loaded: Callable[[], Loaded], *, running: bool) -> Standing:
    """How things are where no daemon answers; `running`: one is there, and silent. Never raises for what is broken."""
    from ritualsd.store import open_reader

    settings, config = _config(loaded)
    try:
        store = open_reader(state)
    except NotFound:
        return Standing(running=running, late=running, config=config)
    except RitualsdError as error:
        return Standing(running=running, late=running, store_error=str(error), config=config)
    try:
        household, now = settings.household if settings else None, SystemClock().now()
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
