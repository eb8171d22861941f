"""Follow-up: some days after an answer its author alone is asked how it is now. It quotes nothing.

Of the asking nobody else learns.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from ritualsd.core.compose import title_for
from ritualsd.core.notices import FOLLOW_UP, MARK, of_ours
from ritualsd.core.reasons import reason
from ritualsd.core.thread import BREATH, comes_back_utc, is_low, still_wanted
from ritualsd.model import ActionKind, Message, Occurrence, Reason, Reply, Ritual, Settings
from ritualsd.ports import World


def to_follow(
    world: World, settings: Settings, slot: Occurrence, reply: Reply, asked_for: bool, now: datetime
) -> tuple[Occurrence, ...]:
    """The question that follows `reply`: where its author asked for one, or where it is the first low for some time."""
    wanted = asked_for or reply.action is ActionKind.COME_BACK
    if slot.ritual.startswith(MARK) or not (wanted or (is_low(reply) and _first_low(world, reply.person, now))):
        return ()
    zone = ZoneInfo(settings.household.people[reply.person].zone)
    due_utc = comes_back_utc(now, zone, world.store.installation().secret, f"{FOLLOW_UP}|{slot.id}")
    return (of_ours(settings.household, FOLLOW_UP, reply.person, str(slot.id), due_utc),)


def _first_low(world: World, person: str, now: datetime) -> bool:
    last = world.store.history(ritual=FOLLOW_UP, person=person, limit=1)
    return not last or last[0].occurrence.due_utc < now - BREATH


def follow_up_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """The question; a reason where what it is about was taken back or has changed for the better. One that belongs to a
    repair is about nothing that was said here."""
    reader = settings.household.people[occurrence.person]
    phrases = world.content.phrases(reader.language)
    key = "repair.follow-up"
    if occurrence.slot.isdecimal():
        key = "follow-up"
        if not still_wanted(world.store.replies(int(occurrence.slot))):
            return reason("settled")
    return Message(title=title_for(reader, ritual, phrases), body=phrases.say(key), source="notice")
