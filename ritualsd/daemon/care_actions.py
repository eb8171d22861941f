"""Actions for the harder times: a season of life, and a repair. The same shape as those of `daemon.actions`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ritualsd.core.quiet import quiet_until
from ritualsd.core.seasons import ORDINARY
from ritualsd.core.zones import zone
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.flow.repair import repair as ask_for_repair
from ritualsd.flow.season import begin, end
from ritualsd.model import Person, Settings
from ritualsd.ports import World


def season(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Begin the season `name` for `person` ("" for everyone) until `until_utc` (ISO), or end theirs ("ordinary"):
    `ended` is false where there was none."""
    name, person, now = str(fields.get("name") or ""), str(fields.get("person") or ""), world.clock.now()
    if person:
        _person(settings, person)
    if name == ORDINARY:
        return {"ended": end(world, person, now)}
    until = str(fields.get("until_utc") or "")
    begin(world, settings, name, person, datetime.fromisoformat(until) if until else None, now)
    return {}


def repair(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Make room for `person` to mend something; `quiet_until_utc` is when their quiet hours end, if they are on."""
    who, now = _asker(settings, str(fields.get("person") or "")), world.clock.now()
    pause_s = fields.get("cool_off_s")
    names = ask_for_repair(
        world, settings, who.id, str(fields.get("wanted") or ""), now,
        cool_off=None if pause_s is None else timedelta(seconds=int(pause_s)), follow_up=bool(fields.get("follow_up")),
    )  # fmt: skip
    quiet = quiet_until(who.quiet, zone(who.zone), now)
    return {"person": who.id, "occurrences": names, "quiet_until_utc": quiet and quiet.isoformat(), "zone": who.zone}


def _asker(settings: Settings, person: str) -> Person:
    """Whoever asks; a household of one needs no name."""
    people = settings.household.people
    if not person and len(people) == 1:
        person = next(iter(people))
    if not person:
        raise RitualsdError("nobody was named as the one who asks", todo="say who: --as PERSON")
    return _person(settings, person)


def _person(settings: Settings, person: str) -> Person:
    people = settings.household.people
    if person not in people:
        raise NotFound(f"there is no person called {person!r}", todo=f"known are: {', '.join(sorted(people))}")
    return people[person]
