"""Snooze: an occurrence's own words as a new delivery, later; or a plain word why that cannot be. Stores nothing."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from ritualsd.core.gate import latest_of
from ritualsd.core.plan import next_due_after
from ritualsd.core.snooze import SNOOZED
from ritualsd.errors import RitualsdError
from ritualsd.flow.plan import last_done
from ritualsd.flow.prepare import channels_for
from ritualsd.model import Channel, Delivery, Occurrence, Ritual, Settings
from ritualsd.ports import World


def snoozed(
    world: World, settings: Settings, occurrence: Occurrence, ritual: Ritual | None, until_utc: datetime
) -> Delivery:
    """The occurrence's words, due again at `until_utc`. Quiet hours and pauses hold then as always.

    Raises RitualsdError where there is nothing to send, nowhere to send it, or the ritual's next one comes first.
    """
    if ritual is None or occurrence.person not in ritual.to:
        raise _cannot("its ritual was changed or removed")
    if not occurrence.body:
        raise _cannot("there are no words of it, or they were too old to keep")
    channels = channels_for(ritual, occurrence.person, settings.household)
    if not channels:
        raise _cannot("there is no channel it may go to")
    following = _following(world, settings, occurrence, ritual)
    if following is not None and until_utc >= following:
        at = f"{following.astimezone(ZoneInfo(occurrence.zone)):%a %d %b %H:%M}"
        raise RitualsdError(f"its next one comes before that, on {at}", todo="snooze for less, or answer skip")
    return _delivery(occurrence, ritual, channels[0], until_utc, following, SNOOZED)


def said_again(
    world: World, settings: Settings, occurrence: Occurrence, ritual: Ritual, now: datetime
) -> Delivery | None:
    """The occurrence's words, due now; None where they can go nowhere any more."""
    channels = channels_for(ritual, occurrence.person, settings.household) if occurrence.person in ritual.to else ()
    following = _following(world, settings, occurrence, ritual) if channels else None
    if not channels or (following is not None and now >= following):
        return None
    return _delivery(occurrence, ritual, channels[0], now, following, "")


def _following(world: World, settings: Settings, occurrence: Occurrence, ritual: Ritual) -> datetime | None:
    if not ritual.when:
        return None
    secret, done_utc = world.store.installation().secret, last_done(world, ritual)
    return next_due_after(occurrence, ritual, settings.household, secret, done_utc)


def _delivery(
    occurrence: Occurrence, ritual: Ritual, channel: Channel, due_utc: datetime, following: datetime | None, code: str
) -> Delivery:
    own = latest_of(due_utc, ritual)
    return Delivery(
        occurrence=occurrence.id,
        ritual=occurrence.ritual,
        person=occurrence.person,
        channel=channel.name,
        title=occurrence.title,
        body=occurrence.body,
        due_utc=due_utc,
        expires_utc=min(own, following) if following is not None else own,
        next_attempt_utc=due_utc,
        code=code,
        household=occurrence.household,
    )


def _cannot(why: str) -> RitualsdError:
    return RitualsdError(f"it cannot come again: {why}", todo="answer done or skip")
