"""Looking back: what one person did, what helped and what they left out, from their own replies alone. Pure.

It compares nobody with anybody, and counts nothing that could break.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ritualsd.core.jar import Kept, jar
from ritualsd.core.notices import MARK
from ritualsd.core.replies import not_undone, standing
from ritualsd.core.thread import by_occurrence, rating
from ritualsd.model import ActionKind, Reply

GOOD = 4.0
"""From this on, the middle of some ratings says that something helped."""

ENOUGH = 2
"""So few ratings say nothing yet."""

ROUND = (10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
"""A tally is told when it passes one of these, and not otherwise."""

TREND = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One rating."""

    at_utc: datetime
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One ritual over some time, as its person met it: when it came, and what they said to it."""

    ritual: str
    told: tuple[datetime, ...] = ()
    done: int = 0
    skipped: int = 0
    favourites: int = 0
    ratings: tuple[Point, ...] = ()

    @property
    def helped(self) -> bool:
        """By their own ratings, or since they liked what came."""
        middle = sum(point.value for point in self.ratings) / len(self.ratings) if self.ratings else 0.0
        return bool(self.favourites) or (len(self.ratings) >= ENOUGH and middle >= GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A look back from `since_utc` to `until_utc`. `trends` hold the ratings of a whole year by ritual; `tally` is how
    many answers there were in all, in the rare months in which that became a round number."""

    person: str
    since_utc: datetime
    until_utc: datetime
    looks: tuple[Look, ...] = ()
    trends: Mapping[str, tuple[Point, ...]]
    jar: tuple[Kept, ...] = ()
    tally: int | None = None

    @property
    def done(self) -> tuple[Look, ...]:
        return tuple(look for look in self.looks if look.done)

    @property
    def helped(self) -> tuple[Look, ...]:
        return tuple(look for look in self.looks if look.helped)

    @property
    def skipped(self) -> tuple[Look, ...]:
        return tuple(look for look in self.looks if look.skipped)

    def __bool__(self) -> bool:
        return bool(self.done or self.helped or self.skipped or self.jar or self.trends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """That a ritual's message reached its person."""

    ritual: str
    at_utc: datetime


def review(
    person: str,
    told: Sequence[Told],
    replies: Sequence[Reply],
    celebrating: Collection[str],
    since_utc: datetime,
    until_utc: datetime,
) -> Review:
    """What `person` may look back at. `told` and `replies` are all of theirs, oldest first."""
    lately = looks(told, replies, until_utc - TREND, until_utc)
    return Review(
        person=person, since_utc=since_utc, until_utc=until_utc, looks=looks(told, replies, since_utc, until_utc),
        trends={look.ritual: look.ratings for look in lately if len(look.ratings) >= ENOUGH},
        jar=tuple(each for each in jar(replies, celebrating) if since_utc <= each.at_utc < until_utc),
        tally=_tally(replies, since_utc, until_utc),
    )  # fmt: skip


def looks(told: Iterable[Told], replies: Sequence[Reply], since_utc: datetime, until_utc: datetime) -> tuple[Look, ...]:
    """A look at each ritual of that time, by its id; replies count by when they came."""
    given = [each for each in by_occurrence(replies).values() if since_utc <= each[0].received_utc < until_utc]
    came: dict[str, list[datetime]] = {}
    for each in told:
        if since_utc <= each.at_utc < until_utc:
            came.setdefault(each.ritual, []).append(each.at_utc)
    names = {*came, *(replies[0].ritual for replies in given)}
    return tuple(
        _look(name, came.get(name, []), [each for each in given if each[0].ritual == name])
        for name in sorted(names)
        if not name.startswith(MARK)
    )


def _look(ritual: str, told: Sequence[datetime], given: Sequence[Sequence[Reply]]) -> Look:
    stands = [reply for replies in given if (reply := standing(replies)) is not None]
    favourites = [reply for replies in given for reply in not_undone(replies) if reply.action is ActionKind.FAVOURITE]
    ratings = [Point(at_utc=each.received_utc, value=value) for each in stands if (value := rating(each)) is not None]
    return Look(
        ritual=ritual, told=tuple(told), done=sum(each.action.answers for each in stands),
        skipped=sum(each.action is ActionKind.SKIP for each in stands), favourites=len(favourites),
        ratings=tuple(sorted(ratings, key=lambda point: point.at_utc)),
    )  # fmt: skip


def _tally(replies: Sequence[Reply], since_utc: datetime, until_utc: datetime) -> int | None:
    stands = (standing(given) for given in by_occurrence(replies).values())
    at = [each.received_utc for each in stands if each is not None and each.action.answers]
    before, now = sum(each < since_utc for each in at), sum(each < until_utc for each in at)
    return max((mark for mark in ROUND if before < mark <= now), default=None)


def month_before(day: date) -> tuple[date, date]:
    """The first day of the month before that of `day`, and the first after it."""
    end = day.replace(day=1)
    return (end - timedelta(days=1)).replace(day=1), end
