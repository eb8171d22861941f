"""Plan: read the streams that are due, decide what became of their slots, and commit rows and marks together.

A beat costs the number of streams due. Must not prepare words or send.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ritualsd.core.events import E
from ritualsd.core.plan import Planning, Turns, plan_stream, slot_days
from ritualsd.core.recur import needs_done
from ritualsd.core.streams import TURNS
from ritualsd.core.when import parse
from ritualsd.errors import StoreError
from ritualsd.flow.telling import tell
from ritualsd.model import OccurrenceState, Ritual, Settings, Stream, StreamPlan
from ritualsd.ports import World

LEAD = timedelta(minutes=10)  # words are made this long before they are due
AT_ONCE = 200  # streams decided in one transaction
RESTORED = "restored"  # what `restore` leaves in the ledger: when it was done
SET_ASIDE = timedelta(hours=1)  # for a stream whose planning fails


def plan(world: World, settings: Settings, now: datetime, most: int | None = None) -> int:
    """Materialise everything due up to `now` plus the lead, or of so many streams as `most` says; the rest stays due.
    Returns how many occurrences are new."""
    planning = planning_for(world, settings, now, now + LEAD)
    made = planned = 0
    at_once = AT_ONCE if most is None else min(most, AT_ONCE)
    while due := world.store.due_streams(planning.until_utc, at_once):
        plans = [_plan_one(world, settings, stream, planning) for stream in due]
        made += world.store.commit_plan(plans)
        _tell(world, settings, plans)
        planned += len(due)
        if len(due) < at_once or (most is not None and planned >= most):
            break
    return made


def planning_for(world: World, settings: Settings, now: datetime, until_utc: datetime) -> Planning:
    """What every plan made now goes by."""
    restored = world.store.recall(RESTORED)
    return Planning(
        household=settings.household,
        now=now,
        until_utc=until_utc,
        secret=world.store.installation().secret,
        pauses=world.store.pauses(),
        restored_utc=datetime.fromisoformat(restored) if restored else None,
    )


def _plan_one(world: World, settings: Settings, stream: Stream, planning: Planning) -> StreamPlan:
    ritual = settings.household.rituals.get(stream.ritual)
    if ritual is None:
        # A ritual removed while we were away; adopting the configuration removes its streams.
        return StreamPlan(before=stream, after=replace(stream, next_due_utc=None), occurrences=())
    try:
        return plan_with_record(world, stream, ritual, planning)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - one rule that cannot be planned must not stop all the others
        tell(world, settings, E.BEAT_FAILED, ritual.id, "", error=type(error).__name__)
        return StreamPlan(before=stream, after=replace(stream, next_due_utc=planning.now + SET_ASIDE), occurrences=())


def plan_with_record(world: World, stream: Stream, ritual: Ritual, planning: Planning) -> StreamPlan:
    """The stream's plan; where people take turns, with the record of whose turns there were."""
    return plan_stream(stream, ritual, planning, _turns(world, ritual, stream, planning))


def _turns(world: World, ritual: Ritual, stream: Stream, planning: Planning) -> Turns:
    if stream.key != TURNS or stream.next_due_utc is None:
        return Turns()
    days = slot_days(stream, ritual, planning)
    held = [occurrence for day in days for occurrence in world.store.day_slots(ritual.id, "", day)]
    return Turns(
        counts=world.store.counts_by_person(ritual.id),
        holders={occurrence.slot: occurrence.person for occurrence in held},
    )


def last_done(world: World, ritual: Ritual) -> datetime | None:
    """When a ritual was last done, where its rule counts from there; the record is not asked for any other."""
    return world.store.last_done(ritual.id) if needs_done(parse(ritual.when)) else None


def _tell(world: World, settings: Settings, plans: list[StreamPlan]) -> None:
    for planned in plans:
        for row in planned.occurrences:
            if row.state is OccurrenceState.MISSED:
                tell(world, settings, E.OCCURRENCE_MISSED, row.ritual, row.person, occurrence=row.name)
