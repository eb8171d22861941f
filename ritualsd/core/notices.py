"""Notices: what ritualsd says beside a ritual's own words, such as a reveal or a nudge. Names them; writes no words.

A notice is an occurrence like any other, so that it is planned once, gated, delivered and explained the same way. One
about a slot carries the mark in its `part`; one about no slot belongs to a ritual of our own, whose id begins with it.
"""

from __future__ import annotations

from datetime import timedelta

from ritualsd.model import Household, Ritual

MARK = "~"

WELCOME = f"{MARK}welcome"
SIGN_IN = f"{MARK}sign-in"
PROMISE = f"{MARK}promise"
DIGEST = f"{MARK}digest"
REVIEW = f"{MARK}review"
ECHO = f"{MARK}echo"

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_OURS = {
    WELCOME: (5, 14 * _DAY),
    SIGN_IN: (5, _HOUR),
    PROMISE: (4, 2 * _DAY),
    DIGEST: (3, _DAY),
    REVIEW: (2, 7 * _DAY),
    ECHO: (1, _DAY),
}
"""Importance, and how long it makes sense, of each."""


def part_of(part: str, notice: str) -> str:
    """The part of a notice about the occurrence with this `part`: "nudge-1" about "" is "~nudge-1"."""
    return f"{part}{MARK}{notice}"


def notice_in(ritual: str, part: str) -> str:
    """Which notice this is: "reveal", "nudge-1", "welcome"; "" for a ritual's own words."""
    return part.partition(MARK)[2] or (ritual[1:] if ritual.startswith(MARK) else "")


def ritual_called(household: Household, id_: str) -> Ritual | None:
    """The ritual of that id: one of the household's, or one of our own, which is between us and its reader alone."""
    if id_ not in _OURS:
        return household.rituals.get(id_)
    importance, expires = _OURS[id_]
    return Ritual(
        id=id_,
        when="",
        to=tuple(household.people),
        name=id_[1:].replace("-", " ").capitalize(),
        secret_from="others",  # noqa: S106 - a key of a ritual, not a password
        importance=importance,
        expires=expires,
        catch_up=expires,
    )
