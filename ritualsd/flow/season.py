"""Season: begin a season of life, or end it. Tells nobody of it, but for what each is owed when ways part."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ritualsd.core.notices import PARTING, of_ours
from ritualsd.core.seasons import MOODS, SEPARATED, holding
from ritualsd.errors import RitualsdError
from ritualsd.model import LifeSeason, Settings
from ritualsd.ports import World


def begin(world: World, settings: Settings, name: str, person: str, until_utc: datetime | None, now: datetime) -> None:
    """Begin the season of that name for `person` alone, or ("") for everyone, in place of the one before.

    Raises RitualsdError for a name that is no season, and for an end that has passed.
    """
    if name not in MOODS:
        raise RitualsdError(f"no season is called {name!r}", todo=f"the seasons are: {', '.join(MOODS)}")
    if until_utc is not None and until_utc <= now:
        raise RitualsdError("that moment has passed already", todo="name a later one")
    world.store.personal.set_season(LifeSeason(name=name, person=person, since_utc=now, until_utc=until_utc))
    if name == SEPARATED:
        world.store.record([
            of_ours(settings.household, PARTING, each, now.date().isoformat(), now)
            for each in ([person] if person else settings.household.people)
        ])  # fmt: skip


def end(world: World, person: str, now: datetime) -> bool:
    """Let the season of `person`, or ("") of everyone, be over; False where there was none. Its name stays on record:
    after days apart home is home again."""
    on = [season for season in holding(world.store.personal.seasons(), person, now) if season.person == person]
    for season in on:
        world.store.personal.set_season(replace(season, until_utc=now))
    return bool(on)
