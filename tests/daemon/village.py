"""Many households under one roof, without the daemon's process: real files, the real ledger, plugins and decks; the
clock is held, and the sender writes down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ritualsd.config import load
from ritualsd.content import open_content
from ritualsd.daemon.clock import ClockWatch
from ritualsd.daemon.content import LateContent
from ritualsd.daemon.houses import Houses
from ritualsd.daemon.live import Live
from ritualsd.daemon.notify import Notifier
from ritualsd.daemon.scanning import Progress, Scan
from ritualsd.model import Delivery, Entry, Event, Settings
from ritualsd.ports import Store, World
from ritualsd.store import memory_store, open_registry
from ritualsd.testing import ScriptedSender
from tests.daemon.home import HeldClock

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

MAIN = 'timezone = "UTC"\nhouseholds = "households"\n[web]\nenabled = false\n'


def household(
    words: str = "a word", at: str = "10:00", *, person: str = "ana", ritual: str = "thanks", more: str = ""
) -> str:
    """A household of one, with one ritual a day."""
    return (
        f'{more}\n[people.{person}]\nname = "{person.title()}"\n'
        f'[rituals.{ritual}]\nwhen = "every day at {at}"\nto = "{person}"\nmessage = "{words}"\n'
    )


@dataclass
class Village:
    """`live_until` moves time on as the daemon would."""

    root: Path
    files: Mapping[str, str] = field(default_factory=dict)
    store: Store | None = None
    env: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = self.root / "households"
        self.folder.mkdir(exist_ok=True)
        (self.root / "config.toml").write_text(MAIN)
        for name, text in self.files.items():
            self.write(name, text)
        self.clock, self.sender, self.events = HeldClock(START), ScriptedSender(), list[Event]()
        self.ledger = self.store or memory_store(secret=b"s" * 32)
        self.start()

    def start(self) -> None:
        """As a process that begins: nothing is held yet."""
        settings = load(self.root / "config.toml", self.env).settings
        assert settings is not None
        content = LateContent(lambda: open_content(settings, no_plugins=True, emit=self.events.append))
        world = World(
            store=self.ledger,
            content=content,
            sender=self.sender,
            clock=self.clock,
            emit=self.events.append,
            boot="one",
        )
        self.live = Live(
            world=world, settings=settings, content_for=_never, content=content, notifier=Notifier(),
            watch=ClockWatch(self.clock, self.events.append),
        )  # fmt: skip
        self.registry = open_registry(self.ledger)
        self.houses = self.live.houses = Houses(self.live, self.registry, self.env)
        self.scan = Scan(self.live, self.houses, lambda: None, lambda _: None)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def look(self) -> Progress:
        return self.scan.look()

    def turn(self) -> datetime | None:
        """Everything there is to do at this moment."""
        while (wake := self.houses.turn()) is not None and wake <= self.clock.at:
            self.clock.go(0.5)
        while due := self.registry.outbox.due_deliveries(self.clock.at, 100):
            for delivery in due:
                self.houses.deliver(delivery)
        moments = (self.registry.next_wake(), self.registry.outbox.next_delivery())
        return min((moment for moment in moments if moment is not None), default=None)

    def live_until(self, end: datetime) -> None:
        while (wake := self.turn()) is not None and wake <= end:
            self.clock.go(max((wake - self.clock.at) / timedelta(seconds=1), 1.0))
        self.clock.go(max(0.0, (end - self.clock.at) / timedelta(seconds=1)))
        self.turn()

    def history(self, name: str) -> list[Entry]:
        return self.registry.store_of(name).history(limit=1000)

    def inbox(self, name: str, person: str = "ana") -> list[Delivery]:
        return [each for each in self.registry.store_of(name).inbox(person, ["inbox"], 100) if each.ritual[0] != "~"]

    def words(self, name: str, person: str = "ana") -> list[str]:
        return [delivery.body for delivery in self.inbox(name, person)]

    def names(self) -> list[str]:
        return [event.name for event in self.events]


def _never(settings: Settings) -> Any:
    raise AssertionError("nobody changes the plugins here")
