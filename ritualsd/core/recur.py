"""Slots: a rule in a zone, as instants. Jumps to the next one by arithmetic; decides nothing about people or messages.

Slots come in order of their instant. Those that happen are strictly increasing; one that must not happen says so in
`skipped` (a code of `core.reasons`) and may share its instant with its neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache, partial
from heapq import merge
from operator import attrgetter
from zoneinfo import ZoneInfo

from ritualsd.core.dates import SEARCH_YEARS
from ritualsd.core.jump import jump
from ritualsd.core.moments import after_done_moments, per_day, phrase_moments
from ritualsd.core.moves import moved
from ritualsd.core.policy import PLAIN, Policy
from ritualsd.core.rules import AfterDone, Chance, Cron, Moment, Phrase, RRule, Rule, Single, SunTime, Union
from ritualsd.core.together import put_off
from ritualsd.core.zones import resolve
from ritualsd.model import Slot

__all__ = ["PLAIN", "Policy", "needs_done", "needs_sun", "next_due", "next_slot", "resolve", "slots", "times_per_day"]

_TICK = timedelta(microseconds=1)
_SEARCH = timedelta(days=366 * SEARCH_YEARS)


def slots(
    rule: Rule, zone: ZoneInfo, after: datetime, *, policy: Policy = PLAIN, inclusive: bool = False
) -> Iterator[Slot]:
    """The slots of a rule with `due_utc` after `after` (or at it, when inclusive), in order; ends with the rule.

    Raises WhenError for a rule on the sun when the policy brings no sun.
    """
    after = after.astimezone(UTC) - _TICK if inclusive else after.astimezone(UTC)
    if not isinstance(rule, Union):
        return _once(_single(rule, zone, after, policy, by_date=_keyed_by_date(rule)))
    streams = [_single(each, zone, after, policy, by_date=False) for each in rule.rules]
    return _once(merge(*streams, key=attrgetter("due_utc")))


def next_slot(
    rule: Rule, zone: ZoneInfo, after: datetime, *, policy: Policy = PLAIN, inclusive: bool = False
) -> Slot | None:
    """The next slot that happens; None when there is none within SEARCH_YEARS."""
    if type(rule) is Phrase:
        landing = jump(rule, zone, after - _TICK if inclusive else after, policy)
        if landing is not None:
            local, day, due_utc = landing
            key = day.isoformat() if per_day(rule) == 1 else _stamp(local)
            return Slot(local=local, zone=zone.key, due_utc=due_utc, key=key)
    for slot in slots(rule, zone, after, policy=policy, inclusive=inclusive):
        if not slot.skipped:
            return slot
        if slot.due_utc - after > _SEARCH:
            return None
    return None


def next_due(
    rule: Rule, zone: ZoneInfo, after: datetime, *, policy: Policy = PLAIN, inclusive: bool = False
) -> datetime | None:
    """The instant (UTC) of the next slot, for those who need no more of it than when to wake up."""
    if type(rule) is Phrase:
        landing = jump(rule, zone, after - _TICK if inclusive else after, policy)
        if landing is not None:
            return landing[2]
    slot = next_slot(rule, zone, after, policy=policy, inclusive=inclusive)
    return slot.due_utc if slot else None


@lru_cache(maxsize=1024)
def times_per_day(rule: Rule) -> int:
    """How many slots a rule names on one date, at most. Where it is 1, the date alone is the civil slot."""
    match rule:
        case Phrase():
            return per_day(rule)
        case AfterDone():
            return 1
        case Cron():
            from ritualsd.core import cron  # here and below: loaded for those who use it

            return cron.names_a_day(rule.expr)
        case RRule():
            from ritualsd.core import rrule

            return rrule.names_a_day(rule)
        case Union(rules=rules):
            return sum(map(times_per_day, rules))


def needs_sun(rule: Rule) -> bool:
    """Whether the slots of a rule can only be told with a `Policy.sun`."""
    return any(isinstance(each, Phrase) and isinstance(each.times, SunTime) for each in _singles(rule))


def needs_done(rule: Rule) -> bool:
    """Whether the slots of a rule depend on `Policy.done_utc`."""
    return any(isinstance(each, AfterDone) for each in _singles(rule))


def _singles(rule: Rule) -> tuple[Single, ...]:
    return rule.rules if isinstance(rule, Union) else (rule,)


def _keyed_by_date(rule: Single) -> bool:
    """Draws are told apart by their number, other slots of one day by their time."""
    return (isinstance(rule, Phrase) and isinstance(rule.times, Chance)) or times_per_day(rule) == 1


def _single(rule: Single, zone: ZoneInfo, after: datetime, policy: Policy, *, by_date: bool) -> Iterator[Slot]:
    local = after.astimezone(zone).replace(tzinfo=None, fold=0)
    if policy.together:
        local = datetime.combine(local.date(), time())  # what was put off was named earlier that day
    source = partial(_moments, rule, zone=zone, policy=policy)
    for moment in moved(source, local, policy):
        slot = _slot(moment, zone, policy, by_date=by_date)
        slot = put_off(slot, zone, policy) if slot is not None and policy.together else slot
        if slot is not None and slot.due_utc > after:
            yield slot


def _moments(rule: Single, start: datetime, *, zone: ZoneInfo, policy: Policy) -> Iterator[Moment]:
    match rule:
        case Phrase():
            return phrase_moments(rule, start, zone, policy)
        case AfterDone():
            return after_done_moments(rule, zone, policy)
        case Cron():
            from ritualsd.core import cron

            return cron.cron_moments(rule, start, zone)
        case RRule():
            from ritualsd.core import rrule

            return rrule.rrule_moments(rule, start, zone)


def _slot(moment: Moment, zone: ZoneInfo, policy: Policy, *, by_date: bool) -> Slot | None:
    """The slot a moment becomes in a zone; None when its date never was there."""
    local, due_utc, note, skipped = moment.local, moment.due_utc, moment.note, moment.skipped
    if due_utc is None:
        due_utc, clock_note = resolve(local, zone)
        if due_utc is None:
            return None
        if clock_note:
            note = f"{note}; {clock_note}" if note else clock_note
            if policy.gap == "skip" and due_utc.astimezone(zone).replace(tzinfo=None) != local:
                skipped = skipped or "gap"
    key = moment.day.isoformat() if by_date else _stamp(moment.named or local)
    return Slot(local=local, zone=zone.key, due_utc=due_utc, key=key, part=moment.part, note=note, skipped=skipped)


def _stamp(local: datetime) -> str:
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def _once(ordered: Iterable[Slot]) -> Iterator[Slot]:
    """The same slots, a second one at an instant marked as overlapping; one that says the same again is left out."""
    instant: datetime | None = None
    taken = False
    said: set[tuple[str, str]] = set()
    for slot in ordered:
        if slot.due_utc != instant:
            instant, taken, said = slot.due_utc, False, set()
        if (slot.key, slot.part) in said:
            continue
        said.add((slot.key, slot.part))
        if taken and not slot.skipped:
            slot = replace(slot, skipped="overlap")
        taken = taken or not slot.skipped
        yield slot
