"""The life of one daemon: start, run, stop. It wires and waits; what is due is decided elsewhere.

lock → configuration → ledger → adopt → READY → alarm and engine … → STOPPING → sends end → closed
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from ritualsd.core.events import E
from ritualsd.daemon.alarm import Alarm
from ritualsd.daemon.answers import Answers
from ritualsd.daemon.beats import BEAT, Beats
from ritualsd.daemon.client import call
from ritualsd.daemon.control import Control
from ritualsd.daemon.days import PluginDays
from ritualsd.daemon.hidden import Hidden
from ritualsd.daemon.live import Live
from ritualsd.daemon.logs import open_log
from ritualsd.daemon.notify import Notifier
from ritualsd.daemon.pages import Pages
from ritualsd.daemon.process import (
    LAST_RESORT_S,
    SENDS_END_S,
    STDERR,
    STDOUT,
    begin,
    leave_after,
    leave_if_held,
    load_or_refuse,
    tell_failed_threads,
)
from ritualsd.daemon.reload import Reloader
from ritualsd.daemon.scanning import Progress, Scan
from ritualsd.daemon.signals import watch_signals
from ritualsd.daemon.sources import Sources
from ritualsd.daemon.terminal import Terminal
from ritualsd.daemon.wiring import open_live
from ritualsd.engine.embedded import EmbeddedEngine
from ritualsd.errors import AlreadyRunning, StoreDamaged
from ritualsd.flow.courier import Courier
from ritualsd.model import Delivery, Event, Settings
from ritualsd.ports import Engine, World
from ritualsd.store.folder import Lock, lock, prepare_folder

DELIVERIES = 32
"""Handled side by side: more than the sender has under way to one provider, so that one that hangs leaves hands for the
others; and the more of them end together, the less it costs to record each."""

HURRY_S = 1.5
LOCK_S = 0.7
COMMAND_S = 30.0


def run(config: Path, state: Path, env: Mapping[str, str], no_plugins: bool) -> int:
    """Run until told to stop; returns the exit code.

    Raises ConfigError, AlreadyRunning or StoreError for what makes a start impossible.
    """
    begin()
    notifier = Notifier.from_env(os.environ)
    hidden = Hidden()
    log = open_log(STDERR, env, hidden)
    with hold(prepare_folder(state)):
        loaded = load_or_refuse(config, env)
        log(Event(name=E.DAEMON_STARTED, fields={"pid": os.getpid(), "config": str(config), "state": str(state)}))
        assert loaded.settings is not None  # noqa: S101 - a typed narrowing: load_or_refuse raises otherwise
        hidden.learn(loaded.settings)
        live = open_live(loaded.settings, state, env, notifier, log, no_plugins=no_plugins)
        live.hidden = hidden
        return Daemon(live, config, state, env, loaded.fingerprint).run()


def hold(state: Path) -> Lock:
    """The state folder's lock. A command at work is waited for, another daemon is not. Raises AlreadyRunning."""
    try:
        return lock(state, wait_s=LOCK_S)
    except AlreadyRunning:
        if call(state, "status", wait_s=LOCK_S) is not None:
            raise
        return lock(state, wait_s=COMMAND_S)


