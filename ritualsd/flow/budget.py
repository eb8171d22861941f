"""Budget: whether one more message fits a person's day and week, and how long after the last one it may come.

Reads the plan and the ledger; writes nothing. A person without limits costs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from ritualsd.core.budget import UNCOUNTED, Claim, Span, fits, has_budget, importance_of, is_counted, is_rest_day, spans
from ritualsd.core.gate import Held
from ritualsd.core.notices import DIGEST
from ritualsd.core.reasons import reason
from ritualsd.core.recur import needs_done
from ritualsd.core.resting import Spot, rests
from ritualsd.core.snooze import SNOOZED
from ritualsd.core.upcoming import upcoming
from ritualsd.core.when import parse
from ritualsd.flow.plan import LEAD
from ritualsd.model import Delivery, Household, Occurrence, Person, Reason, Ritual, Settings
from ritualsd.ports import World

AT_ONCE = 1000
GAP = "budget"
"""Why a message keeps its distance from the one before."""

OUTCOME_IN = timedelta(seconds=5)
"""After so long it is asked again what came of a message on its way."""

_TICK = timedelta(microseconds=1)


def over_budget(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Reason | None:
    """Why an occurrence has no place in its reader's day or week; None where it has."""
    person = settings.household.people[occurrence.person]
    if not has_budget(person) or not is_counted(occurrence):
        return None
    at = max(occurrence.due_utc, now)
    own = _claim(occurrence, ritual)
    if is_rest_day(person, at, own.importance):
        return reason("rest-day")
    for span in spans(person, at):
        left = span.most - world.store.spoken(person.id, span.begin_utc, span.end_utc, UNCOUNTED).messages
        if left <= 0 or not fits(own, _rivals(world, settings, occurrence, span, now), left):
            return reason(span.code)
    return None


def _claim(occurrence: Occurrence, ritual: Ritual) -> Claim:
    return Claim(
        importance=importance_of(occurrence, ritual.importance),
        due_utc=occurrence.due_utc,
        ritual=ritual.id,
        part=occurrence.part,
    )


def _rivals(world: World, settings: Settings, occurrence: Occurrence, span: Span, now: datetime) -> Iterator[Claim]:
    """Everything else of this person that is planned in the span and has no words yet."""
    household, ours = settings.household, _for_one(settings.household, occurrence.person)
    for planned in world.store.to_prepare(span.end_utc - _TICK, AT_ONCE):
        rival = household.rituals.get(planned.ritual)
        if rival is not None and planned.person == occurrence.person and planned.id != occurrence.id:
            yield _claim(planned, rival)
    secret = world.store.installation().secret
    counts = {
        (ritual.id, person): count
        for ritual in ours.rituals.values()
        if ritual.turns
        for person, count in world.store.counts_by_person(ritual.id).items()
    }
    after = max(span.begin_utc, now + LEAD + _TICK)
    for each in upcoming(
        replace(settings, household=ours), after, until=span.end_utc, secret=secret, counts=counts,
        pauses=world.store.pauses(),
    ):  # fmt: skip
        slot = each.slot
        spot = Spot(ritual=each.ritual, person=each.person, key=slot.key, part=slot.part, due_utc=slot.due_utc)
        if each.person == occurrence.person and not each.reason and not rests(spot, household, secret):
            yield Claim(importance=each.ritual.importance, due_utc=slot.due_utc, ritual=each.ritual.id, part=slot.part)


def _for_one(household: Household, person: str) -> Household:
    """The household with only the rituals whose plan says when they come to this person."""
    theirs = {
        id_: ritual
        for id_, ritual in household.rituals.items()
        if person in ritual.to and ritual.enabled and not needs_done(parse(ritual.when))
    }
    return replace(household, rituals=theirs)


def held_back(
    world: World, person: Person | None, delivery: Delivery, beside: Iterable[Delivery], now: datetime
) -> Held | None:
    """The last look at the budget, before every send: for good where the day is full by now, or until the last message
    stood alone for long enough, or until it is known what came of those on their way (`beside` it, or before); None
    where it may go. A digest waits for the next day or week: what is in it ended for its sake."""
    if person is None or delivery.ritual in UNCOUNTED or delivery.code == SNOOZED:
        return None
    limits = spans(person, now)
    if not limits and person.min_gap is None:
        return None
    under_way = world.store.in_flight(person.id, UNCOUNTED, now) + sum(
        each.person == person.id and each.ritual not in UNCOUNTED for each in beside
    )
    for span in limits:
        sent = world.store.spoken(person.id, span.begin_utc, now + _TICK, UNCOUNTED, sent_only=True).messages
        if sent >= span.most:
            return Held(code=span.code, until=span.end_utc if delivery.ritual == DIGEST else None)
        if sent + under_way >= span.most:
            return Held(code=span.code, until=now + OUTCOME_IN)
    return _alone(world, person, under_way, now)


def _alone(world: World, person: Person, under_way: int, now: datetime) -> Held | None:
    """Whether the message before it is to stand alone for longer."""
    if person.min_gap is None:
        return None
    since = now - person.min_gap
    last = world.store.spoken(person.id, since, now + _TICK, UNCOUNTED, sent_only=True).last_utc
    if last is not None and last > since:
        return Held(code=GAP, until=last + person.min_gap)
    return Held(code=GAP, until=now + OUTCOME_IN) if under_way else None
