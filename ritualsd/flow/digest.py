"""Digest: what would reach one person all at once, after quiet hours or an outage, becomes one calm message.

What asks for an answer comes by itself, so that no answer is lost; everything folded is on record with that reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from ritualsd.core.compose import title_for
from ritualsd.core.envelope import is_asking
from ritualsd.core.notices import DIGEST, notice_in, of_ours, ritual_called
from ritualsd.flow.grant import granted
from ritualsd.flow.prepare import LATE, channels_for
from ritualsd.model import Delivery, DeliveryState, Household, Message, Settings
from ritualsd.ports import World

PUT_OFF = ("quiet", "own-quiet", "phone-away", LATE)
"""The codes of deliveries that wait for a moment at which several could come at once."""

FULL_DAY = ("budget", "own-budget")
"""The codes of a digest that met a full day, and of others that only keep their distance."""

TO_FOLD = (*PUT_OFF, *FULL_DAY)


def fold(world: World, settings: Settings, now: datetime) -> None:
    """Put together what waits for the same person. Two or more become one message; one alone stays as it is."""
    waiting = sorted(world.store.put_off(TO_FOLD), key=_order)
    for person, theirs in groupby(waiting, key=attrgetter("person")):
        if person in settings.household.people:
            _fold_for(world, settings, person, [each for each in theirs if _may_fold(world, settings, each)], now)


def _order(delivery: Delivery) -> tuple[str, bool, datetime, int]:
    """By person; an earlier digest goes on with what came after it."""
    return delivery.person, delivery.ritual != DIGEST, delivery.due_utc, delivery.id


def _may_fold(world: World, settings: Settings, delivery: Delivery) -> bool:
    entry, ritual = world.store.entry(delivery.occurrence), ritual_called(settings.household, delivery.ritual)
    if entry is None or ritual is None or is_asking(ritual, entry.occurrence.part):
        return False
    if delivery.ritual == DIGEST:
        return True
    return delivery.code not in FULL_DAY and not notice_in(delivery.ritual, entry.occurrence.part)


def _fold_for(world: World, settings: Settings, person: str, theirs: Sequence[Delivery], now: datetime) -> None:
    household = settings.household
    ritual = ritual_called(household, DIGEST)
    assert ritual is not None  # noqa: S101 - one of our own; this tells the type checker
    channels = channels_for(ritual, person, household)
    if len(theirs) < 2 or not channels:
        return
    reader = household.people[person]
    phrases = world.content.phrases(reader.language)
    opening = phrases.say("digest.open")
    body = "\n\n".join((opening, *_paragraphs(theirs, opening)))
    message = Message(title=title_for(reader, ritual, phrases), body=body, source="digest")
    made = _delivery(household, person, theirs, message, channels[0].name, now)
    occurrence = of_ours(household, DIGEST, person, now.isoformat(timespec="seconds"), made.due_utc)
    token, grant = granted(world, person, 0, made.expires_utc, now)
    world.store.fold(theirs, occurrence, message, replace(made, reply_token=token), grant, now)


def _paragraphs(theirs: Iterable[Delivery], opening: str) -> Iterable[str]:
    for each in theirs:
        yield each.body.removeprefix(f"{opening}\n\n")  # of an earlier digest that has not been sent


def _delivery(
    household: Household, person: str, theirs: Sequence[Delivery], message: Message, channel: str, now: datetime
) -> Delivery:
    at = min(each.next_attempt_utc for each in theirs)
    return Delivery(
        occurrence=0,
        ritual=DIGEST,
        person=person,
        channel=channel,
        title=message.title,
        body=message.body,
        due_utc=max(at, now),
        expires_utc=max(each.expires_utc for each in theirs),
        next_attempt_utc=at,
        state=DeliveryState.PENDING,
        code=theirs[0].code,
        household=household.id,
    )
