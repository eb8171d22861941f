"""Bringing one household's ledger in line with its file, and keeping the text that is in force for when that breaks."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from datetime import datetime
from zlib import compress, decompress

from ritualsd.flow.adopt import adopt
from ritualsd.flow.welcome import greet
from ritualsd.model import Household, Settings
from ritualsd.ports import Store, World
from ritualsd.ports.households import Registered

IN_FORCE = "household:in-force"
"""Under this key a household's ledger keeps the text of its configuration, packed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptOne:
    """One household that was read and is to be brought in line; called with its view of the ledger."""

    world: World
    settings: Settings
    data: bytes
    stamp: str
    hash: str
    known: Registered

    def __call__(self, store: Store) -> Registered:
        world, now = replace(self.world, store=store), self.world.clock.now()
        adopt(world, self.settings, now)
        greet(world, self.settings, now)
        store.remember(IN_FORCE, "" if self.settings.encrypt else packed(self.data))  # it may hold words
        rituals = len(self.settings.household.rituals)
        return replace(self.known, stamp=self.stamp, hash=self.hash, problems="", rituals=rituals, wake_utc=now)


def packed(data: bytes) -> str:
    return b64encode(compress(data)).decode()


def in_force(store: Store) -> bytes | None:
    """The text that was adopted last; None where none was."""
    text = store.recall(IN_FORCE)
    return decompress(b64decode(text)) if text else None


def with_nobody(world: World, store: Store, household: str, now: datetime) -> None:
    """Bring a household's ledger in line with nothing: its streams end, and what lies ahead of them is cancelled."""
    adopt(replace(world, store=store), Settings(root="", household=Household(id=household)), now)
