"""Doubles of the world, for our own tests and every plugin author's: a clock you hold, a sender that writes down,
content from a list. The ledger in tests is the real one, in memory (`ritualsd.store.memory_store`)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from ritualsd.flow.simulate import RecordingSender as RecordingSender
from ritualsd.flow.simulate import Sent as Sent
from ritualsd.flow.simulate import VirtualClock as VirtualClock
from ritualsd.model import Ask, Channel, Event, Message, Outcome, Prompt
from ritualsd.ports import Pool

__all__ = ["ListContent", "RecordingSender", "ScriptedSender", "Sent", "VirtualClock"]


@dataclass(slots=True)
class ListContent:
    """Offers the same prompts for every kind and deck."""

    prompts: tuple[Prompt, ...] = (Prompt(text="What made today easier?", id="test.easier", source="deck:test"),)
    events: list[Event] = field(default_factory=list)

    def offers(self, ask: Ask, deck: str = "") -> Pool:
        return Pool(prompts=self.prompts)

    def reword(self, message: Message, ask: Ask) -> Message:
        return message

    def tell(self, event: Event) -> None:
        self.events.append(event)


class ScriptedSender(RecordingSender):
    """Answers with the outcomes it was given, in order, then accepts everything."""

    def __init__(self, *outcomes: Outcome) -> None:
        super().__init__()
        self.script = deque(outcomes)

    def send(self, channel: Channel, title: str, body: str, *, deadline_s: float = 20.0) -> Outcome:
        accepted = super().send(channel, title, body, deadline_s=deadline_s)
        return self.script.popleft() if self.script else accepted
