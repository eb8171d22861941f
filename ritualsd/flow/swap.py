"""Swap: give a turn back, ask the others for it, and hand it to the first who says yes. Assigns nothing to anybody.

Who was asked, who said no and who did not answer is told to nobody.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from ritualsd.core.compose import title_for, title_of
from ritualsd.core.notices import notice_in
from ritualsd.core.plan import next_due_after
from ritualsd.core.reasons import reason
from ritualsd.core.swaps import THANKS, asks, handover, is_free, is_open, open_until, to_ask, was_given_back
from ritualsd.core.turns import SWAPPED
from ritualsd.flow.plan import last_done
from ritualsd.model import NOTHING_ELSE, Consequences, Message, Occurrence, Reason, Ritual, Settings
from ritualsd.ports import World


def given_back(world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime) -> Consequences:
    """What follows when a turn is given back: it is free, and the others are asked. Nothing in a ritual that one of
    them must not know of: there it is simply left out this time."""
    household, store = settings.household, world.store
    if not is_open(ritual, occurrence.person, household):
        return NOTHING_ELSE
    people = to_ask(
        occurrence, ritual, store.at_slot(occurrence.ritual, occurrence.slot), store.counts_by_person(ritual.id),
        household, store.installation().secret,
    )  # fmt: skip
    until_utc = _until(world, settings, ritual, occurrence)
    return Consequences(frees=True, notices=asks(occurrence, people, until_utc, household, now))


def taken_over(world: World, settings: Settings, ask: Occurrence, now: datetime) -> Consequences:
    """What follows from a yes to being asked: the turn is theirs, if it is still free and makes sense."""
    given = _asked_about(world, settings, ask, now)
    if isinstance(given, Reason):
        return NOTHING_ELSE
    return Consequences(takes=handover(given, ask.person, settings.household, now))


def has_it(world: World, ask: Occurrence) -> bool:
    """Whether the turn somebody was asked about is theirs now."""
    given = world.store.entry(int(ask.slot))
    if given is None:
        return False
    here = world.store.at_slot(given.occurrence.ritual, given.occurrence.slot)
    return any(each.person == ask.person and each.part == given.occurrence.part for each in here)


def rests_this_time(world: World, ritual: Ritual, occurrence: Occurrence) -> bool:
    """Whether this is one more part of a turn that its person gave back."""
    if not ritual.turns or notice_in(occurrence.ritual, occurrence.part):
        return False
    return was_given_back(occurrence.person, world.store.at_slot(occurrence.ritual, occurrence.slot))


def swap_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """The question to somebody who could take a turn, or the thanks to who gave it back; a reason where the turn is no
    longer free."""
    reader = settings.household.people[occurrence.person]
    phrases = world.content.phrases(reader.language)
    about = world.store.entry(int(occurrence.slot))
    given = _asked_about(world, settings, occurrence, now)
    if occurrence.part == THANKS:
        given = about.occurrence if about is not None else reason("config")
    if isinstance(given, Reason):
        return given
    turn = settings.household.rituals.get(given.ritual)
    if turn is None:
        return reason("config")
    day = given.due_utc.astimezone(ZoneInfo(reader.zone)).date()
    body = phrases.say(
        "swap.thanks" if occurrence.part == THANKS else "swap.ask", ritual=title_of(turn), day=phrases.day(day)
    )
    return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")


def _asked_about(world: World, settings: Settings, ask: Occurrence, now: datetime) -> Occurrence | Reason:
    """The turn that this person may still take, or why not."""
    entry = world.store.entry(int(ask.slot))
    ritual = settings.household.rituals.get(entry.occurrence.ritual) if entry is not None else None
    if entry is None or ritual is None or not ritual.turns or ask.person not in ritual.to:
        return reason("config")
    if not is_free(entry.occurrence):
        return reason(SWAPPED)
    if now >= _until(world, settings, ritual, entry.occurrence):
        return reason("late")
    return entry.occurrence


def _until(world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence) -> datetime:
    following = next_due_after(
        occurrence, ritual, settings.household, world.store.installation().secret, last_done(world, ritual)
    )
    return open_until(occurrence, ritual, following)
