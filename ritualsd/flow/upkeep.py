"""Upkeep, once a day: forget old words, and read the zones anew so that a tzdata update counts."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from ritualsd.model import Settings
from ritualsd.ports import World


def upkeep(world: World, settings: Settings, now: datetime) -> int:
    """Returns how many messages lost their words to retention."""
    ZoneInfo.clear_cache()
    return world.store.forget_words(now - settings.keep_messages)
