"""Pauses: does one of them cover this ritual, this person, at this instant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ritualsd.core.notices import MARK, SIGN_IN, WELCOME
from ritualsd.model import Pause

EVERYTHING = ""
"""The ritual of a pause that holds all of them."""

LEFT = f"{MARK}leave"
"""The ritual of a pause that holds all of them because its person left. Only they themselves end it."""

WAITS = WELCOME
"""The ritual of a pause that holds everything but the welcome, until its person says yes to it."""


def paused(pauses: Iterable[Pause], ritual: str, person: str, at_utc: datetime) -> bool:
    """True when a pause of everything, of the ritual, of the person, or of both together is on at `at_utc`.

    None holds the way to one's own pages: it was just asked for, and there a pause can be ended.
    """
    return bool(why_paused(pauses, ritual, person, at_utc))


def why_paused(pauses: Iterable[Pause], ritual: str, person: str, at_utc: datetime) -> str:
    """The code of `core.reasons` for it: "paused" where it is for everyone; else, which nobody but the person is told,
    "left", "waiting-for-yes" or "own-pause"; "" where no pause is on."""
    if ritual == SIGN_IN:
        return ""
    on = [
        pause
        for pause in pauses
        if _holds(pause.ritual, ritual)
        and pause.person in ("", person)
        and pause.since_utc <= at_utc
        and (pause.until_utc is None or at_utc < pause.until_utc)
    ]
    if any(not pause.person for pause in on):
        return "paused"
    own = {pause.ritual for pause in on}
    return "left" if LEFT in own else "waiting-for-yes" if WAITS in own else "own-pause" if own else ""


def _holds(held: str, ritual: str) -> bool:
    """Whether a pause of `held` covers `ritual`."""
    return held in (EVERYTHING, LEFT, ritual) if held != WAITS else ritual != WELCOME
