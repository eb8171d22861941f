"""Who may see what: one question, `can_see`, and the only way to what may be shown, `visible_to`. It knows no surface.

A viewer is a person's id, or None: a listing that nobody in particular reads (no `--for`, the log, `status`).
A person sees what is theirs and nothing of anybody else's: not that it was sent, skipped, paused or answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from ritualsd.core.kept import is_secret
from ritualsd.core.notices import notice_in, ritual_called
from ritualsd.core.reasons import SENTENCES
from ritualsd.core.reveal import seen_by as answers_seen_by
from ritualsd.core.seasons import seen_by as seasons_seen_by
from ritualsd.core.upcoming import Upcoming
from ritualsd.core.wishes import readers_of
from ritualsd.model import (
    Delivery,
    DeliveryState,
    Entry,
    Fact,
    Household,
    LifeSeason,
    Occurrence,
    OccurrenceState,
    Pause,
    Promise,
    Reply,
    Ritual,
    Taste,
)

Viewer = str | None
Sight = Literal["full", "masked", "none"]
"""full: as it is. masked: the ritual is named once, without words, person or exact time. none: nothing at all."""

PRIVATE = "private"
OWN_AFFAIRS = frozenset(
    {
        PRIVATE,
        "own-pause",
        "own-quiet",
        "own-budget",
        "snooze",
        "left",
        "waiting-for-yes",
        "answered",
        "done",
        "free",
        "swapped",
        "settled",
    }
)
"""Reasons that tell what a person did or did not do; to anybody else each of them is PRIVATE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """That `person` gets something from `ritual` (None: it is no longer configured), due at `due_utc`."""

    ritual: Ritual | None
    person: str
    due_utc: datetime
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody said at a slot. `beside` are the answers that stand there and came in time, this one among them."""

    reply: Reply
    ritual: Ritual | None
    beside: Mapping[str, Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Words their author asked to be passed on to the others in that ritual."""

    reply: Reply
    ritual: Ritual


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Something a person set of themselves alone."""

    person: str
    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """That a channel of a person keeps failing. It names no ritual."""

    person: str
    label: str


Thing = (
    Entry
    | Occurrence
    | Delivery
    | Upcoming
    | Turn
    | Answer
    | Wish
    | Pause
    | LifeSeason
    | Own
    | Fact
    | Promise
    | Taste
    | Trouble
)
T = TypeVar("T", bound=Thing)
T_co = TypeVar("T_co", covariant=True)

_KEY = object()


class Visible(Generic[T_co]):
    """Something that its viewer may see. Whatever shows anything takes these, and only `visible_to` makes them."""

    __slots__ = ("thing",)

    def __init__(self, key: object, thing: T_co) -> None:
        if key is not _KEY:
            raise TypeError("only visible_to says what may be seen")
        self.thing = thing


def visible_to(viewer: Viewer, things: Iterable[T], household: Household, now: datetime) -> Iterator[Visible[T]]:
    """Those of `things` that the viewer may see in full, in their order, each as they may see it."""
    for thing in things:
        if can_see(viewer, thing, household, now) == "full":
            yield Visible(_KEY, _as_seen(viewer, thing))


def answers_heard(
    viewer: str, ritual: Ritual, answers: Mapping[str, Reply], household: Household, now: datetime
) -> Mapping[str, Visible[Answer]]:
    """What others said at a slot that `viewer` may read, by person in the order they are asked. `answers` are those
    that stand there and came in time."""
    others = [person for person in ritual.to if person in answers and person != viewer]
    said = [Answer(reply=answers[person], ritual=ritual, beside=answers) for person in others]
    return {seen.thing.reply.person: seen for seen in visible_to(viewer, said, household, now)}


def may_be_theirs(viewer: Viewer, name: str) -> bool:
    """Whether an occurrence called `name`, `ritual@slot/person[/part]`, can be the viewer's at all. What is somebody
    else's by its very name need not be looked for, so that the looking tells nothing either."""
    return viewer is None or name.partition("@")[2].split("/")[1:2] == [viewer]


def can_see(viewer: Viewer, thing: Thing, household: Household, now: datetime) -> Sight:
    """How much of `thing` this viewer may see at `now`."""
    match thing:
        case Entry():
            return can_see(viewer, thing.occurrence, household, now)
        case Occurrence() | Delivery():
            part = thing.part if isinstance(thing, Occurrence) else ""
            ritual = ritual_called(household, thing.ritual)
            turn = Turn(ritual=ritual, person=thing.person, due_utc=thing.due_utc, part=part)
            return _turn(viewer, turn, household, now)
        case Upcoming():
            turn = Turn(ritual=thing.ritual, person=thing.person, due_utc=thing.slot.due_utc, part=thing.slot.part)
            return _turn(viewer, turn, household, now)
        case Turn():
            return _turn(viewer, thing, household, now)
        case Answer():
            return _if(_hears(viewer, thing, household))
        case Wish():
            author = thing.reply.person
            return _if(viewer == author or viewer in readers_of(thing.ritual, author, household.people))
        case LifeSeason():
            return _if(bool(seasons_seen_by((thing,), viewer)))
        case Pause():
            return _if(thing.person in ("", viewer))
        case Promise():
            return _if(viewer == thing.person or viewer in thing.shared_with)
        case Trouble():
            return _if(viewer is None or viewer == thing.person)
        case _:
            return _if(viewer == thing.person)


def _turn(viewer: Viewer, turn: Turn, household: Household, now: datetime) -> Sight:
    """A notice is for its reader alone: a nudge says who has not answered. What is no longer configured may have been a
    secret."""
    if viewer is not None:
        return _if(viewer == turn.person)
    if turn.ritual is not None and notice_in(turn.ritual.id, turn.part):
        return "none"
    if turn.ritual is None or is_secret(turn.ritual, turn.person, household, turn.due_utc, now):
        return "masked"
    return "full"


def _hears(viewer: Viewer, answer: Answer, household: Household) -> bool:
    said = answer.reply
    if viewer is None or viewer == said.person:
        return viewer is not None
    if answer.ritual is None:
        return False
    return answers_seen_by(viewer, answer.ritual, answer.beside, household.people).get(said.person) == said


def _if(seen: bool) -> Sight:
    return "full" if seen else "none"


def _as_seen(viewer: Viewer, thing: T) -> T:
    """The same without what only its person may know of it."""
    seen: Any = thing
    if isinstance(seen, Entry) and viewer != seen.occurrence.person:
        seen = _as_it_arrived(seen)
    elif isinstance(seen, Occurrence) and viewer != seen.person and seen.reason in OWN_AFFAIRS:
        seen = replace(seen, reason=PRIVATE, detail=SENTENCES[PRIVATE])
    shown: T = seen
    return shown


def _as_it_arrived(entry: Entry) -> Entry:
    """What came after a message had arrived is between it and its reader: put off, sent again, given back."""
    occurrence, tries = entry.occurrence, entry.deliveries
    arrived = next((place for place, each in enumerate(tries) if each.state is DeliveryState.SENT), None)
    if arrived is not None:
        closed = replace(occurrence, state=OccurrenceState.CLOSED, reason="sent", detail=SENTENCES["sent"])
        return Entry(occurrence=closed, deliveries=tries[: arrived + 1])
    if OWN_AFFAIRS & {occurrence.reason, *(each.code for each in tries)}:
        withheld = replace(occurrence, reason=PRIVATE, detail=SENTENCES[PRIVATE])
        return Entry(occurrence=withheld)
    return entry
