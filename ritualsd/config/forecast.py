"""Rituals that will never happen: a rule that names no day in the next twenty years. Sends nothing."""

from __future__ import annotations

from datetime import datetime

from ritualsd.core.recur import Policy, next_slot
from ritualsd.core.rules import AfterDone, Rule, SunTime, Union
from ritualsd.core.when import parse
from ritualsd.core.zones import zone
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
    if not ritual.enabled or not ritual.to or any(_waits(each) for each in singles(rule)):
        return False
    home = zone(ritual.zone or household.people[ritual.to[0]].zone)
    policy = Policy(gap=ritual.gap, leap=ritual.leap, short_month=ritual.short_month, ritual=ritual.id)
    return next_slot(rule, home, now, policy=policy) is None


def singles(rule: Rule) -> tuple[Rule, ...]:
    """The rules a union is made of, or the one rule."""
    return rule.rules if isinstance(rule, Union) else (rule,)


def _waits(rule: Rule) -> bool:
    return isinstance(rule, AfterDone) or isinstance(getattr(rule, "times", None), SunTime)
