"""Welcome: the first message to a person new to the configuration, and a note of what else in it concerns whom.

It holds nothing up; only a person of whom the configuration says `confirm` hears nothing else until they say yes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ritualsd.core.changes import PREFIX, key_of, marks, turned
from ritualsd.core.compose import title_for
from ritualsd.core.leaving import ASKS, choices_to, is_waited_for
from ritualsd.core.notices import WELCOME, of_ours
from ritualsd.core.pauses import WAITS
from ritualsd.core.phrases import Phrases
from ritualsd.model import Household, Message, Occurrence, Pause, Person, Ritual, Settings
from ritualsd.ports import World

FIRST = "first"


def greet(world: World, settings: Settings, now: datetime) -> None:
    """Record a welcome for each person seen for the first time, hold what waits for a yes, and note what changed.

    `settings` as the configuration says them. May be called again at any time: each is welcomed once.
    """
    household, store = settings.household, world.store
    wait_for_yes(world, settings, now)
    before = store.recall_all(PREFIX)
    new = [person for person in household.people.values() if key_of(person.id) not in before]
    if new:
        store.record([_welcome(household, person, now) for person in new])
    anew = turned(before, marks(household, store.installation().secret), now)
    if anew:
        store.remember_all(anew)


def wait_for_yes(world: World, settings: Settings, now: datetime) -> None:
    """A pause for whoever has to say yes and was never asked; its end, where the configuration asks no more."""
    household, pauses = settings.household, world.store.pauses()
    asked = {pause.person for pause in pauses if pause.ritual == WAITS}
    for person in household.people.values():
        if person.confirm and person.id not in asked:
            world.store.pause(Pause(ritual=WAITS, person=person.id, since_utc=now))
            world.store.record([_welcome(household, person, now)])
        elif not person.confirm and is_waited_for(pauses, person.id, now):
            world.store.resume(WAITS, person.id, now)


def _welcome(household: Household, person: Person, now: datetime) -> Occurrence:
    """The slot is the same for ever, so that nobody is welcomed twice; to be asked for a yes is another message."""
    return replace(of_ours(household, WELCOME, person.id, FIRST, now), part=ASKS if person.confirm else "")


def welcome_words(world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime) -> Message:
    """Who set this up, what will come, and how to stop it."""
    reader = settings.household.people[occurrence.person]
    phrases = world.content.phrases(reader.language)
    _, leave = choices_to(occurrence.part, phrases)
    pause = phrases.say("reply.pause").partition(",")[0].strip()
    waits = occurrence.part == ASKS
    body = "\n\n".join(
        (
            f"{phrases.say('welcome.hello', name=reader.name)} {_from(settings.household, reader, phrases)}",
            phrases.say("welcome.waits", yes=choices_to(ASKS, phrases)[0]) if waits else phrases.say("welcome.coming"),
            phrases.say("welcome.stop", pause=pause, leave=leave.lower(), person=reader.id),
        )
    )
    return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")


def _from(household: Household, reader: Person, phrases: Phrases) -> str:
    """Whom they share rituals with, as far as these are no secret from them."""
    shared = {
        person
        for ritual in household.rituals.values()
        if reader.id in ritual.to and not ritual.secret_from
        for person in ritual.to
    }
    names = [person.name for person in household.people.values() if person.id in shared - {reader.id}]
    return phrases.say("welcome.from", people=phrases.names(names)) if names else phrases.say("welcome.from-somebody")
