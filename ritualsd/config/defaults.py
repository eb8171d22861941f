"""What a ritual of each kind is taken to mean where it does not say: plain data, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a ritual behaves. `expires` None: until the next one is due."""

    importance: int
    catch_up: timedelta
    expires: timedelta | None


def _manner(importance: int, catch_up_hours: int, expires_hours: int) -> Manner:
    return Manner(
        importance=importance, catch_up=timedelta(hours=catch_up_hours), expires=timedelta(hours=expires_hours)
    )


_TALK = _manner(4, 12, 48)
_TIME_TOGETHER = _manner(3, 3, 12)  # worth saying while its part of the day lasts, and never the day after
_DEED = _manner(3, 12, 72)
_WARMTH = _manner(2, 6, 24)
_THOUGHT = _manner(2, 12, 24)
_SKILL = _manner(2, 6, 24)

KINDS: dict[str, Manner] = {
    "check-in": _TALK,
    "promise": _TALK,
    "date": _TIME_TOGETHER,
    "quality-time": _TIME_TOGETHER,
    "boundaries": _TIME_TOGETHER,
    "gesture": _DEED,
    "repair": _DEED,
    "gratitude": _WARMTH,
    "note": _WARMTH,
    "affection": _WARMTH,
    "celebrate": _WARMTH,
    "curiosity": _THOUGHT,
    "reflection": _THOUGHT,
    "listening": _SKILL,
    "growth": _SKILL,
}
"""The kinds that are known by name. A plugin may bring others."""

ANYTHING_ELSE = Manner(importance=3, catch_up=timedelta(hours=12), expires=None)
"""A literal message, a single deck, or a kind of a plugin's own."""
