"""What the pages need of the daemon. They ask here, and know neither its loop nor any verb by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ritualsd.core.phrases import Phrases
from ritualsd.core.proposals import Proposal
from ritualsd.core.reflect import Review
from ritualsd.model import Entry, Incoming, Settings
from ritualsd.ports import Store, World


class Doors(Protocol):
    """Many households behind one address. Each request is served in the one its link or cookie leads to."""

    def find(self, household: str, digest: bytes) -> str:
        """The household named, or the one that holds a pass with this digest; "" for neither."""

    def enter(self, household: str) -> None:
        """From now on, in this context, all that the pages ask is answered for this household."""

    def changed(self, household: str) -> None:
        """A form was sent there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """`world_of` and `settings_of` are asked each time, so that a reload counts at once; `lived` are the same settings
    with what that person said of themselves.

    `opened` is the message that a secret link stands for; it raises NotFound, whatever is wrong with the link, and
    never sooner for one than for another. `answer` keeps what somebody sent back; it raises NotFound where there is
    nothing of theirs to answer, and RitualsdError for what is no answer. `send_link` sends a person the way to their
    own pages. `look_back` is what a person may look back at since last month, and what they may want to change.
    `new_calendar` makes an address of a person's calendar, `export` is everything of theirs as JSON values, and `erase`
    removes it; it raises StoreBusy where only the last bytes are left. `doors` are there where many households are,
    `metrics` where Prometheus may read them.
    """

    world_of: Callable[[], World]
    settings_of: Callable[[], Settings]
    lived: Callable[[str], Settings]
    opened: Callable[[str], Entry]
    answer: Callable[[Incoming], object]
    send_link: Callable[[str], None]
    look_back: Callable[[str], tuple[Review, tuple[Proposal, ...]]]
    new_calendar: Callable[[str], str]
    export: Callable[[str], Mapping[str, Any]]
    erase: Callable[[str], object]
    doors: Doors | None = None
    metrics: Callable[[], bytes] | None = None

    @property
    def store(self) -> Store:
        return self.world_of().store

    @property
    def secret(self) -> bytes:
        """The installation's."""
        return self.store.installation().secret

    def now(self) -> datetime:
        return self.world_of().clock.now()

    def now_s(self) -> float:
        """Seconds that never go back, for limits."""
        return self.world_of().clock.monotonic()

    def random(self, count: int) -> bytes:
        return self.world_of().random(count)

    def languages(self) -> tuple[str, ...]:
        """Those we speak."""
        return self.world_of().content.languages()

    def phrases(self, language: str = "") -> Phrases:
        """What we say, in that language, or in the household's."""
        return self.world_of().content.phrases(language or self.settings_of().household.language)
