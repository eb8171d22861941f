"""The private sign-post: when a note with places to turn to stands on a person's own page, and nowhere else. Pure.

It is found anew from that person's own answers each time. Looking at it records nothing, and nobody else's page, feed,
listing or log has any part in it. It diagnoses nothing and names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.core.replies import standing
from ritualsd.core.thread import by_occurrence, is_low, rating
from ritualsd.model import ActionKind, Person, Reply

Why = Literal["heavy", "unsafe"]

LATEST, LOWS = 5, 3
"""So many lows among so many of the latest ratings."""

STANDS = timedelta(days=3)
REST = timedelta(days=60)
"""How long the note stands, and how long there is none after it."""

OWN_KEY = "sign-post"
NEVER = "no"
"""What a person's own setting says once they want no such note; else the day until which it rests."""


def sign_post(replies: Sequence[Reply], own: str, now: datetime, phrases: Phrases) -> Why | None:
    """Why the note stands now; None where it does not. `replies` are all of one person's, `own` their own setting."""
    if own == NEVER or now.date().isoformat() < own:
        return None
    since: datetime | None = None
    why: Why = "heavy"
    for at_utc, reason in sorted([*_heavy(replies), *_unsafe(replies, phrases)]):
        if since is None or at_utc - since >= REST:
            since, why = at_utc, reason
    return why if since is not None and since <= now < since + STANDS else None


def not_now(today: date) -> str:
    """The own setting that lets it rest."""
    return (today + REST).isoformat()


def may_stand_behind_link(person: Person) -> bool:
    """Whether the page behind a message's link is this person's alone: no channel that brings links is shared."""
    return all(not channel.shared_with for channel in person.channels)


def says_unsafe(text: str, phrases: Phrases) -> bool:
    """Whether these words say that their writer does not feel safe."""
    said = _even(text)
    return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", said) for each in _unsafe_words(phrases))


def stays_private(action: ActionKind, words: str, phrases: Phrases) -> bool:
    """Whether an answer is its writer's alone, whatever its ritual shares: it says that they do not feel safe."""
    return action is ActionKind.TEXT and says_unsafe(words, phrases)


def _heavy(replies: Sequence[Reply]) -> list[tuple[datetime, Why]]:
    """The moments at which the latest ratings had become low."""
    rated = [reply for reply in _answers(replies) if rating(reply) is not None]
    return [
        (rated[end - 1].received_utc, "heavy")
        for end in range(1, len(rated) + 1)
        if is_low(rated[end - 1]) and sum(map(is_low, rated[max(0, end - LATEST) : end])) >= LOWS
    ]


def _unsafe(replies: Sequence[Reply], phrases: Phrases) -> list[tuple[datetime, Why]]:
    return [
        (reply.received_utc, "unsafe")
        for reply in _answers(replies)
        if stays_private(reply.action, reply.words, phrases)
    ]


def _answers(replies: Sequence[Reply]) -> list[Reply]:
    """The answers that stand, oldest first."""
    stands = (standing(given) for given in by_occurrence(replies).values())
    return sorted((each for each in stands if each is not None), key=lambda each: each.received_utc)


def _unsafe_words(phrases: Phrases) -> frozenset[str]:
    both = f"{IN_ENGLISH.say('sign-post.unsafe')},{phrases.say('sign-post.unsafe')}"
    return frozenset(_even(each) for each in both.split(","))


def _even(text: str) -> str:
    return " ".join(text.casefold().replace("\u2019", "'").split())