class Daemon:
    """One running daemon. Made once, run once, with the state folder's lock held."""

    def __init__(self, live: Live, config: Path, state: Path, env: Mapping[str, str], seen: str) -> None:
        """`seen` is the fingerprint of the configuration in force."""
        world = live.world
        self._live, self._emit = live, world.emit
        self._terminal = Terminal(STDOUT) if os.isatty(STDOUT) else None
        self._alarm = Alarm(self._emit)
        self._engine = engine_for(live)
        self._beats = Beats(live=live, alarm=self._alarm, engine=self._engine, lost=self._lost)
        self._pages = Pages(live, self._wake)
        self._sources = Sources(live, self._wake)
        self._reloader = Reloader(config, env, live, self._alarm, seen, self._changed)
        self._days = PluginDays(live, self._days_changed)
        self._scan = Scan(live, live.houses, self._wake, self._show_scan) if live.houses is not None else None
        self._control = Control(state, Answers(live, self._wake, self._reloader.ask))
        self._delivering = Thread(target=self._deliver_all, name="engine", daemon=True)
        self._hurry = Flag()

    def run(self) -> int:
        """Returns the exit code, once everything under way has ended and is recorded."""
        tell_failed_threads(self._emit)
        stop = self._asked_to_stop
        watch_signals({signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: self._hung_up})
        live, now = self._live, self._live.world.clock.now()
        live.bring_in_line(live.settings)
        self._beats.schedule(now)
        self._reloader.schedule()
        self._days.schedule(self._alarm)
        live.notifier.ready(live.status_line())
        household = live.settings.household
        self._emit(Event(name=E.DAEMON_READY, fields={"rituals": len(household.rituals), "zone": household.zone}))
        self._delivering.start()
        Thread(target=self._after_ready, name="after-ready", daemon=True).start()
        self._alarm.run()
        return self._close()

    def _after_ready(self) -> None:
        """What nobody due has to wait for: the pages, the sources of replies, and the plugins."""
        self._pages.follow()
        if self._terminal:
            self._terminal.greet(self._live.settings, self._pages.url_for)
        self._sources.follow()
        self._start_plugins()
        if self._scan:
            self._scan.start()

    def _start_plugins(self) -> None:
        self._live.content.start()
        self._days.follow()

    # ── while it runs ──

    def _deliver_all(self) -> None:
        try:
            self._engine.run(self._live.houses or Courier(self._home, self._show), self._live.stop)
        except StoreDamaged as error:
            self._lost(error)

    def _home(self) -> tuple[World, Settings]:
        return self._live.world, self._live.settings

    def _show(self, delivery: Delivery) -> None:
        self._live.tally.attempted(delivery, self._live.world.clock.now())
        if self._terminal:
            world, settings = self._home()
            self._terminal.show(delivery, settings, world.store, world.clock.now())

    def _wake(self) -> None:
        self._alarm.ring(BEAT, self._live.world.clock.now())

    def _days_changed(self) -> None:
        if self._live.houses is not None:
            self._live.houses.days_changed()
        self._reloader.ask()

    def _show_scan(self, progress: Progress) -> None:
        if self._terminal:
            self._terminal.show_scan(progress.seen, progress.total, progress.changed)

    def _changed(self) -> None:
        if self._scan:
            self._scan.ask()
        self._pages.follow()
        self._sources.follow()
        Thread(target=self._start_plugins, name="plugins", daemon=True).start()
        self._wake()

    def _hung_up(self) -> None:
        """SIGHUP: read the configuration again, unless it says that the terminal we ran in was closed."""
        if self._terminal and not os.isatty(STDOUT):
            self._asked_to_stop()
        else:
            self._reloader.ask()

    # ── how it ends ──

    def _asked_to_stop(self) -> None:
        """The first time: finish what is under way. The second time: now."""
        if self._live.stop.is_set():
            self._hurry.set()
            leave_after(HURRY_S, self._live.exit_code)
            return
        self._stop()

    def _lost(self, error: StoreDamaged) -> None:
        """The ledger cannot be used: nothing more can be promised, so stop and say so."""
        self._live.exit_code = error.exit_code
        if self._live.stop.is_set():
            return
        self._emit(Event(name=E.STORE_FAILED, fields={"error": type(error).__name__}))
        self._stop()

    def _stop(self) -> None:
        leave_after(LAST_RESORT_S, self._live.exit_code)
        self._live.notifier.stopping()
        self._emit(Event(name=E.DAEMON_STOPPING, fields={"in_flight": self._engine.busy()}))
        self._live.stop.set()
        self._alarm.stop()

    def _close(self) -> int:
        world = self._live.world
        self._live.content.close()  # words that are being made come from the decks now
        until = time.monotonic() + SENDS_END_S
        while self._delivering.is_alive() and time.monotonic() < until and not self._hurry.is_set():
            self._delivering.join(0.1)
        world.sender.close()
        self._delivering.join(HURRY_S)
        self._control.close()
        self._sources.close()
        self._pages.close()
        self._alarm.wait_idle(HURRY_S)
        world.store.close()
        self._emit(Event(name=E.DAEMON_STOPPED))
        leave_if_held(self._live.exit_code)
        return self._live.exit_code


def engine_for(live: Live) -> Engine:
    """Who runs the deliveries of this daemon: itself, or the workers it hands them out to."""
    world = live.world
    if live.settings.engine == "procrastinate":
        from ritualsd.daemon.sharing import dispatcher  # loads asyncio and a database driver

        return dispatcher(live)
    outbox = live.houses.registry.outbox if live.houses is not None else world.store
    return EmbeddedEngine(outbox, world.clock, world.emit, workers=DELIVERIES, doubt_s=live.watch.doubt_s)
