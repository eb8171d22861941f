"""The drawers of the ledger that hold what people say of themselves. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ritualsd.model import Fact, LifeSeason, Occurrence, Pass, Promise, Purpose, Taste


class Personal(Protocol):
    """Each person's own settings, seasons, facts and tastes."""

    def own(self, of: Collection[str] | None = None) -> Mapping[str, Mapping[str, str]]:
        """Everybody's own settings, or those of these people: person → key → value."""

    def set_own(self, person: str, key: str, value: str, now: datetime) -> None:
        """Keep one; an empty value takes it back. What lies ready and goes further than a `level` or an answer to
        `touch` now allows is worded anew, for all who share its slot, in the same moment."""

    def seasons(self, of: Collection[str] | None = None) -> tuple[LifeSeason, ...]:
        """The seasons of life on record, ended ones too: all, or those of these people; "" is everyone's."""

    def set_season(self, season: LifeSeason) -> None:
        """Add, or replace the one of the same person (or of everyone)."""

    def facts(self, person: str = "") -> tuple[Fact, ...]:
        """The facts of one person, or all; by person and key."""

    def tell(self, fact: Fact) -> None:
        """Add, or replace the one of the same person and key."""

    def forget(self, person: str, key: str) -> bool:
        """Take a fact back, bytes and all; False when there was none."""

    def tastes(self, person: str = "") -> tuple[Taste, ...]:
        """The latest verdict on each prompt, of one person or of all."""

    def taste(self, taste: Taste) -> None:
        """Keep a verdict in place of the one before it."""

    def answered(self, person: str) -> Mapping[int, int]:
        """How many answers of this person stand, by the depth of the prompt they answer."""

    def ratings(self, ritual: str, since_utc: datetime) -> tuple[str, ...]:
        """The ratings ("1" to "5") of a ritual that stand, anyone's, given since then."""


class Promises(Protocol):
    """What people said they would do."""

    def make(self, promise: Promise, reminders: Sequence[Occurrence] = ()) -> Promise:
        """Keep a new one; returned with its id. Its reminders get its number, among all of its owner's, as slot."""

    def all(self, person: str = "") -> tuple[Promise, ...]:
        """The promises of one person, or all, oldest first."""

    def change(self, promise: Promise, reminders: Sequence[Occurrence] = ()) -> bool:
        """Replace the one with the same id and person, and its reminders that were not tried yet; False when there is
        none."""


class Passes(Protocol):
    """Secret links and cookies. What they stand for is found by the SHA-256 of their bits, and by nothing else."""

    def issue(self, granted: Pass) -> None:
        """Keep one."""

    def find(self, digest: bytes) -> Pass | None:
        """The one with this digest, whether or not its time is over."""

    def of(self, person: str, purpose: Purpose) -> tuple[Pass, ...]:
        """Those of one person for one purpose, oldest first."""

    def revoke(self, digest: bytes) -> bool:
        """Take one back; False when there was none."""

    def forget_ended(self, before_utc: datetime) -> int:
        """Drop those that ended before then. Returns how many."""
