"""Nudge: what is said beside a message once it was sent and stays without a reply. Plans the next one only, never two.

A reply of any kind ends what was planned, in the moment it is kept.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ritualsd.core.compose import title_for, title_of
from ritualsd.core.notices import about, base_of, notice_in
from ritualsd.core.nudges import (
    OFFER,
    OFFER_AFTER,
    allowed,
    may_offer,
    nudge_name,
    number_in,
    phrase_for,
)
from ritualsd.core.reasons import reason
from ritualsd.model import Message, Occurrence, Reason, Ritual, Settings
from ritualsd.ports import World


def after_sent(
    world: World, ritual: Ritual, occurrence: Occurrence, expires_utc: datetime, now: datetime
) -> tuple[Occurrence, ...]:
    """What may be said next beside a message that was sent at `now`: one nudge, one offer, or nothing."""
    if ritual.nudge_after is None and ritual.ask == "none":
        return ()
    notice = notice_in(occurrence.ritual, occurrence.part)
    number = number_in(notice)
    if notice and not number:
        return ()
    slot = _slot(world, occurrence)
    if slot is None or world.store.replies(slot.id):
        return ()
    due_utc = now + (ritual.nudge_after or OFFER_AFTER)
    name = _next_name(world, ritual, slot, number, due_utc)
    return (about(slot, name, due_utc),) if name and due_utc < expires_utc else ()


def _next_name(world: World, ritual: Ritual, slot: Occurrence, number: int, due_utc: datetime) -> str:
    unanswered = world.store.unanswered(ritual.id, slot.person, slot.due_utc)
    if number < allowed(ritual, unanswered):
        return nudge_name(number + 1)
    last_utc = world.store.last_notice(ritual.id, slot.person, OFFER)
    return OFFER if not number and may_offer(ritual, unanswered, last_utc, due_utc) else ""


def nudge_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """A nudge or an offer, unless there was a reply meanwhile."""
    slot = _slot(world, occurrence)
    if slot is None or world.store.replies(slot.id):
        return reason("answered")
    reader = settings.household.people[occurrence.person]
    phrases = world.content.phrases(reader.language)
    notice = notice_in(occurrence.ritual, occurrence.part)
    key = phrase_for(notice) if number_in(notice) else OFFER
    body = phrases.say(key, words=slot.body, ritual=title_of(ritual))
    return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")


def makes_sense_until(world: World, occurrence: Occurrence) -> datetime | None:
    """A nudge outlives its message in no case: when that one stopped making sense, so does this."""
    entry = world.store.find(base_of(occurrence).name)
    return max((each.expires_utc for each in entry.deliveries), default=None) if entry else None


def _slot(world: World, occurrence: Occurrence) -> Occurrence | None:
    """The message a notice is about, as it is on record; of a message, itself."""
    base = base_of(occurrence)
    if base.part == occurrence.part:
        return occurrence
    entry = world.store.find(replace(base, id=0).name)
    return entry.occurrence if entry else None
