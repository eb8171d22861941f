"""From a text with placeholders to the final words of one message. Pure; stored words never change after."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ritualsd.core.words import fill
from ritualsd.model import Household, Message, Occurrence, Person, Ritual

DISCREET_TITLE = "A small note"
LEAD = re.compile(r"-(\d+)d$")  # the part of a reminder, as the calendar names it


def others(ritual: Ritual, person: str, household: Household) -> tuple[str, ...]:
    """The names of the other people a ritual is about for `person`: those it goes to, or, where it goes to one
    person at a time, everyone else at home."""
    around = ritual.to if len(ritual.to) > 1 and not ritual.turns else tuple(household.people)
    return tuple(household.people[other].name for other in around if other != person and other in household.people)


def values(ritual: Ritual, occurrence: Occurrence, household: Household) -> dict[str, str]:
    """What the placeholders stand for. A placeholder without a value is absent, so its prompt is never drawn."""
    person = household.people[occurrence.person]
    names = others(ritual, occurrence.person, household)
    found = {"name": person.name, "ritual": title_of(ritual)}
    if len(names) == 1:
        found["other"] = names[0]
    if names:
        found["others"] = in_words(names)
    if ritual.since is not None:  # the civil slot is the day itself, however far a reminder or a move is from it
        found["years"] = str(int(occurrence.slot[:4]) - ritual.since)
    if ritual.remind:
        found["when"] = when_in_words(days_ahead(occurrence))
    return found


def days_ahead(occurrence: Occurrence) -> int:
    """How many days before its event a reminder comes: 0 for the day itself, and for what is no reminder."""
    match = LEAD.search(occurrence.part)
    return int(match[1]) if match else 0


def when_in_words(days: int) -> str:
    """ "today", "tomorrow", "in 3 days", "in 3 weeks": how far off the event of a reminder is."""
    if days < 2:
        return "tomorrow" if days else "today"
    return f"in {days // 7} weeks" if days % 7 == 0 and days > 7 else "in a week" if days == 7 else f"in {days} days"


def compose(text: str, source: str, ritual: Ritual, occurrence: Occurrence, household: Household) -> Message:
    """The title and body a person gets. A late one opens with a kind plain word and the time it was meant for."""
    person = household.people[occurrence.person]
    body = fill(text, values(ritual, occurrence, household))
    if occurrence.late:
        body = f"A little late, from {late_time(occurrence)}:\n{body}"
    return Message(title=title_for(person, ritual), body=body, source=source)


def title_for(person: Person, ritual: Ritual) -> str:
    """Neutral, unless this person chose to see the ritual's name on their lock screen."""
    return title_of(ritual) if person.preview == "full" else DISCREET_TITLE


def title_of(ritual: Ritual) -> str:
    """The ritual's name as people read it: its `name`, else its id in words."""
    return ritual.name or ritual.id.replace("-", " ").replace("_", " ").capitalize()


def late_time(occurrence: Occurrence) -> str:
    """The nominal local time of a late message, with its weekday, since it may be yesterday's."""
    return f"{occurrence.slot_local:%A %H:%M}"


def in_words(names: Sequence[str]) -> str:
    """Names as a sentence lists them: "Ana", "Ana and Ben", "Ana, Ben and Cleo"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
