"""The life of one worker: it delivers what planners on any machine hand out, and plans nothing itself.

configuration → ledger → READY → engine … → STOPPING → what is in flight ends, the rest is given back → closed
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread

from ritualsd.config import Loaded, fingerprint, load
from ritualsd.content.scratch import Scratch
from ritualsd.core.events import E
from ritualsd.daemon.caution import CautiousCourier
from ritualsd.daemon.hidden import Hidden
from ritualsd.daemon.live import Live
from ritualsd.daemon.logs import open_log
from ritualsd.daemon.notify import Notifier
from ritualsd.daemon.process import (
    LAST_RESORT_S,
    SENDS_END_S,
    STDERR,
    begin,
    leave_after,
    leave_if_held,
    load_or_refuse,
    tell_failed_threads,
)
from ritualsd.daemon.reload import refusal
from ritualsd.daemon.sharing import settings_of, worker
from ritualsd.daemon.signals import watch_signals
from ritualsd.daemon.wiring import open_live
from ritualsd.engine.pace import PACE, Pace
from ritualsd.errors import RitualsdError, StoreDamaged, StoreError
from ritualsd.flow.courier import Courier
from ritualsd.model import Event, Settings
from ritualsd.store import open_queue

LOOK_EVERY_S = 5.0
"""How often the configuration is looked at."""


def work(config: Path, env: Mapping[str, str], *, concurrency: int, no_plugins: bool = False, pace: Pace = PACE) -> int:
    """Deliver until told to stop; returns the exit code. Raises ConfigError or StoreError for what makes a start
    impossible."""
    begin()
    notifier = Notifier.from_env(os.environ)
    hidden = Hidden()
    log = open_log(STDERR, env, hidden)
    loaded, settings = shared(config, env)
    log(Event(name=E.DAEMON_STARTED, fields={"pid": os.getpid(), "config": str(config), "part": "worker"}))
    hidden.learn(settings)
    with Scratch("ritualsd-worker-", env.get("RUNTIME_DIRECTORY")) as folder:
        live = open_live(settings, folder.path, env, notifier, log, no_plugins=no_plugins)
        live.hidden = hidden
        live.world.sender.warm(concurrency)  # what is due has waited for a worker already
        return Worker(live, config, env, loaded.fingerprint, concurrency, pace).run()


def shared(config: Path, env: Mapping[str, str]) -> tuple[Loaded, Settings]:
    """The configuration, where it shares its work among machines. Raises ConfigError, and RitualsdError where not."""
    loaded = load_or_refuse(config, env)
    settings = loaded.settings
    assert settings is not None  # noqa: S101 - a typed narrowing: load_or_refuse raises otherwise
    if settings.engine != "procrastinate":
        raise RitualsdError(
            "there is nothing for a worker to do: the daemon delivers by itself",
            where=str(config),
            todo='write kind = "procrastinate" under [engine], and a PostgreSQL url under [storage]',
        )
    return loaded, settings


class Worker:
    """One running worker. Made once, run once."""

    def __init__(
        self, live: Live, config: Path, env: Mapping[str, str], seen: str, concurrency: int, pace: Pace
    ) -> None:
        """`seen` is the fingerprint of the configuration in force."""
        self._live, self._config, self._env, self._seen = live, config, env, seen
        self._emit = live.world.emit
        self._engine = worker(live, concurrency=concurrency, pace=pace, alive=self._alive)
        self._ready = False
        self._look = threading.Event()

    def run(self) -> int:
        """Returns the exit code, once what was in flight has ended and is recorded."""
        tell_failed_threads(self._emit)
        watch_signals({signal.SIGTERM: self._stop, signal.SIGINT: self._stop, signal.SIGHUP: self._look.set})
        Thread(target=self._follow, name="configuration", daemon=True).start()
        try:
            self._engine.run(self._courier(), self._live.stop)
        except StoreDamaged as error:
            self._live.exit_code = error.exit_code
            self._emit(Event(name=E.STORE_FAILED, fields={"error": type(error).__name__}))
        self._live.world.sender.close()
        self._live.content.close()
        self._live.world.store.close()
        self._emit(Event(name=E.DAEMON_STOPPED))
        leave_if_held(self._live.exit_code)
        return self._live.exit_code

    def _courier(self) -> CautiousCourier:
        live = self._live
        courier = live.houses or Courier(lambda: (live.world, live.settings))
        return CautiousCourier(
            courier, open_queue(live.world.store), live.world.clock, lambda household: settings_of(live, household),
            self._look.set,
        )  # fmt: skip

    def _alive(self) -> None:
        """After each turn of the engine's loop: it looked at the queue, or knows that it cannot."""
        if not self._ready:
            self._ready = True
            self._live.notifier.ready("delivering")
            self._emit(Event(name=E.DAEMON_READY, fields={"part": "worker"}))
        self._live.notifier.alive()

    def _follow(self) -> None:
        """Take up a changed configuration, without touching the schedule: planners do that."""
        while not self._live.stop.is_set():
            self._look.wait(LOOK_EVERY_S)
            self._look.clear()
            if fingerprint(self._config) != self._seen:
                with suppress(StoreError):  # else it is tried again at the next look
                    loaded = load(self._config, self._env)
                    self._take_up(loaded)
                    self._seen = loaded.fingerprint

    def _take_up(self, loaded: Loaded) -> None:
        if loaded.settings is None or refusal(self._config, self._live.settings, loaded):
            self._emit(Event(name=E.CONFIG_REFUSED, fields={"problems": len(loaded.problems)}))
            return
        self._live.hidden.learn(loaded.settings)
        self._live.put_in_force(self._live.with_plugin_days(loaded.settings))
        self._emit(Event(name=E.CONFIG_LOADED, fields={"rituals": len(loaded.settings.household.rituals)}))

    def _stop(self) -> None:
        live = self._live
        if live.stop.is_set():
            return
        leave_after(LAST_RESORT_S, live.exit_code)
        live.notifier.stopping()
        self._emit(Event(name=E.DAEMON_STOPPING, fields={"in_flight": self._engine.busy()}))
        live.stop.set()
        Thread(target=self._cut_off, name="cut-off", daemon=True).start()

    def _cut_off(self) -> None:
        """A send that takes too long to end counts as unknown."""
        threading.Event().wait(SENDS_END_S)
        self._live.world.sender.close()
