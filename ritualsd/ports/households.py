"""Many households on one ledger: which there are, who has something to do, and what is due over all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ritualsd.model import Delivery, Outcome, Settlement
from ritualsd.ports.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What the ledger knows of one household's configuration.

    `hash` is of the content in force, "" where none is; `stamp` of its file when it was last looked at, "" where that
    is to be taken up whatever it says: until then the content in force stays so. `problems` says in one line why what
    the file says now is not in force. `wake_utc` is when there is something to plan, to word, or to look at again.
    """

    household: str
    source: str
    stamp: str = ""
    hash: str = ""
    problems: str = ""
    rituals: int = 0
    wake_utc: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """Counts over all households. `loaded`: with a schedule in force; `waiting`: to be taken up yet."""

    households: int = 0
    loaded: int = 0
    refused: int = 0
    waiting: int = 0
    rituals: int = 0


Adopt = Callable[[Store], Registered]
"""Brings one household's ledger in line, and says what is known of it then. May be called again."""


class Outbox(Protocol):
    """The deliveries of all households, for whoever runs them. They come without words: a claim has those.

    A `Store` is one as well: that of its one household.
    """

    def due_deliveries(self, now: datetime, limit: int) -> list[Delivery]:
        """PENDING deliveries due by now, the households in turns, whoever has many."""

    def next_delivery(self) -> datetime | None:
        """The earliest `next_attempt_utc` of all PENDING deliveries."""

    def settle(self, delivery: int, settlement: Settlement, outcome: Outcome | None, now: datetime) -> None:
        """`Store.settle`, in the household that the delivery belongs to."""


class Registry(Protocol):
    """Which households there are. Each method is one transaction; several planners may call at once."""

    @property
    def outbox(self) -> Outbox:
        """What is due over all households."""

    def store_of(self, household: str) -> Store:
        """The ledger as this household sees it, and nothing of any other."""

    def stamps(self, after: str, upto: str) -> Mapping[str, str]:
        """The stamps of the households on record whose names sort behind `after`, and up to `upto` ("": to the end)."""

    def find(self, household: str) -> Registered | None:
        """What is known of one."""

    def found(self, households: Collection[str]) -> Mapping[str, Registered]:
        """What is known of several, by name; nothing of those that are not on record."""

    def listed(self, after: str, limit: int) -> list[Registered]:
        """So many of all, by name, from the one behind `after` on."""

    def refused(self, limit: int) -> list[Registered]:
        """Those whose file cannot be used, by name."""

    def census(self) -> Census:
        """Counts over all."""

    def keep(self, each: Registered) -> None:
        """Put it in the place of what was known, but for when it wakes: somebody may just be waking it."""

    def bring_in(self, homes: Sequence[tuple[str, Adopt]], now: datetime) -> Mapping[str, Exception]:
        """Adopt several in one transaction, each for itself: one that raises is left as it was, and returned."""

    def drop(self, household: str) -> None:
        """Forget that it is configured. What its ledger holds stays, for an erasure to take."""

    def take_due(self, now: datetime, limit: int, lease_until: datetime) -> list[Registered]:
        """Households whose time has come, the one waiting longest first. Nobody else gets them until `lease_until`,
        which is their `wake_utc` from now on."""

    def rest(self, household: str, leased: datetime, until: datetime) -> None:
        """Its turn is over: it sleeps until then, unless somebody woke it meanwhile."""

    def wake(self, household: str, at: datetime) -> None:
        """It has something to do at that time, if not earlier."""

    def look_again(self, households: Collection[str], now: datetime) -> None:
        """Compare these with their files now."""

    def take_up_anew(self, now: datetime, after_utc: datetime | None = None, asleep_utc: datetime | None = None) -> int:
        """Bring all households in line again, now; with times, only those that planned beyond `after_utc` or sleep
        until after `asleep_utc` (a clock was wrong). Returns how many."""

    def rouse(self, now: datetime, lead: timedelta, codes: Collection[str], after: str, limit: int) -> str:
        """Wake those who sleep on past what they have to do: a slot or something without words that is `lead` from due,
        or a delivery that waits with one of these codes. Who wakes by `now + lead` anyway is left alone.

        Looks at so many, by name, from behind `after` on; returns the last of them, "" where there are no more."""

    def next_wake(self) -> datetime | None:
        """The earliest `wake_utc` of all. O(1) by index."""

    def holder(self, digest: bytes) -> str:
        """The household that a secret link leads to, or ""."""

    def waiting(self) -> Mapping[tuple[str, str], int]:
        """How many deliveries are not over, by state and code."""

    def overdue(self, before_utc: datetime) -> Mapping[str, int]:
        """How many deliveries should have gone out before then, by the code of what they wait for."""

    def interrupted(self) -> list[str]:
        """The households with a delivery under way."""
