"""Resting: whether a season of life lets an occurrence rest. By kind, by a quieter week, or since a week holds enough.

Pure, and from the plan alone, so that a preview and the real thing agree. Which prompts suit is for `core.seasons`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from hmac import digest
from zoneinfo import ZoneInfo

from ritualsd.core.notices import ECHO, MARK, notice_in
from ritualsd.core.recur import needs_done, slots
from ritualsd.core.reveal import REVEAL
from ritualsd.core.seasons import Mood, holding, mood_of, seen_by
from ritualsd.core.streams import key_for, members, policy, zone_for
from ritualsd.core.when import parse
from ritualsd.core.words import placeholders
from ritualsd.model import Household, Ritual

BY_HAND = "by-hand"
"""The part of what somebody sent on purpose: it is no part of a plan that could be thinned."""

ALONE = frozenset({"reflection", "boundaries", "growth"})
"""Kinds that need nobody else."""

MEMORY = "memory"
"""The kind of prompts that bring earlier years back; the echo is one too."""

KEPT = 4  # from this importance on, a quieter season leaves a ritual as it is
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One slot of one ritual for one person: `key` is the civil slot, `part` as an occurrence has it."""

    ritual: Ritual
    person: str
    key: str
    part: str
    due_utc: datetime


def why_it_rests(spot: Spot, household: Household, secret: bytes, at_utc: datetime | None = None) -> str:
    """Why what this person would get there is left out in the seasons that hold at `at_utc` (else when due): a code of
    `core.reasons`, "season" where everyone's says so and "private" where only another does; "" where nothing does."""
    if not household.seasons:
        return ""
    everyones = replace(household, seasons=seen_by(household.seasons, None))
    if rests(spot, everyones, secret, at_utc):
        return "season"
    return "private" if rests(spot, household, secret, at_utc) else ""


def rests(spot: Spot, household: Household, secret: bytes, at_utc: datetime | None = None) -> bool:
    """Whether it is left out in these seasons at all."""
    mood = mood_of(holding(household.seasons, spot.person, at_utc or spot.due_utc))
    if not mood.names:
        return False
    if kind_rests(spot.ritual, mood):
        # A reveal keeps a word given before the season began.
        return mood.alone or not notice_in("", spot.part).startswith(REVEAL)
    if spot.part == BY_HAND or spot.ritual.id.startswith(MARK) or notice_in("", spot.part):
        return False
    halved = mood.halved and spot.ritual.importance < KEPT
    if halved and not _in_its_week(spot.ritual.id, date.fromisoformat(spot.key[:10]), secret):
        return True
    return mood.a_week is not None and not _is_among(spot, mood, household, secret)


def kind_rests(ritual: Ritual, mood: Mood) -> bool:
    """Whether all of a ritual rests in this mood, whatever it would say."""
    if ritual.id.startswith(MARK):
        return ritual.id == ECHO and MEMORY in mood.kinds
    if mood.alone and not _needs_nobody(ritual):
        return True
    return ritual.kind in mood.kinds or (mood.no_surprises and ritual.kind == "gesture" and bool(ritual.secret_from))


def _needs_nobody(ritual: Ritual) -> bool:
    """Whether a ritual goes on where nothing is joint: a quiet kind, or words of one person's own about nobody else."""
    if ritual.kind:
        return ritual.kind in ALONE
    about = placeholders(ritual.message) & {"other", "others", "years"}
    return bool(ritual.message) and len(ritual.to) == 1 and not about and ritual.since is None


def _in_its_week(ritual: str, day: date, secret: bytes) -> bool:
    """Of any two weeks each weekday of a ritual is kept in one: half of them, and never a long silence."""
    weeks, weekday = divmod(day.toordinal() - 1, 7)  # the first day of all was a Monday
    fortnight, second = divmod(weeks, 2)
    lot = digest(secret, f"season|{ritual}|{fortnight}|{weekday}".encode(), sha256)
    return lot[0] % 2 == second


def _is_among(spot: Spot, mood: Mood, household: Household, secret: bytes) -> bool:
    """Whether it is one of the few its week may hold: the most important first, then the earliest."""
    assert mood.a_week is not None  # noqa: S101 - the caller asked; this tells the type checker
    rivals = sorted(_week_of(spot, mood, household, secret), key=_rank)
    own = (spot.ritual.id, spot.key, spot.part)
    if all((each.ritual.id, each.key, each.part) != own for each in rivals):
        return len(rivals) < mood.a_week
    return any((each.ritual.id, each.key, each.part) == own for each in rivals[: mood.a_week])


def _rank(spot: Spot) -> tuple[bool, int, datetime, str, str]:
    """Secrets come last, so that nothing anybody sees hangs on one."""
    return bool(spot.ritual.secret_from), -spot.ritual.importance, spot.due_utc, spot.ritual.id, spot.part


def _week_of(spot: Spot, mood: Mood, household: Household, secret: bytes) -> Iterator[Spot]:
    """Everything planned for that person in the week of that spot, on their own calendar, since the season began.

    In turns each slot counts for everyone who may have it, so that a week never holds more. What counts from the last
    time it was done is no part of any plan.
    """
    begins, ends = _week(spot.due_utc, ZoneInfo(household.people[spot.person].zone))
    for ritual in household.rituals.values():
        if not ritual.enabled or spot.person not in ritual.to or kind_rests(ritual, mood):
            continue
        rule = parse(ritual.when)
        if needs_done(rule):
            continue
        people = members(ritual, key_for(ritual, spot.person, household), household)
        zone, rules = ZoneInfo(zone_for(ritual, spot.person, household)), policy(ritual, people, household, secret)
        for slot in slots(rule, zone, begins, policy=rules, inclusive=True):
            if slot.due_utc >= ends:
                break
            if not slot.skipped and _limited(household, spot.person, slot.due_utc):
                yield Spot(ritual=ritual, person=spot.person, key=slot.key, part=slot.part, due_utc=slot.due_utc)


def _limited(household: Household, person: str, at_utc: datetime) -> bool:
    return mood_of(holding(household.seasons, person, at_utc)).a_week is not None


def _week(at_utc: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From Monday to Monday on the wall clock of `zone`, as instants."""
    today = at_utc.astimezone(zone).date()
    monday = datetime.combine(today - timedelta(today.weekday()), time(), zone)
    return monday.astimezone(UTC), (monday + _WEEK).astimezone(UTC)
