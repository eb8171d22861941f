"""The jar: small things that went well, as their person wrote them. Pure, and drawn from replies alone: nothing is
copied, so that what is taken back or erased is gone from here as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from ritualsd.core.replies import not_undone, standing
from ritualsd.core.thread import by_occurrence
from ritualsd.model import ActionKind, Reply

KIND = "celebrate"
"""The kind of ritual whose answers go into the jar by themselves."""

WORDED = (ActionKind.TEXT, ActionKind.CHOICE)
REST = timedelta(days=30)
"""How long something lies in the jar before it may come back, and how far two echoes are apart at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One thing in somebody's jar."""

    at_utc: datetime
    ritual: str
    words: str


def jar(replies: Sequence[Reply], celebrating: Collection[str]) -> tuple[Kept, ...]:
    """What lies in the jar of one person, oldest first: their answers to the rituals in `celebrating`, and what they
    called a win. `replies` are all of theirs, oldest first."""
    found = [
        Kept(at_utc=reply.received_utc, ritual=reply.ritual, words=reply.words)
        for given in by_occurrence(replies).values()
        for reply in _kept(given, celebrating)
    ]
    return tuple(sorted(found, key=lambda each: each.at_utc))


def _kept(given: Sequence[Reply], celebrating: Collection[str]) -> list[Reply]:
    wins = [reply for reply in not_undone(given) if reply.action is ActionKind.WIN]
    stands = standing(given)
    if stands is not None and stands.ritual in celebrating and stands.action in WORDED:
        wins.append(stands)
    return wins


def echo_of(things: Sequence[Kept], secret: bytes, key: str, now: datetime) -> Kept | None:
    """The one that comes back this time, the same however often it is asked; None where nothing lay there long."""
    rested = [each for each in things if now - each.at_utc >= REST]
    if not rested:
        return None
    lot = blake2b(f"echo|{key}".encode(), key=secret, digest_size=8).digest()
    return rested[int.from_bytes(lot) % len(rested)]
