"""Every source of replies that the settings in force name, each kept listening. The one place that opens them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from threading import Lock

from ritualsd.daemon.desk import HouseholdDesk
from ritualsd.daemon.health import SourceState
from ritualsd.daemon.listener import LEAVE_S, Listener
from ritualsd.daemon.live import Live
from ritualsd.model import Settings, Ways
from ritualsd.ports import ReplySource, World


class Sources:
    """None where the configuration names none. `kept` is called after each reply that was kept."""

    def __init__(self, live: Live, kept: Callable[[], None]) -> None:
        self._live, self._kept = live, kept
        self._ways = Ways()
        self._listeners: list[Listener] = []
        self._changing = Lock()  # a reload may come while the first sources are opened, and the end at any time

    def follow(self) -> None:
        """Listen where the settings in force say. May be called again after each change."""
        with self._changing:
            ways = self._live.settings.ways
            if ways == self._ways or self._live.stop.is_set():
                return
            self._end()
            self._ways = ways
            for source in opened(ways, self._live.world.clock.now):
                self._start(source)

    def close(self) -> None:
        """End them all. May be called twice."""
        with self._changing:
            self._end()

    def _end(self) -> None:
        """All are told before any is waited for: together they take as long as the slowest, not as all of them."""
        for listener in self._listeners:
            listener.hang_up()
        ends = time.monotonic() + LEAVE_S
        for listener in self._listeners:
            listener.wait(max(0.0, ends - time.monotonic()))
        self._listeners.clear()
        self._live.sources.clear()

    def _start(self, source: ReplySource) -> None:
        world = self._live.world
        listener = Listener(source, partial(self._show, source.name), world.emit, world.clock.now)
        desk = HouseholdDesk(source.name, self._at_home, listener.heard, self._kept)
        self._listeners.append(listener)
        listener.start(desk)

    def _at_home(self) -> tuple[World, Settings]:
        return self._live.world, self._live.settings

    def _show(self, name: str, state: SourceState) -> None:
        self._live.sources[name] = state


def opened(ways: Ways, now: Callable[[], datetime]) -> Iterator[ReplySource]:
    """A source for each way. Their libraries are loaded here, by whoever uses them and nobody else."""
    if ways.mail is not None:
        from ritualsd.replies.mailbox import MailSource

        yield MailSource(ways.mail, now)
    if ways.topics is not None:
        from ritualsd.replies.ntfy import TopicSource

        yield TopicSource(ways.topics, now)
    if ways.bot is not None:
        from ritualsd.replies.telegram import BotSource

        yield BotSource(ways.bot, now)
