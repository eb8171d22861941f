"""How often the times of a ritual changed, and when last: what a calendar program goes by. Kept as one small text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The `number` of the change that a ritual's times are at, and when it was made."""

    number: int
    at_utc: datetime


def memory_of(ritual: str) -> str:
    """The key under which the last change of a ritual's times is remembered."""
    return f"feed:{ritual}"


def change_of(recall: Callable[[str], str], ritual: str, first_utc: datetime) -> Change:
    """The last change, as it is remembered; one that never changed is as it was at `first_utc`."""
    number, _, at = recall(memory_of(ritual)).partition(" ")
    return Change(number=int(number), at_utc=datetime.fromisoformat(at)) if at else Change(number=0, at_utc=first_utc)


def in_memory(change: Change) -> str:
    return f"{change.number} {change.at_utc.isoformat()}"


def next_change(before: Change, now: datetime) -> Change:
    """The change after that one."""
    return Change(number=before.number + 1, at_utc=max(now, before.at_utc))
