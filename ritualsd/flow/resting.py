"""Resting: what a season of life, or a time without phones, makes of one occurrence or delivery. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from ritualsd.core.fit import APART
from ritualsd.core.phrases import Phrases
from ritualsd.core.resting import Spot, why_it_rests
from ritualsd.core.seasons import Mood, apart_is_over, holding, in_mood, mood_of, seen_by, suits
from ritualsd.core.words import placeholders
from ritualsd.model import Ask, Drawn, Household, Occurrence, OccurrenceState, Prompt, Ritual
from ritualsd.ports import World

SPEAKS = frozenset({OccurrenceState.READY, OccurrenceState.CLOSED})
LOOK_BACK = 8  # the newest entries among which the last phone-away message of a person is


def occurrence_rests(world: World, household: Household, ritual: Ritual, occurrence: Occurrence) -> str:
    """Why a season that holds when it is due lets the whole occurrence rest: a reason's code, "" where none does."""
    secret = world.store.installation().secret if household.seasons else b""
    return why_it_rests(_spot(ritual, occurrence), household, secret)


def delivery_rests(
    world: World, household: Household, ritual: Ritual | None, occurrence: Occurrence, now: datetime
) -> str:
    """The same at the moment of sending, by the seasons that hold now; and whether its prompt still suits them."""
    mood = mood_of(holding(household.seasons, occurrence.person, now))
    if not mood.names or ritual is None:
        return ""
    resting = why_it_rests(_spot(ritual, occurrence), household, world.store.installation().secret, now)
    if resting:
        return resting
    drawn = world.store.drawn(occurrence.id)
    if drawn is None or suits(drawn.prompt, mood):
        return ""
    everyones = mood_of(holding(seen_by(household.seasons, None), occurrence.person, now))
    return "private" if suits(drawn.prompt, everyones) else "season"


def _spot(ritual: Ritual, occurrence: Occurrence) -> Spot:
    return Spot(
        ritual=ritual, person=occurrence.person, key=occurrence.slot, part=occurrence.part, due_utc=occurrence.due_utc
    )


def mood_for(household: Household, ritual: Ritual, occurrence: Occurrence) -> Mood:
    """What the seasons ask of a draw. Where several are given the same prompt nobody's own season chooses it, since
    the others would read it there."""
    several = len(ritual.to) > 1 and not ritual.turns
    return mood_of(holding(household.seasons, "" if several else occurrence.person, occurrence.due_utc))


def offered_in_mood(
    prompts: Iterable[Prompt], ask: Ask, household: Household, ritual: Ritual, occurrence: Occurrence
) -> tuple[tuple[Prompt, ...], Ask]:
    """What is left of an offer in the seasons that hold, and the ask as it is then."""
    if not household.seasons:
        return tuple(prompts), ask
    if apart_is_over(household.seasons, occurrence.due_utc):
        ask = replace(ask, tags=ask.tags - {APART})
    return in_mood(prompts, ask, mood_for(household, ritual, occurrence))


def own_season_rests(drawn: Drawn, household: Household, occurrence: Occurrence) -> bool:
    """Whether what all are given is not for this person in a season of their own: theirs alone is left out."""
    return not suits(drawn.prompt, mood_of(holding(household.seasons, occurrence.person, occurrence.due_utc)))


def own_message(ritual: Ritual, household: Household, occurrence: Occurrence, phrases: Phrases) -> str:
    """A ritual's own words; where years are not to be counted now, its day and nothing more."""
    mood = mood_of(holding(household.seasons, occurrence.person, occurrence.due_utc))
    if not mood.plain_dates or "years" not in placeholders(ritual.message):
        return ritual.message
    return phrases.say("season.day", day=phrases.day(date.fromisoformat(occurrence.slot[:10])))


def away_until(world: World, household: Household, person: str, now: datetime) -> datetime | None:
    """When the time without phones ends that this person is in; None where they are in none."""
    ends = [
        until
        for ritual in map(household.rituals.__getitem__, household.phone_away)
        if person in ritual.to
        for entry in world.store.history(ritual=ritual.id, person=person, limit=LOOK_BACK)
        if (until := _away(ritual, entry.occurrence, now)) is not None
    ]
    return max(ends, default=None)


def _away(ritual: Ritual, occurrence: Occurrence, now: datetime) -> datetime | None:
    if ritual.away is None or occurrence.state not in SPEAKS:
        return None
    begins = occurrence.due_utc + ritual.prepare
    return begins + ritual.away if begins <= now < begins + ritual.away else None
