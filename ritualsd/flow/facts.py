"""Facts: keep what a person tells of themselves, and ask once when it has grown old. Shows a fact to nobody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from ritualsd.core.compose import title_for
from ritualsd.core.facts import PREFIX, fit_to_keep, is_stale, known_key, mark, to_ask
from ritualsd.core.notices import FACT, of_ours
from ritualsd.core.reasons import reason
from ritualsd.model import Fact, Message, Occurrence, Reason, Ritual, Settings
from ritualsd.ports import World

MOST_ASKED = 1000
AT = time(10)  # on the owner's wall clock
_LOOKED = "facts-looked-through"


def tell_fact(
    world: World, settings: Settings, person: str, key: str, text: str, audience: Iterable[str] | None, now: datetime
) -> Fact:
    """Keep a fact in place of the one before it.

    `audience` None: as it was before, else everybody else at home. Raises NotFound, RitualsdError.
    """
    before = next((fact for fact in world.store.personal.facts(person) if fact.key == known_key(key)), None)
    if audience is None:
        audience = before.audience if before else settings.household.people
    value, others = fit_to_keep(text), frozenset(audience) - {person}
    fact = Fact(person=person, key=known_key(key), value=value, audience=others, told_utc=now)
    world.store.personal.tell(fact)
    return fact


def forget_fact(world: World, person: str, key: str) -> bool:
    """Take a fact back; False when there was none. Raises NotFound for a key that is not on the list."""
    return world.store.personal.forget(person, known_key(key))


def ask_again(world: World, settings: Settings, now: datetime) -> None:
    """Once a day: record the question about a fact that has grown old, one a person and month at most."""
    household, today = settings.household, now.date().isoformat()
    if not household.facts or world.store.recall(_LOOKED) == today:
        return
    for person in household.people.values():
        entries = world.store.history(ritual=FACT, person=person.id, limit=MOST_ASKED)
        asked = {entry.occurrence.slot: entry.occurrence.due_utc for entry in entries}
        old = to_ask([fact for fact in household.facts if fact.person == person.id], asked, now)
        if old is not None:
            due = max(now, datetime.combine(now.astimezone(ZoneInfo(person.zone)).date(), AT, ZoneInfo(person.zone)))
            world.store.record([of_ours(household, FACT, person.id, mark(old), due.astimezone(now.tzinfo))])
    world.store.remember(_LOOKED, today)


def fact_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """The question about a fact that has grown old; a reason where it was told anew or taken back meanwhile."""
    own = [fact for fact in settings.household.facts if fact.person == occurrence.person]
    old = next((fact for fact in own if mark(fact) == occurrence.slot), None)
    if old is None or not is_stale(old, occurrence.due_utc):
        return reason("fact")
    reader = settings.household.people[occurrence.person]
    phrases = world.content.phrases(reader.language)
    body = phrases.say("fact.again", question=phrases.say(PREFIX + old.key))
    return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")
