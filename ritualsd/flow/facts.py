"""Facts: keep what a person tells of themselves, and ask once when it has grown old. Shows a fact to nobody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.compose import title_for
from ritualsd.core.facts import PREFIX, fit_to_keep, is_stale, known_key, next_question
from ritualsd.core.notices import FACT, of_ours
from ritualsd.core.reasons import reason
from ritualsd.model import Fact, Household, Message, Occurrence, OccurrenceState, Reason, Ritual, Settings
from ritualsd.ports import Store, World

MOST_AHEAD = 200
AT = time(10)  # on the owner's wall clock


def tell_fact(
    world: World, settings: Settings, person: str, key: str, text: str, audience: Iterable[str] | None, now: datetime
) -> Fact:
    """Keep a fact in place of the one before it, and plan the one question about it.

    `audience` None: as it was before, else everybody else at home. Raises NotFound, RitualsdError.
    """
    household, before = settings.household, _told(world.store, person, known_key(key))
    if audience is None:
        audience = before.audience if before else household.people.keys()
    fact = Fact(
        person=person, key=key, value=fit_to_keep(text), audience=frozenset(audience) - {person}, told_utc=now
    )  # fmt: skip
    if before is not None:
        _unplan(world.store, before, now)
    world.store.record([of_ours(household, FACT, person, _mark(fact), _question_due(world.store, household, fact))])
    world.store.personal.tell(fact)
    return fact


def forget_fact(world: World, person: str, key: str, now: datetime) -> bool:
    """Take a fact back, and the question about it; False when there was none. Raises NotFound for a key unknown."""
    before = _told(world.store, person, known_key(key))
    if before is not None:
        _unplan(world.store, before, now)
    return world.store.personal.forget(person, key)


def fact_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """The question about a fact that has grown old; a reason where it was told anew or taken back meanwhile."""
    old = next((fact for fact in settings.household.facts if _is_about(occurrence, fact)), None)
    if old is None or not is_stale(old, occurrence.due_utc):
        return reason("fact")
    reader = settings.household.people[occurrence.person]
    phrases = world.content.phrases(reader.language)
    body = phrases.say("fact.again", question=phrases.say(PREFIX + old.key))
    return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")


def _told(store: Store, person: str, key: str) -> Fact | None:
    return next((fact for fact in store.personal.facts(person) if fact.key == key), None)


def _mark(fact: Fact) -> str:
    """What the question about a fact is known by: when it was told, so that the record never names what."""
    return fact.told_utc.astimezone(UTC).replace(tzinfo=None).isoformat()


def _is_about(occurrence: Occurrence, fact: Fact) -> bool:
    return (fact.person, _mark(fact)) == (occurrence.person, occurrence.slot)


def _question_due(store: Store, household: Household, fact: Fact) -> datetime:
    entries = store.history(ritual=FACT, person=fact.person, limit=MOST_AHEAD)
    planned = [each.occurrence.due_utc for each in entries if each.occurrence.state is OccurrenceState.PLANNED]
    zone = ZoneInfo(household.people[fact.person].zone)
    day = next_question(fact.told_utc, planned).astimezone(zone).date() + timedelta(days=1)  # never a little too early
    return datetime.combine(day, AT, zone).astimezone(UTC)


def _unplan(store: Store, fact: Fact, now: datetime) -> None:
    entry = store.find(f"{FACT}@{_mark(fact)}/{fact.person}")
    if entry is not None:
        store.end(entry.occurrence.id, OccurrenceState.CANCELLED, reason("fact"), now)
