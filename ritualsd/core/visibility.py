"""Who may see what. Every surface asks here first; nothing here knows a surface.

A viewer is a person's id, or None: a listing that nobody in particular reads (no `--for`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from ritualsd.model import Channel, Household, Ritual

Viewer = str | None
Sight = Literal["full", "masked", "none"]
"""full: as it is. masked: the ritual is named once, without words, person or exact time. none: nothing at all."""


def kept_from(ritual: Ritual, recipient: str, people: Collection[str]) -> frozenset[str]:
    """The people who must never learn of what `recipient` gets from `ritual`."""
    if ritual.secret_from == "others":
        return frozenset(people) - {recipient}
    return ritual.secret_from - {recipient}


def is_private(ritual: Ritual, recipient: str, people: Collection[str]) -> bool:
    """Nobody but `recipient` is asked at this slot, and everybody else is kept from it."""
    alone = ritual.turns or ritual.to == (recipient,)
    return alone and kept_from(ritual, recipient, people) >= frozenset(people) - {recipient}


def sight(viewer: Viewer, ritual: Ritual | None, recipient: str, household: Household) -> Sight:
    """How much of an occurrence of `ritual` for `recipient` this viewer may see.

    A person sees what is theirs and nothing of anybody else's: not that it was sent, skipped or paused.
    A ritual that is no longer configured (None) may have been a secret, so it is masked.
    """
    if viewer is not None:
        return "full" if viewer == recipient else "none"
    if ritual is None or kept_from(ritual, recipient, household.people):
        return "masked"
    return "full"


def safe_channels(channels: Sequence[Channel], kept: Collection[str]) -> tuple[Channel, ...]:
    """The channels nobody in `kept` shares, in their order."""
    return tuple(channel for channel in channels if channel.shared_with.isdisjoint(kept))
