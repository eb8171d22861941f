"""The ports beside the ledger: clock, content, sender and engine, and the World that holds them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from os import urandom
from threading import Event as Flag
from typing import Protocol, TypeVar, runtime_checkable

from ritualsd.core.calendars import Days
from ritualsd.core.phrases import Phrases
from ritualsd.model import (
    NO_WAY_BACK,
    Ask,
    Channel,
    Delivery,
    Event,
    Message,
    Outcome,
    Prompt,
    WayBack,
)
from ritualsd.ports.store import Store

Emit = Callable[[Event], None]
"""Takes one event; never raises, never blocks for long, never sees a prompt, a reply or a URL."""


class Clock(Protocol):
    """The only source of time above the adapters."""

    def now(self) -> datetime:
        """The wall clock, aware, UTC. It may jump either way."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def wait(self, flag: Flag, seconds: float) -> bool:
        """Wait until `flag` is set or `seconds` have passed; True when it was set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """What all plugins and decks offered for one Ask, and one line for each source that could not."""

    prompts: tuple[Prompt, ...]
    notes: tuple[str, ...] = ()


class Content(Protocol):
    """Where words come from: plugins and decks, already guarded. Never raises for what a plugin does."""

    def offers(self, ask: Ask, deck: str = "") -> Pool:
        """Everything on offer for `ask.kind` (or only the deck named), in a stable order. Bounded in time."""

    def reword(self, message: Message, ask: Ask) -> Message:
        """The message after every plugin that rewords; unchanged where one fails."""

    def phrases(self, language: str) -> Phrases:
        """What ritualsd itself says, in that language as far as a pack has it. Never waits for a plugin."""

    def languages(self) -> tuple[str, ...]:
        """The languages that ritualsd has phrases in, by their codes, sorted."""

    def tell(self, event: Event) -> None:
        """Pass an event to plugins that listen; never raises."""

    def calendars(self, years: Sequence[int]) -> Mapping[str, Days]:
        """The days in these years of every calendar that plugins offer, by its name. Bounded in time."""


class Sender(Protocol):
    """Puts one message on one channel. May be called from several threads at once."""

    def send(
        self, channel: Channel, title: str, body: str, *, deadline_s: float = 20.0, back: WayBack = NO_WAY_BACK
    ) -> Outcome:
        """One attempt, over within the deadline; `back` is how it can be answered, as far as the channel has a way.
        Never raises for what a peer does; logs no URL and no words."""

    def warm(self, channels: int = 1) -> None:
        """So many channels are due soon: be ready for them. May be called often; cheap when already warm."""

    def close(self) -> None:
        """End every worker now; sends in flight come back as `unknown`. May be called twice."""


P = TypeVar("P")


@runtime_checkable
class Courier(Protocol[P]):
    """Handles deliveries, at will in three steps, so that many may share a transaction."""

    def __call__(self, delivery: Delivery) -> None:
        """All three steps, for one."""

    def claim(self, deliveries: Sequence[Delivery]) -> Mapping[int, P]:
        """Claim those of one household that go now, by their ids; of the others it is recorded what becomes of them.
        One transaction: where it raises, nothing is claimed."""

    def carry(self, parcel: P) -> P:
        """Send one. Asks the ledger nothing."""

    def record(self, parcels: Sequence[P]) -> None:
        """What came of those of one household, in one transaction. May be called again where it raised."""


class Engine(Protocol):
    """Who runs deliveries. The embedded one reads the ledger itself: there the row is the job."""

    def submit(self) -> None:
        """Deliveries were committed: look now."""

    def busy(self) -> int:
        """How much of its work is under way in this process."""

    def run(self, handle: Callable[[Delivery], None], stop: Flag) -> None:
        """Call `handle` for each due delivery until `stop`, or where it is a `Courier` take its steps; at most one at a
        time per channel label, but that where workers share the work two may be under way while a provider changes
        lanes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The ports one flow verb may touch. `random` gives so many bytes that nobody can guess."""

    store: Store
    content: Content
    sender: Sender
    clock: Clock
    emit: Emit
    boot: str
    random: Callable[[int], bytes] = urandom
