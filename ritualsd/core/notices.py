"""Notices: what ritualsd says beside a ritual's own words, such as a reveal or a nudge. Names them; writes no words.

A notice is an occurrence like any other, so that it is planned once, gated, delivered and explained the same way. One
about a slot carries the mark in its `part`; one about no slot belongs to a ritual of our own, whose id begins with it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ritualsd.model import Household, Occurrence, OccurrenceState, Ritual

MARK = "~"

WELCOME = f"{MARK}welcome"
SIGN_IN = f"{MARK}sign-in"
PROMISE = f"{MARK}promise"
DIGEST = f"{MARK}digest"
REVIEW = f"{MARK}review"
ECHO = f"{MARK}echo"
FACT = f"{MARK}fact"
SWAP = f"{MARK}swap"
REPAIR = f"{MARK}repair"
COOL_OFF = f"{MARK}cool-off"
FOLLOW_UP = f"{MARK}follow-up"
PARTING = f"{MARK}parting"

NUDGES = ("nudge", "offer")
"""The notices that only make sense while nothing was answered: their names begin so."""

UNCLEAR = "unclear"
"""The notice that names the answers there are."""

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_OURS = {
    WELCOME: (5, 14 * _DAY),
    SIGN_IN: (5, _HOUR),
    PROMISE: (4, _DAY),
    SWAP: (4, _DAY),
    DIGEST: (3, _DAY),
    REVIEW: (2, 7 * _DAY),
    ECHO: (1, _DAY),
    FACT: (1, 14 * _DAY),
    COOL_OFF: (5, 2 * _HOUR),
    FOLLOW_UP: (3, _DAY),
    PARTING: (5, 14 * _DAY),
}
"""Importance, and how long it makes sense, of each."""

DRAWN = {
    REPAIR: ("repair", frozenset[str]()),
    f"{REPAIR}-cool-off": ("repair", frozenset({"cool-off"})),
    f"{REPAIR}-i-statement": ("repair", frozenset({"i-statement"})),
    f"{REPAIR}-forgive": ("repair", frozenset({"forgive"})),
    f"{REPAIR}-empathy": ("listening", frozenset({"phrase"})),
}
"""Those of our own rituals whose words are a prompt, drawn like any other: its kind, and the tags to draw from."""


def part_of(part: str, notice: str) -> str:
    """The part of a notice about the occurrence with this `part`: "nudge-1" about "" is "~nudge-1"."""
    return f"{part}{MARK}{notice}"


def base_of(notice: Occurrence) -> Occurrence:
    """The occurrence at the slot of a notice, of the same person. Only its identity means anything."""
    return replace(notice, part=notice.part.partition(MARK)[0])


def notice_in(ritual: str, part: str) -> str:
    """Which notice this is: "reveal", "nudge-1", "welcome"; "" for a ritual's own words, and for a prompt."""
    if ritual in DRAWN and MARK not in part:
        return ""
    return part.partition(MARK)[2] or (ritual[1:] if ritual.startswith(MARK) else "")


def ritual_called(household: Household, id_: str) -> Ritual | None:
    """The ritual of that id: one of the household's, or one of our own, which is between us and its reader alone."""
    if id_ not in _OURS and id_ not in DRAWN:
        return household.rituals.get(id_)
    importance, expires = _OURS.get(id_, (5, _DAY))
    kind, tags = DRAWN.get(id_, ("", frozenset()))
    return Ritual(
        id=id_,
        when="",
        to=tuple(household.people),
        turns=True,  # it goes to one of them at a time
        kind=kind,
        tags=tags,
        name=id_[1:].replace("-", " ").capitalize(),
        secret_from="others",  # noqa: S106 - a key of a ritual, not a password
        importance=importance,
        expires=expires,
        catch_up=expires,
    )


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
