"""What is coming: every ritual's slots for every person in order of time, as the planner will decide them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import merge
from zoneinfo import ZoneInfo

from ritualsd.core.pauses import why_paused
from ritualsd.core.recur import slots
from ritualsd.core.resting import Spot, why_it_rests
from ritualsd.core.rules import AfterDone
from ritualsd.core.streams import TURNS, keys, members, policy, stream_zone, zone_for
from ritualsd.core.turns import next_turn
from ritualsd.core.when import parse
from ritualsd.model import EMPTY, Done, Household, Pause, Ritual, Settings, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """One slot ahead for one person; `reason` is a code of `core.reasons` where it will not happen, else ""."""

    ritual: Ritual
    person: str
    slot: Slot
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A turn that is on record already, since it was planned ahead, announced by a reminder, or told."""

    ritual: str
    person: str
    slot: Slot


def settled_since(start: datetime) -> str:
    """The local day from which on turns on record matter to what is due from `start` on, wherever in the world."""
    return (start - timedelta(days=2)).date().isoformat()


def upcoming(
    settings: Settings,
    start: datetime,
    *,
    until: datetime | None = None,
    secret: bytes,
    counts: Mapping[tuple[str, str], int],
    pauses: Sequence[Pause],
    done: Mapping[str, Done] = EMPTY,
    settled: Sequence[Settled] = (),
    only: Collection[str] | None = None,
) -> Iterator[Upcoming]:
    """Everything due from `start` (included) on, earliest first; endless where `until` is None.

    `counts` is how often each (ritual, person) had a turn, and `settled` are those on record since
    `settled_since(start)`, the older ones first; they are in `counts`. Turns further ahead assume that each happens.
    `only` names the rituals to tell of; the others count where a season lets a week hold no more than a few messages.
    `done` is what rituals that count from done count from; one that is not in it is first seen at `start`.
    """
    household = settings.household
    chosen = {id_: each for id_, each in household.rituals.items() if only is None or id_ in only}
    kept = {
        (each.ritual, each.slot.key, each.slot.part): each
        for each in settled
        if each.ritual in chosen and chosen[each.ritual].turns and each.person in chosen[each.ritual].to
    }
    streams = [
        _stream(
            ritual,
            key,
            household,
            start,
            secret,
            counts,
            pauses,
            done.get(ritual.id, Done(since_utc=start, after_utc=start)),
            [each for each in kept.values() if each.ritual == ritual.id],
        )
        for ritual in chosen.values()
        for key in keys(ritual, household)
    ]
    ahead = sorted((each for each in kept.values() if each.slot.due_utc >= start), key=lambda each: each.slot.due_utc)
    streams.append(_on_record(ahead, household, secret, pauses))
    for item in merge(*streams, key=lambda item: item.slot.due_utc):
        if until is not None and item.slot.due_utc >= until:
            return
        yield item


def _stream(
    ritual: Ritual,
    key: str,
    household: Household,
    start: datetime,
    secret: bytes,
    counts: Mapping[tuple[str, str], int],
    pauses: Sequence[Pause],
    done: Done,
    settled: Sequence[Settled],
) -> Iterator[Upcoming]:
    people = members(ritual, key, household)
    tally = {person: counts.get((ritual.id, person), 0) for person in people}
    holders = {each.slot.key: each.person for each in settled}  # all reminders of a slot go to the same person
    told = {(each.slot.key, each.slot.part) for each in settled}
    rule, rules = parse(ritual.when), policy(ritual, people, household, secret, done)
    at, inclusive, last_zone = start.astimezone(UTC), True, ""
    while True:
        ahead = partial(slots, rule, after=at, policy=rules, inclusive=inclusive)
        zone = stream_zone(ritual, key, household, tally, secret)
        if key == TURNS:
            zone = _zone_held(next(ahead(ZoneInfo(last_zone or zone)), None), holders, ritual, household) or zone
            last_zone = zone
        slot = next(ahead(ZoneInfo(zone)), None)
        if slot is None:
            return
        at, inclusive = slot.due_utc, False
        named = people
        if key == TURNS:
            if (slot.key, slot.part) in told:
                continue  # the zone of whoever is next has the same slot once more
            told.add((slot.key, slot.part))
            holder = holders.get(slot.key) or next_turn(people, tally, secret=secret, ritual=ritual.id)
            tally[holder] += slot.key not in holders and not slot.skipped
            holders[slot.key] = holder
            named = (holder,)
        held = {person: why_paused(pauses, ritual.id, person, slot.due_utc) for person in named}
        for person in named:
            reason = slot.skipped or held[person] or _rests(ritual, person, slot, household, secret)
            yield Upcoming(ritual=ritual, person=person, slot=slot, reason=reason)
        if isinstance(rule, AfterDone) and (slot.skipped or all(held.values())):
            rules = replace(rules, after_utc=slot.due_utc)  # nobody was told, so it comes on the next of its days


def _zone_held(slot: Slot | None, holders: Mapping[str, str], ritual: Ritual, household: Household) -> str:
    """The zone of whoever was reminded of this slot already; "" for nobody."""
    holder = holders.get(slot.key) if slot is not None else None
    return zone_for(ritual, holder, household) if holder else ""


def _on_record(
    settled: Sequence[Settled], household: Household, secret: bytes, pauses: Sequence[Pause]
) -> Iterator[Upcoming]:
    for each in settled:
        ritual, person, slot = household.rituals[each.ritual], each.person, each.slot
        reason = why_paused(pauses, ritual.id, person, slot.due_utc) or _rests(ritual, person, slot, household, secret)
        yield Upcoming(ritual=ritual, person=person, slot=slot, reason=reason)


def _rests(ritual: Ritual, person: str, slot: Slot, household: Household, secret: bytes) -> str:
    spot = Spot(ritual=ritual, person=person, key=slot.key, part=slot.part, due_utc=slot.due_utc)
    return why_it_rests(spot, household, secret)
