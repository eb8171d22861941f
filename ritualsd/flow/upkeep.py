"""Upkeep, once a day: forget old words and links, and read the zones anew so that a tzdata update counts.

Answers, facts and promises are their person's own: they stay until that person takes them back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ritualsd.model import Settings
from ritualsd.ports import World

KEEP_LINKS = timedelta(days=30)  # after they ended


def upkeep(world: World, settings: Settings, now: datetime) -> int:
    """Returns how many messages lost their words to retention."""
    ZoneInfo.clear_cache()
    world.store.passes.forget_ended(now - KEEP_LINKS)
    return world.store.forget_words(now - settings.keep_messages)
