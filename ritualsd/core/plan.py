"""From a stream's mark to a horizon: which occurrences there are, which were missed, and where the stream stands next.

Pure. Planning twice gives the same rows, so any number of planners may run and none of them leads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from ritualsd.core.pauses import why_paused
from ritualsd.core.reasons import SENTENCES
from ritualsd.core.recur import Policy, next_slot, slots
from ritualsd.core.rules import AfterDone
from ritualsd.core.streams import TURNS, key_for, members, policy, zone_for
from ritualsd.core.turns import next_turn
from ritualsd.core.when import parse
from ritualsd.model import Done, Household, Occurrence, OccurrenceState, Pause, Ritual, Slot, Stream, StreamPlan

ON_TIME = timedelta(seconds=60)  # a slot decided later than this after its time was missed
MOST_KEPT = 100  # slots one plan records one by one; older ones are counted in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """What a plan depends on besides the stream: the household, the time, and the record."""

    household: Household
    now: datetime
    until_utc: datetime
    secret: bytes
    pauses: Sequence[Pause] = ()
    restored_utc: datetime | None = None  # up to here, what was said since a backup is not on record


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """The record of a ritual that takes turns: how many each person had, and who holds a slot already."""

    counts: Mapping[str, int] = field(default_factory=dict)
    holders: Mapping[str, str] = field(default_factory=dict)


def plan_stream(stream: Stream, ritual: Ritual, planning: Planning, turns: Turns) -> StreamPlan:
    """Decide everything in (mark, until]. `turns` matters only to a stream whose people take turns."""
    people = members(ritual, stream.key, planning.household)
    rules = policy(ritual, people, planning.household, planning.secret, stream.done)
    named, older, following = _between(stream, rules, planning.until_utc)
    fates = _fates(named, ritual, planning, following)
    tally = Tally(stream, ritual, planning, turns)
    rows = [
        _occurrence(slot, person, fate, ritual, planning)
        for slot, fate in zip(named, fates, strict=True)
        for person in (tally.whose(slot, speaks=fate.state is OccurrenceState.PLANNED) if tally.on else people)
    ]
    if older and rows:
        rows[0] = replace(rows[0], detail=f"{rows[0].detail or SENTENCES['down']}; {older} earlier times too")
    after = replace(
        stream,
        mark_utc=planning.until_utc,
        next_due_utc=following.due_utc if following else None,
        zone=tally.zone_next(following) if tally.on else stream.zone,
    )
    if isinstance(parse(stream.when), AfterDone) and not _is_told(rows):
        after = replace(after, after_utc=planning.until_utc)
    if (after.zone, after.after_utc) != (stream.zone, stream.after_utc):
        after = replace(after, next_due_utc=first_due(after, ritual, planning.household, planning.secret))
    return StreamPlan(before=stream, after=after, occurrences=tuple(rows))


def _is_told(rows: Sequence[Occurrence]) -> bool:
    """Whether nothing was due, or someone is told of it. A rule after done names one slot, and waits for a reply to it;
    so where that was missed, or fell on a pause, it comes again on the next of its days."""
    return not rows or any(row.state is OccurrenceState.PLANNED for row in rows)


def slot_days(stream: Stream, ritual: Ritual, planning: Planning) -> list[str]:
    """The ISO dates of the civil slots that a plan of this stream will name."""
    people = members(ritual, stream.key, planning.household)
    rules = policy(ritual, people, planning.household, planning.secret, stream.done)
    return sorted({slot.key[:10] for slot in _between(stream, rules, planning.until_utc)[0]})


def first_due(stream: Stream, ritual: Ritual, household: Household, secret: bytes) -> datetime | None:
    """The first instant after the mark at which the stream has anything to decide."""
    rules = policy(ritual, members(ritual, stream.key, household), household, secret, stream.done)
    slot = next(slots(parse(stream.when), ZoneInfo(stream.zone), stream.mark_utc, policy=rules), None)
    return slot.due_utc if slot else None


def next_due_after(
    occurrence: Occurrence, ritual: Ritual, household: Household, secret: bytes, done_utc: datetime | None = None
) -> datetime | None:
    """When the slot after this occurrence is due: by then the older message has had its time.

    `done_utc` is the last time it was done; only a rule that counts from there asks for it.
    """
    key = key_for(ritual, occurrence.person, household)
    rules = policy(ritual, members(ritual, key, household), household, secret, Done(last_utc=done_utc))
    slot = next_slot(parse(ritual.when), ZoneInfo(occurrence.zone), occurrence.due_utc, policy=rules)
    return slot.due_utc if slot else None


def _between(stream: Stream, rules: Policy, until_utc: datetime) -> tuple[list[Slot], int, Slot | None]:
    """The newest slots up to `until_utc`, how many older ones there were, and the first slot after."""
    named: list[Slot] = []
    older = 0
    for slot in slots(parse(stream.when), ZoneInfo(stream.zone), stream.mark_utc, policy=rules):
        if slot.due_utc > until_utc:
            return named, older, slot
        named.append(slot)
        if len(named) > 2 * MOST_KEPT:
            older += len(named) - MOST_KEPT
            del named[:-MOST_KEPT]
    return named, older, None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fate:
    state: OccurrenceState
    reason: str = ""
    late: bool = False


_PLANNED = _Fate(state=OccurrenceState.PLANNED)
_MISSED = _Fate(state=OccurrenceState.MISSED, reason="down")
_RESTORED = _Fate(state=OccurrenceState.MISSED, reason="restored")
_LATE = _Fate(state=OccurrenceState.PLANNED, late=True)


def _fates(named: Sequence[Slot], ritual: Ritual, planning: Planning, following: Slot | None) -> list[_Fate]:
    """What becomes of each slot: on time, caught up late, missed, perhaps said already, or not meant to happen."""
    now, restored_utc = planning.now, planning.restored_utc
    known = [slot for slot in named if restored_utc is None or slot.due_utc > restored_utc]
    past = [slot for slot in known if slot.due_utc < now - ON_TIME and not slot.skipped]
    rescued = _rescued(past, known, ritual, now, following)

    def fate(slot: Slot) -> _Fate:
        if slot.skipped:
            return _Fate(state=OccurrenceState.SKIPPED, reason=slot.skipped)
        if slot not in known:
            return _RESTORED
        if slot.due_utc >= now - ON_TIME:
            return _PLANNED
        return _LATE if slot in rescued else _MISSED

    return [fate(slot) for slot in named]


def _rescued(
    past: Sequence[Slot], named: Sequence[Slot], ritual: Ritual, now: datetime, following: Slot | None
) -> Sequence[Slot]:
    """The missed slots that still make sense: within `catch_up`, not yet expired, and nearer than the next one."""
    if ritual.catch_up_mode == "none" or not past:
        return ()
    ahead = [slot.due_utc for slot in named if slot.due_utc >= now - ON_TIME] + (
        [following.due_utc] if following else []
    )

    def makes_sense(slot: Slot) -> bool:
        age = now - slot.due_utc
        if age > ritual.catch_up or (ritual.expires is not None and age >= ritual.expires):
            return False
        return not ahead or age <= ahead[0] - now

    if ritual.catch_up_mode == "latest":
        return [past[-1]] if makes_sense(past[-1]) else []
    return [slot for slot in past[-MOST_KEPT:] if now - slot.due_utc <= ritual.catch_up]


class Tally:
    """Whose turn each slot is, while one stream is planned. All reminders of a slot go to the same person."""

    def __init__(self, stream: Stream, ritual: Ritual, planning: Planning, turns: Turns) -> None:
        self.on = stream.key == TURNS
        self._ritual, self._planning = ritual, planning
        self._counts = dict(turns.counts)
        self._holders = dict(turns.holders)

    def whose(self, slot: Slot, *, speaks: bool) -> tuple[str]:
        """The one person of this slot: who holds it already, else the next of those who have not left.

        A pause hands no turn over: the others would see by their own turns that somebody paused.
        """
        if slot.key not in self._holders:
            people, pauses = self._ritual.to, self._planning.pauses
            held = {person: why_paused(pauses, self._ritual.id, person, slot.due_utc) for person in people}
            here = [person for person in people if held[person] != "left"] or list(people)
            self._holders[slot.key] = person = self._next(here)
            self._counts[person] = self._counts.get(person, 0) + speaks
        return (self._holders[slot.key],)

    def zone_next(self, following: Slot | None) -> str:
        """The zone of whoever has the next slot: who was reminded of it already, else who is next."""
        held = self._holders.get(following.key) if following is not None else None
        return zone_for(self._ritual, held or self._next(self._ritual.to), self._planning.household)

    def _next(self, people: Sequence[str]) -> str:
        return next_turn(people, self._counts, secret=self._planning.secret, ritual=self._ritual.id)


def _occurrence(slot: Slot, person: str, fate: _Fate, ritual: Ritual, planning: Planning) -> Occurrence:
    held = why_paused(planning.pauses, ritual.id, person, slot.due_utc)
    if fate.state is OccurrenceState.PLANNED and held:
        fate = _Fate(state=OccurrenceState.SKIPPED, reason=held)
    return Occurrence(
        ritual=ritual.id,
        slot=slot.key,
        person=person,
        part=slot.part,
        due_utc=slot.due_utc.astimezone(UTC),
        slot_local=slot.local,
        zone=slot.zone,
        state=fate.state,
        reason=fate.reason,
        detail=SENTENCES.get(fate.reason, ""),
        note=slot.note,
        late=fate.late,
        closed_utc=None if fate.state is OccurrenceState.PLANNED else planning.now,
        household=planning.household.id,
    )


def slots_of_day(stream: Stream, ritual: Ritual, household: Household, secret: bytes, day: str) -> list[Slot]:
    """Every slot of the stream's rule whose civil slot lies on the ISO date `day`."""
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(stream.zone)).astimezone(UTC) - timedelta(hours=3)
    near = slots_between(stream, ritual, household, secret, start, start + timedelta(hours=60))
    return [slot for slot in near if slot.key.startswith(day)]


def slots_between(
    stream: Stream, ritual: Ritual, household: Household, secret: bytes, after_utc: datetime, until_utc: datetime
) -> list[Slot]:
    """Every slot of the stream's rule that is due in (after, until]."""
    rules = policy(ritual, members(ritual, stream.key, household), household, secret, stream.done)
    found = slots(parse(stream.when), ZoneInfo(stream.zone), after_utc, policy=rules)
    return list(takewhile(lambda slot: slot.due_utc <= until_utc, found))
