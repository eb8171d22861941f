"""Rituals that will never happen, or not as often as it seems: no day in the next twenty years, or no moment on it at
which everybody is awake. Sends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from ritualsd.core.rules import AfterDone, EveryDays, Phrase, Rule, SunTime, Union, Weekly
from ritualsd.core.when import parse
from ritualsd.model import Household, Problem, Ritual

LOOKED_AT = 60  # times of a ritual that is the same instant for everyone: two months of a daily one


def forecast(household: Household, now: datetime) -> tuple[Problem, ...]:
    """A warning for each ritual without a single time ahead of `now`, and for each that is to be the same instant for
    everyone and has days without one.

    Rules that wait for the sun, or for the last time it was done, are left out.
    """
    return tuple(problem for ritual in household.rituals.values() for problem in _of_one(ritual, household, now))


def _of_one(ritual: Ritual, household: Household, now: datetime) -> Iterator[Problem]:
    if not ritual.enabled or not ritual.to:
        return
    if _is_silent(ritual, household, now):
        message = "this never happens again: nothing in the next twenty years matches it"
        yield _warning(ritual, "when", message, f'see what it means with `ritualsd explain "{ritual.when}"`')
    elif ritual.together and not ritual.turns and (left_out := _without_a_moment(ritual, household, now)):
        message = f"{left_out} of its next {LOOKED_AT} times are left out: somebody has quiet hours at every moment"
        yield _warning(ritual, "together", message, "choose a wider window, or other quiet hours")


def _warning(ritual: Ritual, key: str, message: str, hint: str) -> Problem:
    return Problem(
        severity="warning", file=ritual.source_file, line=ritual.source_line, key=f"rituals.{ritual.id}.{key}",
        message=message, hint=hint,
    )  # fmt: skip


def _without_a_moment(ritual: Ritual, household: Household, now: datetime) -> int:
    """How many of the next times of a ritual that is the same instant for everyone have none that suits them all."""
    if any(isinstance(each, AfterDone) for each in _singles(parse(ritual.when))):
        return 0
    from ritualsd.core.recur import slots
    from ritualsd.core.streams import policy, zone_for
    from ritualsd.core.zones import zone

    rules = policy(ritual, ritual.to, household, b"")
    ahead = slots(parse(ritual.when), zone(zone_for(ritual, ritual.to[0], household)), now, policy=rules)
    return sum(slot.skipped == "quiet" for slot in islice(ahead, LOOKED_AT))


def _is_silent(ritual: Ritual, household: Household, now: datetime) -> bool:
    rule = parse(ritual.when)
    if any(_waits(each) or _goes_on(each) for each in _singles(rule)):
        return False
    from ritualsd.core.policy import Policy  # most rules plainly go on, and then none of this need be loaded
    from ritualsd.core.recur import next_slot
    from ritualsd.core.zones import zone

    home = zone(ritual.zone or household.people[ritual.to[0]].zone)
    policy = Policy(gap=ritual.gap, leap=ritual.leap, short_month=ritual.short_month, ritual=ritual.id)
    return next_slot(rule, home, now, policy=policy) is None


def _singles(rule: Rule) -> tuple[Rule, ...]:
    return rule.rules if isinstance(rule, Union) else (rule,)


def _waits(rule: Rule) -> bool:
    return isinstance(rule, AfterDone) or (isinstance(rule, Phrase) and isinstance(rule.times, SunTime))


def _goes_on(rule: Rule) -> bool:
    """Whether a rule comes round for ever, as anyone can see without a calendar."""
    if not isinstance(rule, Phrase) or rule.until is not None or rule.count is not None:
        return False
    return isinstance(rule.days, EveryDays | Weekly)
