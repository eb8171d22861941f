"""Streams: in which zones a ritual ticks, for whom, and what about it a changed schedule must notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256

from ritualsd.core.busy import Busy, of_all, to_numbers
from ritualsd.core.calendars import Days
from ritualsd.core.policy import PLAIN, Policy
from ritualsd.core.turns import next_turn
from ritualsd.model import NEVER, Done, Household, Ritual

TURNS = "turns"
TOGETHER = "together"


def zone_for(ritual: Ritual, person: str, household: Household) -> str:
    """The zone whose wall clock counts for this person: the one fixed for all, else their own."""
    return _fixed_zone(ritual, household) or household.people[person].zone


def _fixed_zone(ritual: Ritual, household: Household) -> str | None:
    """The one zone of a ritual that is the same instant for everyone."""
    return ritual.zone or (household.zone if _is_together(ritual) else None)


def _is_together(ritual: Ritual) -> bool:
    """Whether everyone's quiet hours count at once; one who receives it alone, in turns, has only their own."""
    return ritual.together and not ritual.turns


def key_for(ritual: Ritual, person: str, household: Household) -> str:
    """The key of the stream that a person's slots of a ritual come from."""
    if ritual.turns:
        return TURNS
    return TOGETHER if ritual.together else zone_for(ritual, person, household)


def keys(ritual: Ritual, household: Household) -> tuple[str, ...]:
    """The stream keys of a ritual: one per zone of its people, or a single one where they take turns or are asked at
    one instant."""
    if not ritual.enabled:
        return ()
    return tuple(dict.fromkeys(key_for(ritual, person, household) for person in ritual.to))


def members(ritual: Ritual, key: str, household: Household) -> tuple[str, ...]:
    """The people a stream is for, in the order of the configuration."""
    return tuple(person for person in ritual.to if key_for(ritual, person, household) == key)


def stream_zone(ritual: Ritual, key: str, household: Household, counts: Mapping[str, int], secret: bytes) -> str:
    """The zone a stream ticks in now; where people take turns, that of whoever is next."""
    if key != TURNS:
        return zone_for(ritual, ritual.to[0], household) if key == TOGETHER else key
    return zone_for(ritual, next_turn(ritual.to, counts, secret=secret, ritual=ritual.id), household)


def policy(ritual: Ritual, people: tuple[str, ...], household: Household, secret: bytes, done: Done = NEVER) -> Policy:
    """Everything beyond the phrase that decides a ritual's slots, for the people of one stream."""
    home, together = _fixed_zone(ritual, household), _is_together(ritual)
    resting = [(each.quiet, each.zone) for each in map(household.people.__getitem__, people) if each.quiet is not None]
    elsewhere = [(quiet, zone) for quiet, zone in resting if together or (home is not None and zone != home)]
    own = [quiet for quiet, zone in resting if (quiet, zone) not in elsewhere]
    return Policy(
        gap=ritual.gap,
        leap=ritual.leap,
        short_month=ritual.short_month,
        earliest=ritual.earliest,
        latest=ritual.latest,
        secret=secret,
        ritual=ritual.id,
        quiet=tuple(dict.fromkeys(own)),
        busy=tuple(dict.fromkeys(elsewhere)),
        engaged=of_all(_calendars(people, household)) if together else (),
        together=together,
        min_gap=_gap(people, household),
        skip=tuple(span for name in ritual.skip for span in household.calendars.get(name, ())),
        on_skip=ritual.on_skip,
        remind=ritual.remind,
        sun=household.sun,
        done_utc=done.last_utc,
        since_utc=done.since_utc,
        after_utc=done.after_utc,
    )


def _calendars(people: tuple[str, ...], household: Household) -> tuple[Busy, ...]:
    return tuple(household.people[person].busy for person in people)


def _gap(people: tuple[str, ...], household: Household) -> timedelta:
    """The longest `min_gap` of these people; what the calendar keeps between drawn moments anyway where none is set."""
    gaps = [gap for person in people if (gap := household.people[person].min_gap) is not None]
    return max(gaps, default=PLAIN.min_gap)


def rule_hash(ritual: Ritual, key: str, household: Household) -> str:
    """Changes exactly when something changes that decides slots or recipients; the words are not among it."""
    people = members(ritual, key, household)
    parts = [
        ritual.when, key, str(people), str(ritual.zone), ritual.gap, ritual.leap, ritual.short_month,
        str(ritual.earliest), str(ritual.latest), str(ritual.remind), str(ritual.skip), ritual.on_skip,
        str([_in_words(household.calendars.get(name)) for name in ritual.skip]),
        str([(household.people[person].quiet, household.people[person].zone) for person in people]),
        str(_gap(people, household)),
        str(household.place), str(ritual.together),
        str([zone_for(ritual, person, household) for person in people]),
        *(_busy_in_words(_calendars(people, household)) if _is_together(ritual) else ()),
    ]  # fmt: skip
    return sha256("\x1f".join(parts).encode()).hexdigest()[:32]


@lru_cache(maxsize=64)
def _busy_in_words(calendars: tuple[Busy, ...]) -> tuple[str, ...]:
    """The times that are taken as text, none where nobody has such a calendar."""
    return (str(to_numbers(of_all(calendars))),) if any(calendars) else ()


@lru_cache(maxsize=256)
def _in_words(days: Days | None) -> str:
    """The days of a calendar as text; many rituals share one."""
    return str(days)
