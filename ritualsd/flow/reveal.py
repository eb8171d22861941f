"""Reveal: what an answer sets off for those who were asked the same, and the words in which they read it.

Groups by the slot, never by the instant, so that people in two zones meet. Whether all have answered is asked in the
transaction that keeps the last answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ritualsd.core.compose import title_for
from ritualsd.core.gate import latest_of
from ritualsd.core.notices import about, base_of, notice_in
from ritualsd.core.plan import next_due_after
from ritualsd.core.reasons import reason
from ritualsd.core.reveal import (
    REVEAL,
    answer_of,
    author_in,
    in_words,
    nominal_utc,
    readers,
    shares,
)
from ritualsd.core.streams import zone_for
from ritualsd.core.visibility import answers_heard
from ritualsd.flow.plan import last_done
from ritualsd.model import Message, Occurrence, OccurrenceState, Reason, Ritual, Settings
from ritualsd.ports import World


def rests_utc(world: World, settings: Settings, ritual: Ritual, slot: Occurrence) -> datetime:
    """When the time to answer a slot is over: with the last of those asked, wherever they are."""
    asked = {slot.person: slot.due_utc}
    if shares(ritual):
        rows = world.store.at_slot(ritual.id, slot.slot)
        asked |= _ahead(settings, ritual, slot) | {row.person: row.due_utc for row in rows if row.part == slot.part}
    each = [replace(slot, person=person, due_utc=due_utc) for person, due_utc in asked.items()]
    return max(_ends(world, settings, ritual, one) for one in each)


def _ahead(settings: Settings, ritual: Ritual, slot: Occurrence) -> dict[str, datetime]:
    """When this slot is due for each person of the ritual by the clock they live by; it may not be planned yet."""
    household = settings.household
    return {
        person: nominal_utc(slot.slot_local, zone_for(ritual, person, household))
        for person in ritual.to
        if person in household.people
    }


def _ends(world: World, settings: Settings, ritual: Ritual, one: Occurrence) -> datetime:
    own = latest_of(one.due_utc, ritual)
    if not ritual.when or one.person not in ritual.to:
        return own
    zone = zone_for(ritual, one.person, settings.household)
    following = next_due_after(
        replace(one, zone=zone), ritual, settings.household, world.store.installation().secret,
        last_done(world, ritual),
    )  # fmt: skip
    return min(own, following) if following is not None else own


def set_off(settings: Settings, ritual: Ritual, slot: Occurrence, now: datetime) -> tuple[Occurrence, ...]:
    """The notices that an answer to `slot` leads to, as soon as all those `core.reveal.awaited` have answered."""
    people = settings.household.people
    if not shares(ritual) or slot.person not in ritual.to:
        return ()
    if ritual.reveal == "together":
        return tuple(_to(settings, ritual, slot, REVEAL, person, now) for person in ritual.to if person in people)
    name = answer_of(slot.person)
    return tuple(_to(settings, ritual, slot, name, reader, now) for reader in readers(ritual, slot.person, people))


def _to(settings: Settings, ritual: Ritual, slot: Occurrence, name: str, person: str, now: datetime) -> Occurrence:
    return replace(about(slot, name, now, person), zone=zone_for(ritual, person, settings.household))


def reveal_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """What everyone answered, or what one did; nothing where an answer was taken back meanwhile."""
    people = settings.household.people
    base = base_of(occurrence)
    answers = world.store.answers_at(base.ritual, base.slot, base.part)
    heard = answers_heard(occurrence.person, ritual, answers, settings.household, now)
    seen = {person: each.thing.reply for person, each in heard.items()}
    author = author_in(notice_in(occurrence.ritual, occurrence.part))
    told = {author: seen[author]} if author in seen else {} if author else seen
    if not told:
        return reason("nothing-to-share")
    if not author:
        told = {person: answers[person] for person in ritual.to if person in told or person == occurrence.person}
    reader = people[occurrence.person]
    phrases = world.content.phrases(reader.language)
    lines = in_words(told, {person: people[person].name for person in told}, phrases)
    opening = phrases.say("reveal.at-once" if author else "reveal.together")
    return Message(title=title_for(reader, ritual, phrases), body=f"{opening}\n{lines}", source="notice")


def is_revealed(world: World, slot: Occurrence) -> bool:
    """Whether this slot's reveal is on its way to its person, or was sent."""
    over = (OccurrenceState.CANCELLED, OccurrenceState.SKIPPED)
    rows = world.store.at_slot(slot.ritual, slot.slot)
    part = about(slot, REVEAL, slot.due_utc).part
    return any(row.part == part and row.person == slot.person and row.state not in over for row in rows)
