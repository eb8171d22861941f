"""Rituals that will never happen: a rule that names no day in the next twenty years. Sends nothing."""

from __future__ import annotations

from datetime import datetime

from ritualsd.core.rules import AfterDone, EveryDays, Phrase, Rule, SunTime, Union, Weekly
from ritualsd.core.when import parse
from ritualsd.model import Household, Problem, Ritual


def forecast(household: Household, now: datetime) -> tuple[Problem, ...]:
    """A warning for each ritual without a single time ahead of `now`.

    Rules that wait for the sun, or for the last time it was done, are left out.
    """
    silent = (ritual for ritual in household.rituals.values() if _is_silent(ritual, household, now))
    return tuple(
        Problem(
            severity="warning",
            file=ritual.source_file,
            line=ritual.source_line,
            key=f"rituals.{ritual.id}.when",
            message="this never happens again: nothing in the next twenty years matches it",
            hint=f'see what it means with `ritualsd explain "{ritual.when}"`',
        )
        for ritual in silent
    )


def _is_silent(ritual: Ritual, household: Household, now: datetime) -> bool:
    rule = parse(ritual.when)
    if not ritual.enabled or any(_waits(each) or _goes_on(each) for each in _singles(rule)):
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
