"""Notices: record that one is to be said, and find its words when it is due. Writes none itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from ritualsd.core.compose import title_for
from ritualsd.core.notices import notice_in
from ritualsd.flow.facts import fact_words
from ritualsd.flow.follow_up import follow_up_words
from ritualsd.flow.look_back import echo_words, review_words
from ritualsd.flow.nudge import nudge_words
from ritualsd.flow.pass_on import wish_words
from ritualsd.flow.promises import promise_words
from ritualsd.flow.reveal import reveal_words
from ritualsd.flow.sign_in import sign_in_words
from ritualsd.flow.swap import swap_words
from ritualsd.flow.unclear import unclear_words
from ritualsd.flow.welcome import welcome_words
from ritualsd.model import Message, Occurrence, Reason, Ritual, Settings
from ritualsd.ports import World

Words = Callable[[World, Settings, Ritual, Occurrence, datetime], Message | Reason]
"""The message of one notice, or the reason why there is nothing (more) to say."""


def _plainly(key: str) -> Words:
    """A notice that says one phrase; {person} in it is the reader's id, for a command they may type."""

    def words(world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime) -> Message:
        reader = settings.household.people[occurrence.person]
        phrases = world.content.phrases(reader.language)
        body = phrases.say(key, name=reader.name, person=reader.id)
        return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")

    return words


WORDS: Mapping[str, Words] = {
    "fact": fact_words,
    "cool-off": _plainly("repair.cool-off"),
    "nudge": nudge_words,
    "offer": nudge_words,
    "reveal": reveal_words,
    "reveal-wish": wish_words,
    "review": review_words,
    "echo": echo_words,
    "follow-up": follow_up_words,
    "promise": promise_words,
    "swap": swap_words,
    "parting": _plainly("season.parting"),
    "sign-in": sign_in_words,
    "unclear": unclear_words,
    "welcome": welcome_words,
}
"""By the notice's name without its number or person: "nudge" for "nudge-2", "reveal" for "reveal.ana"."""


def notice_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """What a notice says now. A kind that nobody knows is a KeyError: a mistake of ours."""
    name = notice_in(occurrence.ritual, occurrence.part)
    kind = name.partition(".")[0].rstrip("0123456789").rstrip("-")
    return WORDS[kind](world, settings, ritual, occurrence, now)
