"""One beat: plan what is due, prepare its words, and say when there is something to do again."""

from __future__ import annotations

from datetime import datetime, timedelta

from ritualsd.flow.digest import TO_FOLD, fold
from ritualsd.flow.facts import ask_again
from ritualsd.flow.lived import lived
from ritualsd.flow.look_back import look_back
from ritualsd.flow.plan import LEAD, plan
from ritualsd.flow.prepare import AT_ONCE, prepare
from ritualsd.model import Settings
from ritualsd.ports import World

FARTHEST = timedelta(days=366)  # no notice is recorded further ahead


def beat(world: World, settings: Settings, now: datetime) -> datetime | None:
    """Returns the next instant worth waking for (a slot to plan, a notice to word, or a delivery to try), or None:
    nothing ahead."""
    moments = (turn(world, settings, now), world.store.next_delivery())
    return min((moment for moment in moments if moment is not None), default=None)


def turn(world: World, settings: Settings, now: datetime, most: int | None = None) -> datetime | None:
    """The same where somebody else looks after the deliveries. `most` bounds how many streams are planned and how many
    words are made."""
    settings = lived(world.store, settings)
    plan(world, settings, now, most)
    ask_again(world, settings, now)
    look_back(world, settings, now)
    prepare(world, settings, now, most or AT_ONCE)
    fold(world, settings, now)
    return wake_for(world, now)


def wake_for(world: World, now: datetime) -> datetime | None:
    """When there is next something to plan, to word or to fold."""
    slot, unworded = world.store.next_due(), world.store.to_prepare(now + FARTHEST, 1)
    if unworded and unworded[0].due_utc <= now + LEAD:
        return now  # more came due together than one beat prepares
    ahead = [slot, *(occurrence.due_utc for occurrence in unworded)]
    moments = [due_utc - LEAD for due_utc in ahead if due_utc is not None]
    moments += [delivery.next_attempt_utc for delivery in world.store.put_off(TO_FOLD)]
    return min(moments, default=None)
