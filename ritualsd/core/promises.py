"""Promises: what somebody says they will do, until when, and when they are reminded of it. Pure.

Only its owner says how a promise went. Nothing here counts promises, or tells one that is over from one that is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ritualsd.core.days_said import day_said, listed, plain
from ritualsd.core.notices import PROMISE, of_ours
from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.core.replies import said
from ritualsd.core.zones import resolve
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.model import Household, Occurrence, Promise, PromiseState

LONGEST = 500  # characters
FARTHEST = timedelta(days=365)
IN_THE_MORNING = time(9, 0)
"""When a promise is spoken of: on the day before, else on the day itself, and once on the day after."""

Moment = Literal["ahead", "after"]
_DAY = timedelta(days=1)
_WRITE_A_DAY = 'write it like: "Sunday", "3 December at 18:00" or "2026-12-03"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A promise as it was put: `words` without the day, and until when; None where no day was named."""

    words: str
    due_utc: datetime | None


def promised(text: str, zone: ZoneInfo, now: datetime, phrases: Phrases = IN_ENGLISH) -> Said:
    """What "call the plumber by Friday" promises. The day is at the end; what is no day stays among the words.

    Raises RitualsdError for no words, for too many, and for a day that has passed. It never quotes them.
    """
    words = " ".join(said(text).split())
    found = Said(words=words, due_utc=None)
    for at in range(len(words)):
        by = _by_at(words, at, phrases)
        due_utc = day_said(words[at + by :], zone, now, phrases) if by else None
        if due_utc is not None:
            found = Said(words=words[:at].rstrip(" ,;"), due_utc=_ahead(due_utc, now))
            break
    if not found.words:
        raise RitualsdError("a promise needs some words", todo='write it like: "call the plumber by Friday"')
    if len(found.words) > LONGEST:
        raise RitualsdError(f"a promise has at most {LONGEST} characters", todo="say it in fewer words")
    return found


def new_day(text: str, zone: ZoneInfo, now: datetime, phrases: Phrases = IN_ENGLISH) -> datetime:
    """Until when "Sunday", "by Sunday" or "Sunday at 18:00" moves a promise. Raises RitualsdError."""
    words = " ".join(said(text).split())
    due_utc = day_said(words[_by_at(words, 0, phrases) :], zone, now, phrases)
    if due_utc is None:
        raise RitualsdError("that is no day known here", todo=_WRITE_A_DAY)
    return _ahead(due_utc, now)


def _by_at(words: str, at: int, phrases: Phrases) -> int:
    """The length of "by " where it stands at this place, at the beginning of a word; else 0."""
    if at and words[at - 1] != " ":
        return 0
    here = words[at : at + 30].casefold()
    return next((len(by) + 1 for by in listed("promise.by", phrases) if here.startswith(f"{by} ")), 0)


def _ahead(due_utc: datetime, now: datetime) -> datetime:
    if due_utc <= now:
        raise RitualsdError("that day has passed already", todo=_WRITE_A_DAY)
    if due_utc - now > FARTHEST:
        raise RitualsdError("that day is more than a year away", todo="name a nearer one")
    return due_utc


def answered(promise: Promise, text: str, zone: ZoneInfo, now: datetime, phrases: Phrases) -> Promise | None:
    """The promise as its owner leaves it with what they say about it: kept, moved or let go; None where they say none
    of these. Raises RitualsdError for a move to what is no day ahead."""
    words = plain(text)
    if words in listed("promise.kept", phrases):
        return settled(promise, PromiseState.KEPT, now)
    if words in listed("promise.let-go", phrases):
        return settled(promise, PromiseState.DROPPED, now)
    if words in listed("promise.week", phrases):
        return moved(promise, new_day(words, zone, now, phrases), now)
    for word in listed("promise.move", phrases):
        if words.startswith(f"{word} "):
            return moved(promise, new_day(words.removeprefix(word).lstrip(" :"), zone, now, phrases), now)
    return None


def settled(promise: Promise, state: PromiseState, now: datetime) -> Promise:
    """The promise in another state, by its owner's word."""
    return replace(promise, state=state, changed_utc=now)


def moved(promise: Promise, due_utc: datetime, now: datetime) -> Promise:
    """The promise with another day; it is open again."""
    return replace(promise, due_utc=due_utc, state=PromiseState.OPEN, changed_utc=now)


def choices(phrases: Phrases) -> tuple[str, ...]:
    """What to answer when asked how it went, one word each."""
    return tuple(named(key, phrases) for key in ("promise.kept", "promise.week", "promise.let-go"))


def named(key: str, phrases: Phrases) -> str:
    """The first of the words that mean `key`."""
    return phrases.say(key).partition(",")[0].strip()


# ── whose, and which ──────────────────────────────────────────────────────────────────────────


def numbered(promises: Sequence[Promise], number: int) -> Promise:
    """One person's promise by its number in the list of all they made, from 1. Raises NotFound."""
    if not 1 <= number <= len(promises):
        raise NotFound("you have no promise with that number", todo="see: ritualsd promise list --for PERSON")
    return promises[number - 1]


# ── speaking of it ────────────────────────────────────────────────────────────────────────────


def reminders(promise: Promise, household: Household, now: datetime) -> tuple[Occurrence, ...]:
    """The notices of an open promise with a day: one ahead of it and one after it, unless their time is over. Their
    slot is left for its number, which whoever keeps it knows."""
    if promise.due_utc is None or promise.state is not PromiseState.OPEN:
        return ()
    zone = ZoneInfo(household.people[promise.person].zone)
    day = promise.due_utc.astimezone(zone).date()
    times = {"ahead": (day - _DAY, day), "after": (day + _DAY,)}
    found = {moment: _first_after(now, days, zone) for moment, days in times.items()}
    return tuple(
        replace(of_ours(household, PROMISE, promise.person, "", at_utc), part=f"{moment}-{day}")
        for moment, at_utc in found.items()
        if at_utc is not None and (moment == "after" or at_utc < promise.due_utc)
    )


def moment_of(notice: Occurrence) -> tuple[Moment, date]:
    """Which of the two a notice is, and the day of the promise it is about."""
    moment, _, day = notice.part.partition("-")
    return ("after" if moment == "after" else "ahead"), date.fromisoformat(day)


def still_stands(promise: Promise, day: date, zone: ZoneInfo) -> bool:
    """Whether it is open, and that is its day."""
    return (
        promise.state is PromiseState.OPEN
        and promise.due_utc is not None
        and promise.due_utc.astimezone(zone).date() == day
    )


def _first_after(now: datetime, days: Sequence[date], zone: ZoneInfo) -> datetime | None:
    mornings = (resolve(datetime.combine(day, IN_THE_MORNING), zone)[0] for day in days)
    return next((at_utc for at_utc in mornings if at_utc is not None and at_utc > now), None)
