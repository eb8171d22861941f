"""One beat: plan what is due, prepare its words, and say when there is something to do again."""

from __future__ import annotations

from datetime import datetime

from ritualsd.flow.lived import lived
from ritualsd.flow.plan import LEAD, plan
from ritualsd.flow.prepare import prepare
from ritualsd.model import Settings
from ritualsd.ports import World


def beat(world: World, settings: Settings, now: datetime) -> datetime | None:
    """Returns the next instant worth waking for (a slot to plan, or a delivery to try), or None: nothing ahead."""
    settings = lived(world.store, settings)
    plan(world, settings, now)
    prepare(world, settings, now)
    if world.store.to_prepare(now + LEAD, 1):
        return now  # more came due together than one beat prepares
    slot = world.store.next_due()
    moments = [slot - LEAD if slot else None, world.store.next_delivery()]
    return min((moment for moment in moments if moment is not None), default=None)
