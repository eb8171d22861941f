"""Pauses: does one of them cover this ritual, this person, at this instant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ritualsd.core.notices import SIGN_IN
from ritualsd.model import Pause


def paused(pauses: Iterable[Pause], ritual: str, person: str, at_utc: datetime) -> bool:
    """True when a pause of everything, of the ritual, of the person, or of both together is on at `at_utc`.

    None holds the way to one's own pages: it was just asked for, and there a pause can be ended.
    """
    return bool(why_paused(pauses, ritual, person, at_utc))


def why_paused(pauses: Iterable[Pause], ritual: str, person: str, at_utc: datetime) -> str:
    """The code of `core.reasons` for it: "paused" where it is for everyone, "own-pause" where for this person alone,
    which nobody else is told; "" where no pause is on."""
    on = (
        []
        if ritual == SIGN_IN
        else [
            pause.person
            for pause in pauses
            if pause.ritual in ("", ritual)
            and pause.person in ("", person)
            and pause.since_utc <= at_utc
            and (pause.until_utc is None or at_utc < pause.until_utc)
        ]
    )
    return ("paused" if "" in on else "own-pause") if on else ""
