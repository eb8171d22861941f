"""Pass on: words that their author asked to be passed on reach the others in that ritual, exact and with their name.

Passes on nothing that nobody asked for, and writes nothing for anybody.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ritualsd.core.compose import title_for
from ritualsd.core.notices import about, base_of, notice_in
from ritualsd.core.reasons import reason
from ritualsd.core.replies import not_undone
from ritualsd.core.reveal import in_words
from ritualsd.core.streams import zone_for
from ritualsd.core.visibility import Wish, visible_to
from ritualsd.core.wishes import author_of, number_of, readers_of, wish_of
from ritualsd.errors import RitualsdError
from ritualsd.model import ActionKind, Message, Occurrence, Reason, Reply, Ritual, Settings
from ritualsd.ports import World


def passed_on(
    world: World, settings: Settings, ritual: Ritual | None, slot: Occurrence, now: datetime
) -> tuple[Occurrence, ...]:
    """What tells the others. Raises RitualsdError where there is nobody who may know of it."""
    household = settings.household
    readers = readers_of(ritual, slot.person, household.people) if ritual is not None else ()
    if ritual is None or not readers:
        raise RitualsdError("there is nobody here to pass that on to", todo="answer a message that others get as well")
    name = wish_of(slot.person, 1 + len(_wishes(world.store.replies(slot.id))))
    return tuple(
        replace(about(slot, name, now, reader), zone=zone_for(ritual, reader, household)) for reader in readers
    )


def wish_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """The words, as they were written; a reason where their author took them back."""
    household, notice = settings.household, notice_in(occurrence.ritual, occurrence.part)
    author, reader = author_of(notice), household.people[occurrence.person]
    wishes = [Wish(reply=said, ritual=ritual) for said in _said(world, occurrence, author, number_of(notice))]
    seen = next(visible_to(reader.id, wishes, household, now), None)
    if seen is None:
        return reason("nothing-to-share")
    phrases = world.content.phrases(reader.language)
    name = household.people[author].name
    words = in_words({author: seen.thing.reply}, {author: name}, phrases)
    body = f"{phrases.say('pass-on', name=name)}\n{words}"
    return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")


def _said(world: World, notice: Occurrence, author: str, number: int) -> list[Reply]:
    """The wish of that number, where it was not taken back."""
    part = base_of(notice).part
    slots = (row for row in world.store.at_slot(notice.ritual, notice.slot) if (row.person, row.part) == (author, part))
    given = [reply for slot in slots for reply in world.store.replies(slot.id)]
    wishes = _wishes(given)
    return [wishes[number - 1]] if number <= len(wishes) and wishes[number - 1] in not_undone(given) else []


def _wishes(replies: list[Reply]) -> list[Reply]:
    return [reply for reply in replies if reply.action is ActionKind.PASS_ON]
