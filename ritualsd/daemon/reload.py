"""Takes up a changed configuration, or keeps the old schedule and says why. It never leaves the daemon without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag
from zoneinfo import ZoneInfo

from ritualsd.config import Loaded, fingerprint, load
from ritualsd.core.events import E
from ritualsd.daemon.alarm import Alarm
from ritualsd.daemon.health import ConfigState
from ritualsd.daemon.live import Live
from ritualsd.model import Event, Settings

RELOAD = "reload"
LOOK_EVERY = timedelta(seconds=5)
SETTLE = timedelta(seconds=1)
PATIENCE = 5
"""So many looks at a file that keeps changing, and it is read anyway."""


class Reloader:
    """Looks at the files now and then; `ask` makes it read them at the next look, changed or not."""

    def __init__(
        self, path: Path, env: Mapping[str, str], live: Live, alarm: Alarm, seen: str,
        changed: Callable[[], None],
    ) -> None:  # fmt: skip
        """`seen` is the fingerprint of what runs now; `changed` is called after others came into force."""
        self._path, self._env, self._live, self._alarm = path, env, live, alarm
        self._seen, self._changed = seen, changed
        self._candidate, self._looks = seen, 0
        self._asked = Flag()

    def schedule(self) -> None:
        now = self._live.world.clock.now()
        self._alarm.add(RELOAD, self.look, LOOK_EVERY, now + LOOK_EVERY)

    def ask(self) -> None:
        """From any thread: read the files now."""
        self._asked.set()
        self._alarm.ring(RELOAD, self._live.world.clock.now())

    def look(self) -> None:
        """Read the files when they have changed and then stood still for a moment, or when asked."""
        found = fingerprint(self._path)
        if not self._asked.is_set():
            if found == self._seen:
                self._candidate, self._looks = found, 0
                return
            self._looks += 1
            if found != self._candidate and self._looks < PATIENCE:
                self._candidate = found
                self._alarm.ring(RELOAD, self._live.world.clock.now() + SETTLE)
                return
        self._asked.clear()
        self._candidate, self._looks = found, 0
        self._reload()
        self._seen = found  # only now: what could not be adopted is tried again at the next look

    def _reload(self) -> None:
        self._live.notifier.reloading()
        try:
            ZoneInfo.clear_cache()
            self._take_up(load(self._path, self._env))
        finally:
            self._live.notifier.ready(self._live.status_line())

    def _take_up(self, loaded: Loaded) -> None:
        live = self._live
        why = refusal(self._path, live.settings, loaded)
        if why or loaded.settings is None:
            live.config = ConfigState(stale=True, error=why)
            errors = sum(problem.severity == "error" for problem in loaded.problems)
            live.world.emit(Event(name=E.CONFIG_REFUSED, fields={"problems": errors}))
            return
        live.take_up(loaded.settings)
        live.config = ConfigState()
        live.world.emit(Event(name=E.CONFIG_LOADED, fields={"rituals": len(loaded.settings.household.rituals)}))
        self._changed()


def refusal(path: Path, settings: Settings, loaded: Loaded) -> str:
    """Why what was read is not taken up in the place of `settings`, in one line; "" where it is."""
    errors = [problem for problem in loaded.problems if problem.severity == "error"]
    if loaded.settings is None:
        first = str(errors[0]) if errors else f"{path}: it could not be read"
        return first if len(errors) < 2 else f"{first} (and {len(errors) - 1} more; see `ritualsd check`)"
    if bool(settings.households) != bool(loaded.settings.households):
        return f"{path}: one household and many are kept apart; restart ritualsd to change from one to the other"
    if settings.household.rituals and not loaded.settings.household.rituals:
        return f"{path}: it has no rituals any more; to stop them all, use `ritualsd pause`"
    return ""
