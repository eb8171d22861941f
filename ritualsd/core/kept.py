"""Whom a ritual is kept from, until when, and which channels keep it: the rules of secrecy, whoever asks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from ritualsd.model import Channel, Household, Ritual

AFTER_DONE: Literal["after done"] = "after done"
"""A secret that ends, each time, once its person says that it was done."""


def kept_from(ritual: Ritual, recipient: str, people: Collection[str]) -> frozenset[str]:
    """The people who must not learn of what `recipient` gets from `ritual`, as long as it is a secret.

    What is sent, answered or handed on always goes by this, whatever end the secret has.
    """
    if ritual.secret_from == "others":
        return frozenset(people) - {recipient}
    return ritual.secret_from - {recipient}


def is_secret(ritual: Ritual, recipient: str, household: Household, due_utc: datetime, now: datetime) -> bool:
    """Whether what `recipient` gets at `due_utc` is still kept from anyone at `now`."""
    if not kept_from(ritual, recipient, household.people):
        return False
    if isinstance(ritual.secret_until, date):
        return now.astimezone(ZoneInfo(household.zone)).date() <= ritual.secret_until
    done_utc = household.done.get((ritual.id, recipient)) if ritual.secret_until == AFTER_DONE else None
    return done_utc is None or done_utc < due_utc


def is_private(ritual: Ritual, recipient: str, people: Collection[str]) -> bool:
    """Nobody but `recipient` is asked at this slot, and everybody else is kept from it."""
    alone = ritual.turns or ritual.to == (recipient,)
    return alone and kept_from(ritual, recipient, people) >= frozenset(people) - {recipient}


def safe_channels(channels: Sequence[Channel], kept: Collection[str]) -> tuple[Channel, ...]:
    """The channels nobody in `kept` shares, in their order."""
    return tuple(channel for channel in channels if channel.shared_with.isdisjoint(kept))
