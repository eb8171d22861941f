"""Streams: in which zones a ritual ticks, for whom, and what about it a changed schedule must notice."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from ritualsd.core.policy import Policy
from ritualsd.core.turns import next_turn
from ritualsd.model import Household, Ritual

TURNS = "turns"


def zone_for(ritual: Ritual, person: str, household: Household) -> str:
    """The zone whose wall clock counts for this person: the ritual's fixed one, else their own."""
    return ritual.zone or household.people[person].zone


def keys(ritual: Ritual, household: Household) -> tuple[str, ...]:
    """The stream keys of a ritual: one per zone of its people, or the single stream of a ritual that takes turns."""
    if not ritual.enabled or not ritual.to:
        return ()
    if ritual.turns:
        return (TURNS,)
    return tuple(dict.fromkeys(zone_for(ritual, person, household) for person in ritual.to))


def members(ritual: Ritual, key: str, household: Household) -> tuple[str, ...]:
    """The people a stream is for, in the order of the configuration."""
    if key == TURNS:
        return ritual.to
    return tuple(person for person in ritual.to if zone_for(ritual, person, household) == key)


def stream_zone(ritual: Ritual, key: str, household: Household, counts: Mapping[str, int], secret: bytes) -> str:
    """The zone a stream ticks in now; where people take turns, that of whoever is next."""
    if key != TURNS:
        return key
    return zone_for(ritual, next_turn(ritual.to, counts, secret=secret, ritual=ritual.id), household)


def policy(ritual: Ritual, people: tuple[str, ...], household: Household, secret: bytes) -> Policy:
    """Everything beyond the phrase that decides a ritual's slots, for the people of one stream."""
    quiet = tuple(dict.fromkeys(q for p in people if (q := household.people[p].quiet) is not None))
    return Policy(
        gap=ritual.gap,
        leap=ritual.leap,
        short_month=ritual.short_month,
        earliest=ritual.earliest,
        latest=ritual.latest,
        secret=secret,
        ritual=ritual.id,
        quiet=quiet,
        skip=tuple(span for name in ritual.skip for span in household.calendars.get(name, ())),
        on_skip=ritual.on_skip,
        remind=ritual.remind,
        sun=household.sun,
    )


def rule_hash(ritual: Ritual, key: str, household: Household) -> str:
    """Changes exactly when something changes that decides slots or recipients; the words are not among it."""
    people = members(ritual, key, household)
    parts = [
        ritual.when, key, str(people), str(ritual.zone), ritual.gap, ritual.leap, ritual.short_month,
        str(ritual.earliest), str(ritual.latest), str(ritual.remind), str(ritual.skip), ritual.on_skip,
        str([household.calendars.get(name) for name in ritual.skip]),
        str([household.people[person].quiet for person in people]), str(household.place),
        str([zone_for(ritual, person, household) for person in people]),
    ]  # fmt: skip
    return sha256("\x1f".join(parts).encode()).hexdigest()[:32]
