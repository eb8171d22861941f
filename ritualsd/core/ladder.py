"""The ladder of depth: how deep a prompt may go for the people it is sent to. Pure; it never says who held it.

1 light · 2 personal · 3 feelings and needs · 4 tender. 5 is raw: picked by hand, never drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from hashlib import blake2b

from ritualsd.core.english import PHRASES

START = 2
"""Open to everyone from the first day; what lies above opens a step at a time."""

DEEPEST_DRAWN = 4

ANSWERS_A_STEP = 4
"""So many answers to prompts of one depth open the next."""

EASES_FOR = timedelta(days=14)
HARD = frozenset({"1", "2"})
"""Ratings after which a ritual goes a level easier for a while."""

GROUND_FROM = 3
"""From this depth on a prompt carries a line that gives ground to stand on."""


def climbed(ready: int, answered: Mapping[int, int]) -> int:
    """The depth open to one person: as deep as they are ready for, no further than their answers have led.

    `answered` counts their standing answers by the depth of the prompt. Below START there is nothing to climb.
    """
    ready = min(ready, DEEPEST_DRAWN)
    level = min(ready, START)
    while level < ready and answered.get(level, 0) >= ANSWERS_A_STEP:
        level += 1
    return level


def depth_for(ritual_depth: int, levels: Iterable[int], *, eased: bool) -> int:
    """How deep a ritual may go for people to whom these depths are open: the lowest, and one less where it is eased.

    Never less than 1: who wants no prompt at all pauses.
    """
    lowest = min((*levels, ritual_depth, DEEPEST_DRAWN))
    return max(1, lowest - 1 if eased else lowest)


def ground_key(depth: int, ritual: str, slot: str) -> str:
    """The key of the ground line for a prompt of this depth, the same for everyone at a slot; "" where none is due."""
    if depth < GROUND_FROM:
        return ""
    digest = blake2b(f"{ritual}|{slot}".encode("utf-8", "replace"), digest_size=4).digest()
    return GROUND[int.from_bytes(digest, "big") % len(GROUND)]


GROUND = tuple(sorted(key for key in PHRASES if key.startswith("ground.")))
