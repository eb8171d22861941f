"""A household of two who were just asked something, and a source of replies that is kept listening for them.

The ledger, the desk and the verbs behind it are the real ones; only what was asked is never sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ritualsd.daemon.desk import HouseholdDesk
from ritualsd.daemon.health import SourceState
from ritualsd.daemon.listener import Listener
from ritualsd.flow.beat import beat
from ritualsd.flow.send_now import send_now
from ritualsd.model import Event, Reply
from ritualsd.ports import ReplySource
from ritualsd.testing import VirtualClock
from tests.builders import ritual, settings
from tests.flow.stage import Stage
from tests.servers import soon

ANA_CHAT, BEN_CHAT = 4711, 4712
ANA_TOPIC, BEN_TOPIC = "ana-replies-3Rk9Qw", "ben-replies-7Zt2Lm"


def just_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Asked:
    """`token` of a person answers what they were asked; `heard` is what is on record, in order."""

    stage: Stage
    tokens: dict[str, str]
    states: list[SourceState] = field(default_factory=list)

    @property
    def events(self) -> list[Event]:
        return self.stage.events

    def heard(self, person: str = "ana") -> list[str]:
        return [reply.words or reply.action.value for reply in self.replies(person)]

    def replies(self, person: str = "ana") -> list[Reply]:
        store = self.stage.world.store
        entries = (entry for entry in store.history() if entry.occurrence.person == person)
        return [reply for entry in entries for reply in store.replies(entry.occurrence.id)]

    def wait_for(self, *words: str, person: str = "ana") -> None:
        assert soon(lambda: self.heard(person) == list(words)), (self.heard(person), self.states, self.events)

    def wait_until_listening(self) -> None:
        assert soon(lambda: bool(self.states) and self.states[-1].listening), self.states

    def wait_for_trouble(self, code: str) -> None:
        assert soon(lambda: any(state.code == code for state in self.states)), self.states

    def dropped(self) -> list[str]:
        return [str(event.fields["why"]) for event in self.events if event.name == "source.dropped"]

    @contextmanager
    def listening(self, source: ReplySource, *, wait: bool = True) -> Iterator[Listener]:
        """`source` hands in here until the end; pauses after trouble are short."""
        world = self.stage.world
        self.states.clear()
        listener = Listener(source, self.states.append, world.emit, world.clock.now, first_s=0.05)
        desk = HouseholdDesk(source.name, lambda: (self.stage.world, self.stage.settings), listener.heard, lambda: None)
        listener.start(desk)
        try:
            if wait:
                self.wait_until_listening()
            yield listener
        finally:
            listener.hang_up()
            listener.wait()


def asked(ask: str = "text") -> Asked:
    """Ana and Ben were asked the same, a moment ago."""
    stage = Stage(settings(ritual("tea", to=("ana", "ben"), ask=ask)), VirtualClock(at=just_now()))
    send_now(stage.world, stage.settings, "tea", None, stage.clock.at)
    beat(stage.world, stage.settings, stage.clock.at)
    due = stage.world.store.due_deliveries(stage.clock.at + timedelta(days=1), 10)
    stage.clock.at += timedelta(minutes=5)  # what a server says it got just now is not in the future
    return Asked(stage, {delivery.person: delivery.reply_token for delivery in due})
