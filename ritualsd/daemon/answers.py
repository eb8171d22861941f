"""What the running daemon answers on its control socket: its own state, and the actions done on its ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ritualsd.daemon.actions import ACTIONS
from ritualsd.daemon.live import Live
from ritualsd.daemon.standing import standing
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.flow.lived import lived


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
        answer = action(self._live.world, lived(self._live.world.store, self._live.settings), fields)
        self._wake()
        return answer
