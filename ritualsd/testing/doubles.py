"""Doubles of the world: a clock you hold, a sender that writes down, content from a list.

The ledger in tests is the real one, in memory (`ritualsd.store.memory_store`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.calendars import Days
from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.flow.simulate import RecordingSender as RecordingSender
from ritualsd.flow.simulate import Sent as Sent
from ritualsd.flow.simulate import VirtualClock as VirtualClock
from ritualsd.model import NO_WAY_BACK, Ask, Channel, Event, Message, Outcome, OutcomeKind, Prompt, WayBack
from ritualsd.ports import Pool


@dataclass(slots=True)
class HeldClock(VirtualClock):
    """A clock that goes where a test tells it, in local times of `zone`."""

    at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    zone: str = "UTC"

    @property
    def local(self) -> datetime:
        """The moment on a wall clock in `zone`, aware."""
        return self.at.astimezone(ZoneInfo(self.zone))

    def to(self, when: str | datetime) -> datetime:
        """Go to a moment: "21:00" is the next time it is that late, "2026-12-24T21:05" that moment. Returns it, UTC."""
        self.at = self.moment(when)
        return self.at

    def sleep(self, **duration: float) -> datetime:
        """Let time pass: `sleep(days=3, hours=2)`, as for a timedelta."""
        self.at += timedelta(**duration)
        return self.at

    def moment(self, when: str | datetime) -> datetime:
        """What `when` names, in UTC. A datetime without a zone, and a text without an offset, are local."""
        if isinstance(when, str) and len(when) <= len("21:00:00"):
            later = datetime.combine(self.local, time.fromisoformat(when), ZoneInfo(self.zone))
            when = later if later > self.local else later + timedelta(days=1)
        elif isinstance(when, str):
            when = datetime.fromisoformat(when)
        return (when if when.tzinfo else when.replace(tzinfo=ZoneInfo(self.zone))).astimezone(UTC)


@dataclass(slots=True)
class ListContent:
    """Offers the same prompts for every kind and deck, and the same calendars for every year."""

    prompts: tuple[Prompt, ...] = (Prompt(text="What made today easier?", id="test.easier", source="deck:test"),)
    events: list[Event] = field(default_factory=list)
    days: Mapping[str, Days] = field(default_factory=dict)

    def offers(self, ask: Ask, deck: str = "") -> Pool:
        return Pool(prompts=self.prompts)

    def reword(self, message: Message, ask: Ask) -> Message:
        return message

    def phrases(self, language: str) -> Phrases:
        return IN_ENGLISH

    def languages(self) -> tuple[str, ...]:
        return (IN_ENGLISH.language,)

    def calendars(self, years: Sequence[int]) -> Mapping[str, Days]:
        return self.days

    def tell(self, event: Event) -> None:
        self.events.append(event)


class CountedRandom:
    """Random bytes that are no surprise: the same in every run, and none of them twice."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self, size: int) -> bytes:
        self.given += 1
        return self.given.to_bytes(size, "big")


class ScriptedSender(RecordingSender):
    """Answers with the outcomes it was given, in order, then accepts everything."""

    def __init__(self, *outcomes: Outcome) -> None:
        super().__init__()
        self.script = deque(outcomes)

    @property
    def bodies(self) -> list[str]:
        """The words of every message, in order."""
        return [each.body for each in self.sent]

    def fail(self, kind: OutcomeKind = "transient", code: str = "refused", *, times: int = 1) -> None:
        """Let the next `times` attempts end so."""
        self.script += [Outcome(kind=kind, code=code)] * times

    def send(
        self, channel: Channel, title: str, body: str, *, deadline_s: float = 20.0, back: WayBack = NO_WAY_BACK
    ) -> Outcome:
        accepted = super().send(channel, title, body, deadline_s=deadline_s, back=back)
        return self.script.popleft() if self.script else accepted
