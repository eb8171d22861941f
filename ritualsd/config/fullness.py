"""How much a schedule sends: a warning where a person's days hold more than they want, or more than anyone would.

Looks four weeks ahead, and only where the number of rituals makes it possible at all. Sends nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from ritualsd.core.rules import At, Phrase, Rule, Union, Window
from ritualsd.core.when import parse
from ritualsd.model import Household, Person, Problem, Ritual, Settings

MANY = 6  # a day, where nobody said how many
AHEAD = timedelta(days=28)


def overloads(settings: Settings, now: datetime) -> tuple[Problem, ...]:
    """A warning for each person whose next four weeks hold days with more messages than their limit (or than MANY)."""
    household = settings.household
    crowded = [person for person in household.people.values() if _may_be_crowded(person, household)]
    return tuple(problem for person in crowded for problem in _of_one(person, settings, now))


def _theirs(person: Person, household: Household) -> list[Ritual]:
    return [ritual for ritual in household.rituals.values() if ritual.enabled and person.id in ritual.to]


def _may_be_crowded(person: Person, household: Household) -> bool:
    return sum(_at_most(parse(ritual.when)) for ritual in _theirs(person, household)) > _limit(person)


def _limit(person: Person) -> int:
    return MANY if person.max_per_day is None else person.max_per_day


def _at_most(rule: Rule) -> int:
    """How many times a day a rule may come, roughly and never too low."""
    if isinstance(rule, Union):
        return sum(map(_at_most, rule.rules))
    if isinstance(rule, Phrase) and isinstance(rule.times, At | Window):
        return len(rule.times.times) if isinstance(rule.times, At) else 1
    return MANY + 1


def _of_one(person: Person, settings: Settings, now: datetime) -> Iterator[Problem]:
    days = _days(person, settings, now)
    fullest, full = max(days.values(), default=0), sum(count > _limit(person) for count in days.values())
    if not full:
        return
    where = f"{full} of the next {AHEAD.days} days" if full > 1 else "one day of the next four weeks"
    if person.max_per_day is None:
        message = f"up to {fullest} messages a day come to {person.id}, on {where}"
        hint = "that is a lot; write max_per_day, or make some of them rarer"
    else:
        message = f"{where} hold more than {person.max_per_day} messages for {person.id}, up to {fullest}"
        hint = "the least important are left out; `ritualsd simulate` shows which"
    first = _theirs(person, settings.household)[0]
    yield Problem(
        severity="warning", file=first.source_file, line=0, key=f"people.{person.id}.max_per_day", message=message,
        hint=hint,
    )  # fmt: skip


def _days(person: Person, settings: Settings, now: datetime) -> Counter[date]:
    """The messages of each local day, as far as a rule alone can tell. In turns each counts for whoever is next."""
    from zoneinfo import ZoneInfo

    from ritualsd.core.upcoming import upcoming  # loaded only for a schedule that may be crowded

    theirs = {ritual.id: ritual for ritual in _theirs(person, settings.household)}
    ours = replace(settings, household=replace(settings.household, rituals=theirs))
    ahead = upcoming(ours, now, until=now + AHEAD, secret=b"", counts={}, pauses=())
    zone = ZoneInfo(person.zone)
    return Counter(
        each.slot.due_utc.astimezone(zone).date() for each in ahead if each.person == person.id and not each.reason
    )
