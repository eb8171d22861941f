"""What the running daemon answers on its control socket: its own state, and the actions done on its ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from ritualsd.daemon.actions import ACTIONS
from ritualsd.daemon.health import Standing, failing, is_late, next_open_due
from ritualsd.daemon.live import Live
from ritualsd.errors import NotFound, RitualsdError

HORIZON = timedelta(days=4000)


class Answers:
    """Callable as `control.Answer`. `wake` rings the beat, `reload` reads the configuration again."""

    def __init__(self, live: Live, wake: Callable[[], None], reload: Callable[[], None]) -> None:
        self._live, self._wake, self._reload = live, wake, reload

    def __call__(self, command: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        if command == "status":
            return {"status": standing(self._live).as_json()}
        if command == "reload":
            self._reload()
        elif command != "wake":
            return self._act(command, fields)
        self._wake()
        return {}

    def _act(self, command: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        action = ACTIONS.get(command)
        if action is None:
            raise NotFound(f"this daemon knows no command {command!r}", todo="restart it after an upgrade")
        if self._live.stop.is_set():
            raise RitualsdError("the daemon is stopping", todo="try again when it is back")
        answer = action(self._live.world, self._live.settings, fields)
        self._wake()
        return answer


def standing(live: Live) -> Standing:
    """How the daemon is, at this moment."""
    world = live.world
    now = world.clock.now()
    return Standing(
        running=True,
        next_due_utc=next_open_due(world.store, live.settings.household, now + HORIZON),
        pending=world.store.pending(),
        late=is_late(live.pulse, world.store, world.clock.monotonic(), now),
        store_error=live.pulse.store_error,
        failing=failing(world.store),
        plugins=live.content.statuses(),
        config=live.config,
    )
