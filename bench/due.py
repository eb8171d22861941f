"""A household whose messages all come due at one instant, in a ledger on disk, with the parts of the daemon around it.

The clock is the real one, moved: words are made minutes ahead, as the daemon does, then it is half a second before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Timer

from ritualsd.daemon.app import DELIVERIES
from ritualsd.daemon.clock import SystemClock
from ritualsd.engine.embedded import EmbeddedEngine
from ritualsd.flow.adopt import adopt
from ritualsd.flow.beat import beat
from ritualsd.flow.courier import Courier
from ritualsd.model import Channel, Household, Person, Ritual, Secret, Settings
from ritualsd.ports import Emit, Sender, World
from ritualsd.store import open_store
from ritualsd.testing import ListContent

DUE = datetime(2026, 6, 1, 12, tzinfo=UTC)
AHEAD = timedelta(minutes=9)  # within the time that words are made ahead
NEARLY = timedelta(seconds=0.5)
PATIENCE_S = 600.0
EACH = 10  # rituals of one person
WORDS = "What made today easier?"


class MovedClock(SystemClock):
    """The real clock, moved to where it is told; `monotonic` is not."""

    def __init__(self) -> None:
        self._by = timedelta()

    def move_to(self, moment: datetime) -> None:
        self._by = moment - super().now()

    def now(self) -> datetime:
        return super().now() + self._by


def settings_of(due: int, url: str, *, idle: int = 0) -> Settings:
    """A household of people with ten rituals each at noon, and `idle` more rituals at midnight."""
    people = [person(number, url) for number in range(-(-(due + idle) // EACH))]
    rituals = [
        Ritual(
            id=f"r{number}", when=f"every day at {time(12 if number < due else 0):%H:%M}", message=WORDS,
            to=(people[number // EACH].id,),
        )
        for number in range(due + idle)
    ]  # fmt: skip
    household = Household(people={who.id: who for who in people}, rituals={each.id: each for each in rituals})
    return Settings(root="", household=household)


def person(number: int, url: str) -> Person:
    id_ = f"p{number}"
    return Person(
        id=id_, name=id_, zone="UTC", preview="full", channels=(Channel(person=id_, name="phone", url=Secret(url)),)
    )


@dataclass(slots=True)
class Due:
    """A world in which so many messages are due at `DUE`. `late_s` has one entry a message that came so far."""

    settings: Settings
    clock: MovedClock
    world: World
    late_s: list[float] = field(default_factory=list)
    messages: int = 0  # that are waited for
    stop: Flag = field(default_factory=Flag)

    def courier(self) -> Courier:
        """What the daemon has its engine carry with."""
        return Courier(lambda: (self.world, self.settings))

    def plan_ahead(self) -> None:
        """Adopt the schedule and make all words, as the beats of the minutes before do."""
        adopt(self.world, self.settings, self.clock.now())
        while (wake := beat(self.world, self.settings, self.clock.now())) is not None and wake <= self.clock.now():
            pass

    def run(self, courier: Courier, messages: int) -> None:
        """The engine of the daemon, until so many messages were counted with `note_late`.

        Raises SystemExit when they were not within `PATIENCE_S`.
        """
        self.messages = messages
        self.clock.move_to(DUE - NEARLY)
        engine = EmbeddedEngine(self.world.store, self.clock, self.world.emit, workers=DELIVERIES)
        giving_up = Timer(PATIENCE_S, self.stop.set)
        giving_up.start()
        engine.run(courier, self.stop)
        giving_up.cancel()
        if len(self.late_s) < messages:
            raise SystemExit(f"only {len(self.late_s)} of {messages} messages came so far")

    def hear(self, emit: Emit) -> None:
        """Have every event told."""
        self.world = replace(self.world, emit=emit)

    def note_late(self) -> None:
        """One more has come so far, now."""
        self.late_s.append((self.clock.now() - DUE).total_seconds())
        if len(self.late_s) >= self.messages:
            self.stop.set()


@contextmanager
def due_at_once(messages: int, url: str, folder: Path, sender: Sender, *, idle: int = 0) -> Iterator[Due]:
    """A fresh ledger in `folder`, minutes before."""
    clock = MovedClock()
    clock.move_to(DUE - AHEAD)
    store = open_store(folder, clock_now=clock.now())
    world = World(
        store=store, content=ListContent(), sender=sender, clock=clock, emit=lambda _: None, boot="bench"
    )  # fmt: skip
    try:
        yield Due(settings=settings_of(messages, url, idle=idle), clock=clock, world=world)
    finally:
        store.close()
