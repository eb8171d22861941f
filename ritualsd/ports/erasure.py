"""The drawer of the ledger that lets people take back what it holds of them. No row, and no byte of it, is left."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ritualsd.model import Erased


class Erasure(Protocol):
    """Each method returns when the bytes are gone from the database, its journal and the copies beside it.

    What stays behind: that a slot was taken, under a key that names nobody, so that it cannot be said again; how often
    it was whose turn; and pauses still in force, since an erasure must not start messages again.
    Raises StoreBusy while another program reads old bytes; what was done then stays done, and doing it again finishes.
    """

    def person(self, person: str, now: datetime) -> Erased:
        """Everything of one person, known to the configuration or not; and their own words wherever others hold them:
        those messages lose all their words, and one that is not sent yet gets new ones."""

    def ritual(self, ritual: str, now: datetime) -> Erased:
        """Every message of one ritual, and what was answered to them."""

    def everything(self, now: datetime) -> Erased:
        """Everything of everyone. The installation stays the same one, and its schedule goes on."""
