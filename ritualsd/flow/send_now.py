"""Send now: a ritual by hand, outside its schedule, through the same path as every other occurrence."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from ritualsd.core.streams import zone_for
from ritualsd.core.turns import next_turn
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.model import Household, Occurrence, Ritual, Settings
from ritualsd.ports import World

BY_HAND = "by-hand"


def send_now(world: World, settings: Settings, ritual_id: str, person: str | None, now: datetime) -> list[str]:
    """Record one occurrence per recipient, due now; the next beat words it. Returns their names.

    Quiet hours and pauses hold as always. Raises NotFound, or RitualsdError when it was sent this very minute.
    """
    household = settings.household
    ritual = household.rituals.get(ritual_id)
    if ritual is None:
        raise NotFound(f"no ritual is called {ritual_id!r}", todo="see `ritualsd next` for those there are")
    rows = [_row(ritual, who, household, now) for who in _recipients(world, ritual, person)]
    if not world.store.record(rows):
        raise RitualsdError(f"{ritual_id} was sent by hand this very minute", todo="wait a minute to send it again")
    return [row.name for row in rows]


def _recipients(world: World, ritual: Ritual, person: str | None) -> tuple[str, ...]:
    if person is not None:
        if person not in ritual.to:
            raise NotFound(f"{ritual.id} does not go to {person!r}", todo=f"it goes to {', '.join(ritual.to)}")
        return (person,)
    if not ritual.turns:
        return ritual.to
    counts = world.store.counts_by_person(ritual.id)
    return (next_turn(ritual.to, counts, secret=world.store.installation().secret, ritual=ritual.id),)


def _row(ritual: Ritual, person: str, household: Household, now: datetime) -> Occurrence:
    zone = zone_for(ritual, person, household)
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    return Occurrence(
        ritual=ritual.id, slot=local.isoformat(timespec="minutes"), person=person, part=BY_HAND, due_utc=now,
        slot_local=local, zone=zone, household=household.id,
    )  # fmt: skip
