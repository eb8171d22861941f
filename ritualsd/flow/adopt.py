"""Adopt: bring the streams in line with a configuration, at start, after a reload, and after the clock jumped.

Costs the rituals that changed (and one read of the streams). Past slots never fire again under a new rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.edits import barred, vanished
from ritualsd.core.feed import change_of, in_memory, memory_of, next_change
from ritualsd.core.plan import MOST_KEPT, first_due, slots_between, slots_of_day
from ritualsd.core.reasons import reason
from ritualsd.core.streams import TURNS, keys, members, rule_hash, stream_zone
from ritualsd.core.turns import next_turn
from ritualsd.flow.plan import LEAD, plan_with_record, planning_for
from ritualsd.model import Done, Household, Occurrence, OccurrenceState, Ritual, Settings, Slot, Stream
from ritualsd.ports import World

CLOCK_BACK = timedelta(hours=1)
FARTHEST = timedelta(hours=27)  # no two zones are further apart, clock changes included


def adopt(world: World, settings: Settings, now: datetime) -> int:
    """Write the streams that are new, changed or stranded in the future; remove those that are gone.

    Returns how many were written. What lies ahead under an old rule is cancelled and planned anew.
    """
    current = world.store.streams()
    known = {stream.ritual: stream for stream in current.values()}
    wanted = _wanted(settings.household)
    secret = world.store.installation().secret
    upsert: list[Stream] = []
    withdraw: set[str] = set()
    for (ritual_id, key), ritual in wanted.items():
        before = current.get((ritual_id, key))
        if before is not None and _stands(before, rule_hash(ritual, key, settings.household), now):
            continue
        if before is not None:
            known[ritual_id] = _settle_past(world, settings, before, ritual, now)
            withdraw.add(ritual_id)
        done = _done(known.get(ritual_id), ritual, now)
        upsert.append(_fresh(world, ritual, key, settings.household, secret, now, done))
    gone = [identity for identity in current if identity not in wanted]
    withdraw.update(ritual_id for ritual_id, _ in gone)
    if not upsert and not gone:
        return 0
    world.store.sync_streams(upsert, gone, withdraw, now)
    _note_changed(world, withdraw & {stream.ritual for stream in upsert}, now)
    for stream in upsert:
        if stream.ritual in withdraw:
            before_it = [other for other in current.values() if other.ritual == stream.ritual]
            _bar(world, settings.household, stream, before_it, secret, now)
            _mark_vanished(world, settings.household, stream, before_it, secret, now)
    return len(upsert)


def _note_changed(world: World, rituals: Iterable[str], now: datetime) -> None:
    """Calendars that people subscribed to must see that these are at other times now."""
    first_utc = world.store.installation().created_utc
    for ritual in rituals:
        change = next_change(change_of(world.store.recall, ritual, first_utc), now)
        world.store.remember(memory_of(ritual), in_memory(change))


def _wanted(household: Household) -> dict[tuple[str, str], Ritual]:
    return {(ritual.id, key): ritual for ritual in household.rituals.values() for key in keys(ritual, household)}


def _stands(stream: Stream, wanted_hash: str, now: datetime) -> bool:
    """The rule is the same and the mark is no further ahead than planning ever puts it."""
    return stream.rule_hash == wanted_hash and stream.mark_utc <= now + LEAD + CLOCK_BACK


def _settle_past(world: World, settings: Settings, before: Stream, ritual: Ritual, now: datetime) -> Stream:
    """Decide what the old rule still named up to now, so that an edit while we were away hides nothing; the stream as
    it is then."""
    if before.mark_utc >= now or before.next_due_utc is None or before.next_due_utc > now:
        return before
    settled = plan_with_record(world, before, ritual, planning_for(world, settings, now, now))
    world.store.commit_plan([settled])
    return settled.after


def _fresh(
    world: World, ritual: Ritual, key: str, household: Household, secret: bytes, now: datetime, done: Done
) -> Stream:
    counts = world.store.counts_by_person(ritual.id) if ritual.turns else {}
    bare = Stream(
        ritual=ritual.id, key=key, zone=stream_zone(ritual, key, household, counts, secret), when=ritual.when,
        rule_hash=rule_hash(ritual, key, household), mark_utc=now, next_due_utc=None, household=household.id,
        since_utc=done.since_utc, after_utc=done.after_utc, done_utc=done.last_utc,
    )  # fmt: skip
    return replace(bare, next_due_utc=first_due(bare, ritual, household, secret))


def _done(known: Stream | None, ritual: Ritual, now: datetime) -> Done:
    """What a rule after done counts from stays as it is known. A changed `when` comes from now on."""
    if known is None:
        return Done(since_utc=now, after_utc=now)
    after_utc = known.after_utc if known.when == ritual.when else None
    return replace(known.done, since_utc=min(known.since_utc or now, now), after_utc=min(after_utc or now, now))


def _bar(
    world: World, household: Household, stream: Stream, old: Sequence[Stream], secret: bytes, now: datetime
) -> None:
    """Record the slots of today that an edit added on top of what this day already had, so they never fire."""
    ritual = household.rituals[stream.ritual]
    for day in _days(now, [stream, *old]):
        today = slots_of_day(stream, ritual, household, secret, day)
        promised = {slot.local for other in old for slot in slots_of_day(other, ritual, household, secret, day)}
        for person in members(ritual, stream.key, household):
            held = world.store.day_slots(ritual.id, "" if stream.key == TURNS else person, day)
            used = {(row.slot, row.part): row.slot_local for row in held}  # a turn that changed hands is one time
            extra = barred(today, used=list(used.values()), promised=promised, now=now)
            why = "zone-change" if any(row.zone != stream.zone for row in held) else "edited"
            world.store.record([_silent_row(slot, ritual.id, person, household, now, why) for slot in extra])


def _mark_vanished(
    world: World, household: Household, stream: Stream, old: Sequence[Stream], secret: bytes, now: datetime
) -> None:
    """Record the slots that were still ahead where a person was, and are past where they are now."""
    ritual = household.rituals[stream.ritual]
    for person in _people(world, ritual, stream, household, secret):
        last = world.store.history(ritual=ritual.id, person=person, limit=1)
        for left in old:
            if not last or last[0].occurrence.zone != left.zone or left.zone == stream.zone:
                continue
            since = min(left.mark_utc, now)
            ahead = slots_between(left, ritual, household, secret, since, now + FARTHEST)
            here = slots_between(stream, ritual, household, secret, since - FARTHEST, now)
            rows = [
                _silent_row(slot, ritual.id, person, household, now, "zone-change")
                for slot in vanished(ahead, here, now=now)
            ]
            world.store.record(rows[-MOST_KEPT:])


def _people(world: World, ritual: Ritual, stream: Stream, household: Household, secret: bytes) -> tuple[str, ...]:
    """Who a slot of this stream would go to: where people take turns, whoever is next."""
    if stream.key != TURNS:
        return members(ritual, stream.key, household)
    return (next_turn(ritual.to, world.store.counts_by_person(ritual.id), secret=secret, ritual=ritual.id),)


def _days(now: datetime, streams: Iterable[Stream]) -> list[str]:
    """The ISO dates from the earliest to the latest that it is at `now` in the zones of these streams."""
    dates = [now.astimezone(ZoneInfo(stream.zone)).date() for stream in streams]
    return [(min(dates) + timedelta(day)).isoformat() for day in range((max(dates) - min(dates)).days + 1)]


def _silent_row(slot: Slot, ritual: str, person: str, household: Household, now: datetime, code: str) -> Occurrence:
    why = reason(code)
    return Occurrence(
        ritual=ritual, slot=slot.key, person=person, part=slot.part, due_utc=slot.due_utc, slot_local=slot.local,
        zone=slot.zone, state=OccurrenceState.SKIPPED, reason=why.code, detail=why.detail, note=slot.note,
        closed_utc=now, household=household.id,
    )  # fmt: skip
