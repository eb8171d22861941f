"""Notices: record that one is to be said, and find its words when it is due. Writes none itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ritualsd.core.notices import notice_in, part_of
from ritualsd.model import Household, Message, Occurrence, OccurrenceState, Reason, Ritual, Settings
from ritualsd.ports import World

Words = Callable[[World, Settings, Ritual, Occurrence, datetime], Message | Reason]
"""The message of one notice, or the reason why there is nothing (more) to say."""

WORDS: Mapping[str, Words] = {}
"""By the notice's name without its number: "nudge" for "nudge-2"."""


def notice_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """What a notice says now. A kind that nobody knows is a KeyError: a mistake of ours."""
    name = notice_in(occurrence.ritual, occurrence.part)
    return WORDS[name.rstrip("0123456789").rstrip("-")](world, settings, ritual, occurrence, now)


def about(occurrence: Occurrence, notice: str, due_utc: datetime, person: str = "") -> Occurrence:
    """A notice about the slot of `occurrence`, to the same person or to another who is part of it."""
    return replace(
        occurrence, id=0, person=person or occurrence.person, part=part_of(occurrence.part, notice), due_utc=due_utc,
        state=OccurrenceState.PLANNED, reason="", detail="", note="", title="", body="", source="", late=False,
        closed_utc=None,
    )  # fmt: skip


def of_ours(household: Household, ritual: str, person: str, key: str, due_utc: datetime) -> Occurrence:
    """A notice about no slot of any ritual. The same `key` is said once: a date, or the id of what it is about."""
    zone = household.people[person].zone
    local = due_utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return Occurrence(
        ritual=ritual, slot=key, person=person, due_utc=due_utc, slot_local=local, zone=zone, household=household.id
    )
