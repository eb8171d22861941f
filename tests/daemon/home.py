"""A daemon's inside without its process: the real ledger in memory, a held clock, and what was told to whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import Any

from ritualsd.daemon.alarm import Alarm
from ritualsd.daemon.beats import BEAT, Beats
from ritualsd.daemon.clock import ClockWatch
from ritualsd.daemon.content import LateContent
from ritualsd.daemon.live import Live
from ritualsd.daemon.notify import Notifier
from ritualsd.engine.embedded import EmbeddedEngine
from ritualsd.errors import StoreDamaged
from ritualsd.model import Event, Settings
from ritualsd.ports import World
from ritualsd.store import memory_store
from ritualsd.testing import ListContent, RecordingSender
from tests.builders import known_already


@dataclass
class HeldClock:
    """Wall and monotonic time, moved by hand, together or apart."""

    at: datetime
    mono: float = 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.mono

    def wait(self, flag: Flag, seconds: float) -> bool:
        return flag.is_set()

    def go(self, seconds: float, step: float = 0.0) -> None:
        self.at += timedelta(seconds=seconds + step)
        self.mono += seconds


class Plugins(ListContent):
    """Content with one plugin that is well."""

    def start(self) -> None:
        """Nothing to import."""

    def plugins(self) -> tuple[Any, ...]:
        return ()


class Watched(Notifier):
    """Keeps what systemd would have heard."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def _tell(self, *lines: str) -> None:
        self.heard += lines


@dataclass
class Home:
    """`beats.beat()` is one turn of the loop."""

    settings: Settings
    clock: HeldClock
    events: list[Event] = field(default_factory=list)
    lost: list[StoreDamaged] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.notifier = Watched()
        self.sender = RecordingSender()
        self.content = LateContent(Plugins)
        self.store = memory_store(secret=b"s" * 32)
        known_already(self.store, self.settings, self.clock.at)
        world = World(
            store=self.store, content=self.content, sender=self.sender, clock=self.clock, emit=self.events.append,
            boot="one",
        )  # fmt: skip
        self.live = Live(
            world=world, settings=self.settings, content_for=lambda _: LateContent(Plugins), content=self.content,
            notifier=self.notifier, watch=ClockWatch(self.clock, self.events.append),
        )  # fmt: skip
        self.alarm = Alarm(self.events.append)
        engine = EmbeddedEngine(self.store, self.clock, self.events.append)
        self.beats = Beats(live=self.live, alarm=self.alarm, engine=engine, lost=self.lost.append)
        self.live.bring_in_line(self.settings)
        self.beats.schedule(self.clock.at)

    def names(self) -> list[str]:
        return [event.name for event in self.events]

    def next_ring(self) -> datetime:
        ring: datetime = self.alarm._scheduler.get_job(BEAT).next_run_time
        return ring
