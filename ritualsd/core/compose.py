"""From a text with placeholders to the final words of one message. Pure; stored words never change after."""

from __future__ import annotations

import re

from ritualsd.core.facts import usable
from ritualsd.core.notices import MARK
from ritualsd.core.phrases import Phrases
from ritualsd.core.words import fill
from ritualsd.model import Household, Message, Occurrence, Person, Ritual

LEAD = re.compile(r"-(\d+)d$")  # the part of a reminder, as the calendar names it


def around(ritual: Ritual, person: str, household: Household) -> tuple[str, ...]:
    """The other people a ritual is about for `person`: those it goes to, or, where it goes to one person at a time,
    everyone else at home."""
    people = ritual.to if len(ritual.to) > 1 and not ritual.turns else tuple(household.people)
    return tuple(other for other in people if other != person and other in household.people)


def others(ritual: Ritual, person: str, household: Household) -> tuple[str, ...]:
    """Their names."""
    return tuple(household.people[other].name for other in around(ritual, person, household))


def facts_told(ritual: Ritual, occurrence: Occurrence, household: Household) -> dict[str, str]:
    """The facts of the other person, where there is exactly one, that all who will see the words may know."""
    other, reader = around(ritual, occurrence.person, household), household.people[occurrence.person]
    if len(other) != 1:
        return {}
    seeing = frozenset({reader.id}).union(*(channel.shared_with for channel in reader.channels)) - {other[0]}
    return usable(household.facts, other[0], seeing, occurrence.due_utc)


def values(ritual: Ritual, occurrence: Occurrence, household: Household, phrases: Phrases) -> dict[str, str]:
    """What the placeholders stand for, in the reader's language. A placeholder without a value is absent, so its prompt
    is never drawn."""
    person = household.people[occurrence.person]
    names = others(ritual, occurrence.person, household)
    found = {"name": person.name, "ritual": title_of(ritual)}
    if len(names) == 1:
        found["other"] = names[0]
    if names:
        found["others"] = phrases.names(names)
    if ritual.since is not None:  # the civil slot is the day itself, however far a reminder or a move is from it
        found["years"] = str(int(occurrence.slot[:4]) - ritual.since)
    if ritual.remind:
        found["when"] = phrases.days_off(days_ahead(occurrence))
    return found | facts_told(ritual, occurrence, household)


def days_ahead(occurrence: Occurrence) -> int:
    """How many days before its event a reminder comes: 0 for the day itself, and for what is no reminder."""
    match = LEAD.search(occurrence.part)
    return int(match[1]) if match else 0


def compose(
    text: str, source: str, ritual: Ritual, occurrence: Occurrence, household: Household, phrases: Phrases
) -> Message:
    """The title and body a person gets. A late one opens with a kind plain word and the time it was meant for, its
    weekday included, since it may be yesterday's."""
    person = household.people[occurrence.person]
    body = fill(text, values(ritual, occurrence, household, phrases))
    if occurrence.late:
        body = f"{phrases.say('late', when=phrases.weekday_and_time(occurrence.slot_local))}\n{body}"
    return Message(title=title_for(person, ritual, phrases), body=body, source=source)


def title_for(person: Person, ritual: Ritual, phrases: Phrases) -> str:
    """Neutral, unless this person chose to see the ritual's name on their lock screen. Ours have none to show."""
    plain = person.preview == "full" and not ritual.id.startswith(MARK)
    return title_of(ritual) if plain else phrases.say("title.discreet")


def title_of(ritual: Ritual) -> str:
    """The ritual's name as people read it: its `name`, else its id in words."""
    return ritual.name or ritual.id.replace("-", " ").replace("_", " ").capitalize()
