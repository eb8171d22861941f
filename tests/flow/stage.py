"""A whole daemon without its adapters: the real ledger in memory, a clock that is held, a sender that writes down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ritualsd.flow.adopt import adopt
from ritualsd.flow.beat import beat
from ritualsd.flow.deliver import deliver_one
from ritualsd.model import Entry, Event, Prompt, Settings
from ritualsd.ports import World
from ritualsd.store import memory_store
from ritualsd.testing import ListContent, ScriptedSender, VirtualClock


@dataclass
class Stage:
    """`until` moves time on as the daemon would: a beat at every wake, everything due delivered."""

    settings: Settings
    clock: VirtualClock
    sender: ScriptedSender = field(default_factory=ScriptedSender)
    content: ListContent = field(default_factory=ListContent)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world = World(
            store=memory_store(secret=b"s" * 32), content=self.content, sender=self.sender, clock=self.clock,
            emit=self.events.append, boot="one",
        )  # fmt: skip
        self.adopt()

    def adopt(self, settings: Settings | None = None) -> int:
        self.settings = settings or self.settings
        return adopt(self.world, self.settings, self.clock.at)

    def turn(self) -> datetime | None:
        """One beat now, and every delivery due now."""
        wake = beat(self.world, self.settings, self.clock.at)
        while due := self.world.store.due_deliveries(self.clock.at, 100):
            for delivery in due:
                deliver_one(self.world, self.settings, delivery)
        following = self.world.store.next_delivery()
        return min((at for at in (wake, following) if at), default=None)

    def until(self, end: datetime) -> None:
        """Live on until `end`."""
        while True:
            wake = self.turn()
            if wake is None or wake > end:
                break
            self.clock.at = max(wake, self.clock.at + timedelta(seconds=1))
        self.clock.at = end
        self.turn()

    def asleep_until(self, end: datetime) -> None:
        """The machine is off."""
        self.clock.at = end

    def bodies(self) -> list[str]:
        return [sent.body for sent in self.sender.sent]

    def record(self, ritual: str = "") -> Iterator[Entry]:
        return reversed(self.world.store.history(ritual=ritual, limit=10_000))

    def states(self, ritual: str = "") -> list[tuple[str, str, str]]:
        """(slot, state, reason) oldest first."""
        return [
            (entry.occurrence.slot, str(entry.occurrence.state), entry.occurrence.reason)
            for entry in self.record(ritual)
        ]


def prompts(count: int) -> tuple[Prompt, ...]:
    return tuple(Prompt(text=f"prompt number {n}", id=f"t.{n}", source="deck:test") for n in range(count))
