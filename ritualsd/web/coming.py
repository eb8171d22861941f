"""What is coming for one person, as far as they may know: the same for their page and their calendar. Only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from ritualsd.core.upcoming import Settled, Upcoming, settled_since, upcoming
from ritualsd.core.visibility import Visible, visible_to
from ritualsd.model import Done, Ritual, Settings, Slot
from ritualsd.ports import Store


def coming(
    store: Store, settings: Settings, person: str, begin: datetime, until: datetime, now: datetime
) -> Iterator[Visible[Upcoming]]:
    """Slots of this person that are not left out, earliest first. Nobody else's pause or season is looked at, so none
    can show."""
    household = settings.household
    mine = {ritual.id: ritual for ritual in household.rituals.values() if person in ritual.to}
    seasons = tuple(seen.thing for seen in visible_to(person, household.seasons, household, now))
    ahead = upcoming(
        replace(settings, household=replace(household, rituals=mine, seasons=seasons)),
        begin,
        until=until,
        secret=store.installation().secret,
        counts=_turns(store, mine),
        pauses=[seen.thing for seen in visible_to(person, store.pauses({"", person}), household, now)],
        done=_done(store, mine),
        settled=_settled(store, mine, settled_since(begin)),
    )
    return visible_to(person, (item for item in ahead if not item.reason), household, now)


def _turns(store: Store, rituals: Mapping[str, Ritual]) -> dict[tuple[str, str], int]:
    return {
        (ritual.id, person): count
        for ritual in rituals.values()
        if ritual.turns
        for person, count in store.counts_by_person(ritual.id).items()
    }


def _settled(store: Store, rituals: Mapping[str, Ritual], day: str) -> list[Settled]:
    """Turns on record: those whose words are made, and those that were announced."""
    return [
        Settled(
            ritual=each.ritual, person=each.person,
            slot=Slot(local=each.slot_local, zone=each.zone, due_utc=each.due_utc, key=each.slot, part=each.part),
        )
        for ritual in rituals.values()
        if ritual.turns
        for each in store.slots_from(ritual.id, day)
    ]  # fmt: skip


def _done(store: Store, rituals: Collection[str]) -> dict[str, Done]:
    """What rituals that count from done count from. All streams of one have the same."""
    return {stream.ritual: stream.done for stream in store.streams(rituals).values()}
