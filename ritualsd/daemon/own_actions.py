"""Actions by which people say something of themselves: how deep, what touch, which facts. The same shape as those of
`daemon.actions`; the answers go to nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ritualsd.core.ladder import START
from ritualsd.core.leaving import in_words
from ritualsd.core.lived import ANSWERS_TO_TOUCH, LEVELS
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.flow.facts import forget_fact, tell_fact
from ritualsd.flow.leaving import come_back, leave_alone
from ritualsd.model import DEFAULT_CIRCLE, Household, Settings
from ritualsd.ports import World

NOBODY = "nobody"


def ready(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Keep how deep `person` is ready to go (`level`, "" for as before), and whether `touch` is welcome."""
    person, now = whose(settings, fields), world.clock.now()
    for key, allowed in (("level", LEVELS), ("touch", ANSWERS_TO_TOUCH)):
        said = str(fields.get(key) or "")
        if said and said not in allowed:
            raise RitualsdError(f"{key} is none of those there are", todo=f"say one of: {', '.join(allowed)}")
        if said:
            world.store.personal.set_own(person, key, said, now)
    own = world.store.personal.own({person}).get(person, {})
    return {"person": person, "level": int(own.get("level", START)), "touch": own.get("touch") or None}


def leave(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """`person` leaves, or with `undo` comes back; `done` is false where there was nothing to come back from."""
    person, now, undo = whose(settings, fields), world.clock.now(), bool(fields.get("undo"))
    done = True
    if undo:
        done = come_back(world.store, person, now)
    else:
        leave_alone(world.store, person, now)
    phrases = world.content.phrases(settings.household.people[person].language)
    return {"person": person, "done": done, "said": in_words("start" if undo else "leave", person, phrases)}


def looking_back(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Keep whether `person` wants the monthly note (`review`) and something from their jar now and then (`echo`)."""
    person, now = whose(settings, fields), world.clock.now()
    for key in ("review", "echo"):
        said = str(fields.get(key) or "")
        if said in ("yes", "no"):
            world.store.personal.set_own(person, key, "" if said == "yes" else said, now)
    return {"person": person}


def tell(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the fact `key` of `person`, for the prompts of `to` (names, circles, "everyone", "nobody"; "" as before)."""
    person, to = whose(settings, fields), str(fields.get("to") or "")
    audience = audience_of(to, settings.household) if to else None
    key, text = str(fields.get("key")), str(fields.get("value"))
    fact = tell_fact(world, settings, person, key, text, audience, world.clock.now())
    return {"person": person, "key": fact.key, "to": sorted(fact.audience)}


def forget(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Take the fact `key` of `person` back; `forgotten` is false where there was none."""
    person, key = whose(settings, fields), str(fields.get("key"))
    return {"person": person, "key": key, "forgotten": forget_fact(world, person, key)}


def whose(settings: Settings, fields: Mapping[str, Any]) -> str:
    """The person who says it of themselves. Raises NotFound, RitualsdError where nobody is named."""
    person, people = str(fields.get("person") or ""), settings.household.people
    if not person:
        raise RitualsdError("nobody was named as the one who says it", todo="say who: --as PERSON")
    if person not in people:
        raise _unknown(person, people)
    return person


def audience_of(text: str, household: Household) -> frozenset[str]:
    """The people that names separated by commas stand for. Raises NotFound with the nearest one."""
    found: set[str] = set()
    for name in (name.strip() for name in text.split(",")):
        if name in household.circles or name == DEFAULT_CIRCLE:
            found |= set(household.circles.get(name, household.people))
        elif name in household.people:
            found.add(name)
        elif name != NOBODY:
            raise _unknown(name, {*household.people, *household.circles, DEFAULT_CIRCLE, NOBODY})
    return frozenset(found)


def _unknown(name: str, known: Any) -> NotFound:
    close = get_close_matches(name, known, n=1)
    todo = f"did you mean {close[0]!r}" if close else f"known are: {', '.join(sorted(known))}"
    return NotFound(f"nobody is called {name!r}", todo=todo)
