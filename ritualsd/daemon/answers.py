"""What the running daemon answers on its control socket: its own state, and the actions done on its ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ritualsd.config.households import alone, which_one
from ritualsd.daemon.actions import ACTIONS
from ritualsd.daemon.live import Live
from ritualsd.daemon.standing import standing
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.flow.lived import lived
from ritualsd.model import Settings
from ritualsd.ports import World


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
        household = str(fields.get("household") or "")
        world, settings = self._at(household)
        answer = action(world, lived(world.store, settings), fields)
        if self._live.houses is not None:
            self._live.houses.wake(household)
        self._wake()
        return answer

    def _at(self, household: str) -> tuple[World, Settings]:
        """Whom a command is about. Raises NotFound, RitualsdError."""
        houses = self._live.houses
        if houses is None and household:
            raise alone()
        if houses is None:
            return self._live.world, self._live.settings
        if not household:
            raise which_one(houses.folder)
        home = houses.at(household)
        return home.world, home.settings
