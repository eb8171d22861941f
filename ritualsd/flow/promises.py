"""Promises: make one, and change it by its owner's word alone; and what is said to them of it in time.

Nobody else is told that a promise was made, moved, kept or let go: they see what is shared when they look.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from ritualsd.core.compose import title_for
from ritualsd.core.days_said import spoken_day
from ritualsd.core.phrases import Phrases
from ritualsd.core.promises import (
    answered,
    moment_of,
    moved,
    new_day,
    numbered,
    promised,
    reminders,
    settled,
    still_stands,
)
from ritualsd.core.reasons import reason
from ritualsd.model import (
    Consequences,
    Message,
    Occurrence,
    Promise,
    PromiseState,
    Reason,
    Ritual,
    Settings,
)
from ritualsd.ports import World


def add(world: World, settings: Settings, person: str, text: str, shared: Iterable[str], now: datetime) -> Promise:
    """Keep what `person` promises, for themselves and those it is shared with. Raises RitualsdError."""
    made = promise_in(world, settings, person, text, now, frozenset(shared) - {person})
    assert made.promise is not None  # noqa: S101 - just made there; this is for the type checker
    return world.store.promises.make(made.promise, made.reminders)


def promise_in(
    world: World, settings: Settings, person: str, text: str, now: datetime, shared: frozenset[str] = frozenset()
) -> Consequences:
    """A promise out of someone's words, and its reminders, to be kept together. Raises RitualsdError."""
    zone, phrases = _clock_and_tongue(world, settings, person)
    meant = promised(text, zone, now, phrases)
    made = Promise(
        person=person, words=meant.words, due_utc=meant.due_utc, made_utc=now, changed_utc=now, shared_with=shared
    )
    return Consequences(promise=made, reminders=reminders(made, settings.household, now))


def settle(
    world: World, settings: Settings, person: str, number: int, state: PromiseState, now: datetime
) -> tuple[Promise, bool]:
    """Its owner says what became of a promise; as it is then, and whether that is news. Raises NotFound."""
    before = numbered(world.store.promises.all(person), number)
    if before.state is state:
        return before, False
    after = settled(before, state, now)
    return after, world.store.promises.change(after, reminders(after, settings.household, now))


def move(world: World, settings: Settings, person: str, number: int, text: str, now: datetime) -> Promise:
    """Its owner moves a promise to another day, which opens it again. Raises NotFound, RitualsdError."""
    before = numbered(world.store.promises.all(person), number)
    zone, phrases = _clock_and_tongue(world, settings, person)
    after = moved(before, new_day(text, zone, now, phrases), now)
    world.store.promises.change(after, reminders(after, settings.household, now))
    return after


def said_of(world: World, settings: Settings, notice: Occurrence, text: str, now: datetime) -> Consequences | None:
    """What a reply to a notice makes of its promise: kept, moved or let go; None where it says none of these.

    Raises NotFound where it was erased, RitualsdError for a move to no day ahead.
    """
    zone, phrases = _clock_and_tongue(world, settings, notice.person)
    before = numbered(world.store.promises.all(notice.person), int(notice.slot))
    after = answered(before, text, zone, now, phrases)
    return None if after is None else _changed(settings, after, now)


def open_again(world: World, settings: Settings, notice: Occurrence, now: datetime) -> Consequences:
    """What taking back the answer to a notice makes of its promise. Raises NotFound where it was erased."""
    before = numbered(world.store.promises.all(notice.person), int(notice.slot))
    return _changed(settings, settled(before, PromiseState.OPEN, now), now)


def _changed(settings: Settings, after: Promise, now: datetime) -> Consequences:
    return Consequences(promise=after, reminders=reminders(after, settings.household, now))


def promise_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """What a notice says of its promise; a reason where that has another day by now, or is no longer open."""
    number, reader = int(occurrence.slot), settings.household.people[occurrence.person]
    zone, phrases = ZoneInfo(occurrence.zone), world.content.phrases(reader.language)
    moment, day = moment_of(occurrence)
    made = world.store.promises.all(reader.id)
    if number > len(made) or not still_stands(made[number - 1], day, zone):
        return reason("settled")
    promise = made[number - 1]
    body = phrases.say(f"promise.{moment}", words=promise.words, day=day_of(promise, zone, phrases))
    return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")


def day_of(promise: Promise, zone: ZoneInfo, phrases: Phrases) -> str:
    """Its day as people say it; "" where it has none."""
    return spoken_day(promise.due_utc, zone, phrases) if promise.due_utc is not None else ""


def noted(promise: Promise, zone: ZoneInfo, phrases: Phrases) -> str:
    """The line that confirms what its owner said of a promise. It does not repeat their words."""
    if promise.state is PromiseState.KEPT:
        return phrases.say("promise.said-kept")
    if promise.state is PromiseState.DROPPED:
        return phrases.say("promise.said-let-go")
    return phrases.say("promise.noted" if promise.due_utc else "promise.noted-open", day=day_of(promise, zone, phrases))


def _clock_and_tongue(world: World, settings: Settings, person: str) -> tuple[ZoneInfo, Phrases]:
    who = settings.household.people[person]
    return ZoneInfo(who.zone), world.content.phrases(who.language)
