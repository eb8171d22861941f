"""The outbox as those see it who share its work among machines. It spans all households and shows no words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ritualsd.model import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """Which delivery, and where it goes: all that must be known to hand it out."""

    id: int
    household: str
    person: str
    channel: str

    @property
    def label(self) -> str:
        return f"{self.person}/{self.channel}"


Attempt = tuple[str, int, int]
"""Its household, its delivery, and its number."""

Lane = tuple[str, int]
"""A provider, and which of its lanes: what is in the same one is carried out one after another."""


class Jobs(Protocol):
    """The queue of jobs, kept in the same database. `connection` is the database driver's own, in a transaction of the
    caller's: a job is there if and only if its deliveries are marked as handed out."""

    def room(self, connection: Any) -> int:
        """For how many more deliveries jobs may be waiting. Asked in a transaction that only reads."""

    def lanes(self, slips: Sequence[Slip]) -> Mapping[int, Lane]:
        """Where each of these goes, by its number. It may take its time: no transaction is open meanwhile."""

    def held(self, connection: Any) -> Collection[int]:
        """The deliveries of all jobs that are waiting or being carried out: none of them is lost."""

    def add(self, connection: Any, lanes: Mapping[int, Lane]) -> None:
        """Make jobs that cover these deliveries, in this order."""


class Queue(Protocol):
    """Any number of processes may call it at once. Errors are those of `Store`. Households are handed out in turns."""

    def hand_out(self, jobs: Jobs, now: datetime) -> int:
        """Have jobs made for deliveries that are due and have none. Returns how many; call again until none is left."""

    def hand_out_lost(self, jobs: Jobs, now: datetime, before_utc: datetime) -> int:
        """Likewise for those whose job was made before then, is no more, and left them undone."""

    def next_utc(self) -> datetime | None:
        """The earliest next attempt of all that was not handed out yet."""

    def still_pending(self, ids: Sequence[int]) -> list[Delivery]:
        """Those that are pending, in the order given. They come without words: a claim has those."""

    def take_back(self, ids: Sequence[int]) -> None:
        """Nobody works on these: hand them out anew when they are due."""

    def put_off(self, delivery: Delivery, code: str, until_utc: datetime, now: datetime) -> None:
        """Pending again with the same words, not before `until_utc`."""

    def stalled(self, before_utc: datetime) -> Set[Attempt]:
        """Attempts of any household that are under way, and began before then by the clock of whoever made them."""

    def recover_stalled(self, attempts: Set[Attempt], before_utc: datetime, now: datetime) -> int:
        """Those of them that are under way yet will not end: unknown, and pending again. Returns how many."""
