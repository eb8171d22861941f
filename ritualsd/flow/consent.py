"""Consent: what everyone who is given a prompt at one slot allows of it, taken together. Reads the ledger, decides
nothing of its own, and keeps nobody's part apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from zoneinfo import ZoneInfo

from ritualsd.core.compose import around, values
from ritualsd.core.fit import TOUCH, Limits, agreed, times_of
from ritualsd.core.ladder import DEEPEST_DRAWN, EASES_FOR, HARD, START, climbed, depth_for
from ritualsd.core.tastes import weighed
from ritualsd.model import Ask, Household, Occurrence, Person, Prompt, Ritual
from ritualsd.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one draw: how deep, which prompts not and which rather, which holes can be filled for everyone, and
    the times of day and week that are true for everyone."""

    depth: int
    limits: Limits
    weights: Mapping[str, float]
    placeholders: frozenset[str]
    times: frozenset[str]

    def allow(self, prompt: Prompt, ask: Ask) -> bool:
        """Whether a prompt that was drawn for another at this slot may be given now."""
        return prompt.id not in self.limits.never and agreed(prompt, ask, self.placeholders, self.limits)

    def without(self, prompt_id: str) -> Terms:
        """The same, with one more prompt that must not come; "" for none."""
        return replace(self, limits=replace(self.limits, never=self.limits.never | {prompt_id})) if prompt_id else self


def asked(ritual: Ritual, occurrence: Occurrence) -> tuple[str, ...]:
    """Everyone who is given a prompt at the slot of this occurrence: in turns one person, else all it goes to."""
    return (occurrence.person,) if ritual.turns else ritual.to


def terms_for(world: World, household: Household, ritual: Ritual, occurrence: Occurrence) -> Terms:
    """The terms for all who are asked at this slot. `household` as it is lived."""
    people, at = asked(ritual, occurrence), occurrence.due_utc
    weighing = weighed(world.store.personal.tastes(), people, at)
    concerned = {occurrence.person, *around(ritual, occurrence.person, household)}
    return Terms(
        depth=open_depth(world, ritual, [household.people[each] for each in people], at),
        limits=Limits(
            never=weighing.never, touch=all(TOUCH in (household.people[each].touch or ()) for each in concerned)
        ),
        weights=weighing.weights,
        placeholders=_filled_for_all(world, household, ritual, occurrence, people),
        times=_times(ritual, [household.people[each] for each in (*people, occurrence.person)], occurrence),
    )


def open_depth(world: World, ritual: Ritual, people: Iterable[Person], at: datetime) -> int:
    """How deep a ritual may go for these people at this moment."""
    deepest = min(ritual.depth, DEEPEST_DRAWN)
    hard = HARD.intersection(world.store.personal.ratings(ritual.id, at - EASES_FOR))
    return depth_for(ritual.depth, [_open_to(world, each, deepest) for each in people], eased=bool(hard))


def _open_to(world: World, person: Person, deepest: int) -> int:
    """The depth open to one person; their answers are counted only where they could matter."""
    may_climb = min(person.level, deepest) > START
    return climbed(person.level, world.store.personal.answered(person.id) if may_climb else {})


def _filled_for_all(
    world: World, household: Household, ritual: Ritual, occurrence: Occurrence, people: Iterable[str]
) -> frozenset[str]:
    """The placeholders that have a value for everyone asked, since all of them are given the same prompt."""
    phrases = world.content.phrases(household.people[occurrence.person].language)
    each = [values(ritual, replace(occurrence, person=person), household, phrases) for person in people]
    return frozenset(reduce(lambda some, more: some & more.keys(), each, frozenset(each[0])))


def _times(ritual: Ritual, people: Iterable[Person], occurrence: Occurrence) -> frozenset[str]:
    """The times of day and week it is for everyone; only a ritual at one instant meets people at different ones."""
    if ritual.turns or not (ritual.zone or ritual.together):
        return times_of(occurrence.due_utc.astimezone(ZoneInfo(occurrence.zone)))
    return frozenset.intersection(*(times_of(occurrence.due_utc.astimezone(ZoneInfo(each.zone))) for each in people))


def heed(world: World, household: Household, now: datetime) -> None:
    """Let it count at once where somebody stepped back while words were being made. `household` as it was lived then.

    Asked after the words are stored: whoever says it later than that finds them there, and takes them back as they do.
    """
    own = world.store.personal.own()
    for person in household.people.values():
        said = own.get(person.id, {})
        if (said.get("level") or str(START)) < str(person.level):
            world.store.personal.set_own(person.id, "level", said.get("level", ""), now)
        if TOUCH in (person.touch or ()) and said.get("touch") != "yes":
            world.store.personal.set_own(person.id, "touch", said.get("touch", ""), now)
