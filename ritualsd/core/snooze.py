"""How long a snooze lasts: "2h", "until 18:30", "tonight", "tomorrow". Knows the writer's clock, and no message."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from ritualsd.core.duration import duration
from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.errors import RitualsdError

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=366)
TONIGHT = time(20, 0)

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_WRITE = "write it like: snooze 30 min, snooze 2h, snooze until 18:30, snooze tonight"

SNOOZED = "snooze"
"""The code of a delivery that waits because its reader asked for that."""


def wait_for(words: str, phrases: Phrases, at: datetime | None) -> timedelta | None:
    """How long from `at` (aware, on the writer's clock) until what the words after "snooze" name.

    None where they name no time at all, as words of an answer would. Raises RitualsdError for no words, and for a time
    that cannot be.
    """
    if not words or _follows("for", words, phrases) == "":
        raise RitualsdError("a snooze says for how long", todo=_WRITE)
    wait = _named(words, phrases, at) if at is not None else None
    if wait is None:
        wait = duration(_after("for", words, phrases), _units(phrases))
    if wait is None and not words[0].isdigit() and _follows("until", words, phrases) is None:
        return None  # an answer that happens to begin so
    if wait is None:
        raise RitualsdError("a snooze says for how long", todo=_WRITE)
    if not SHORTEST <= wait <= LONGEST:
        raise RitualsdError("a snooze lasts from a minute to a year", todo=_WRITE)
    return wait


def _named(words: str, phrases: Phrases, at: datetime) -> timedelta | None:
    """The wait until a time of day."""
    if words in _all("tonight", phrases):
        if at.time() >= TONIGHT:
            raise RitualsdError("it is this evening already", todo="write it like: snooze 1h, snooze tomorrow")
        return _until(at, TONIGHT)
    if words in _all("tomorrow", phrases):
        return timedelta(days=1)
    clock = _CLOCK.fullmatch(_after("until", words, phrases))
    return _until(at, time(int(clock[1]), int(clock[2]))) if clock else None


def _units(phrases: Phrases) -> dict[str, int]:
    """The names of units in the writer's language, each for so many minutes."""
    minutes = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080}
    named = ((word, length) for unit, length in minutes.items() for word in phrases.say(f"unit.{unit}").split(","))
    return {word.strip().casefold(): length for word, length in named}


def _until(at: datetime, clock: time) -> timedelta:
    """From `at` to the next time it is that late where its writer is."""
    then = datetime.combine(at.date(), clock, at.tzinfo)
    if then.astimezone(UTC) <= at.astimezone(UTC):
        then = datetime.combine(at.date() + timedelta(days=1), clock, at.tzinfo)
    return then.astimezone(UTC) - at.astimezone(UTC)


def _after(name: str, words: str, phrases: Phrases) -> str:
    """The words without such a word before them."""
    rest = _follows(name, words, phrases)
    return words if rest is None else rest


def _follows(name: str, words: str, phrases: Phrases) -> str | None:
    first, _, rest = words.partition(" ")
    return rest.strip() if first in _all(name, phrases) else None


def _all(name: str, phrases: Phrases) -> frozenset[str]:
    both = f"{IN_ENGLISH.say(f'reply.{name}')},{phrases.say(f'reply.{name}')}"
    return frozenset(word.strip().casefold() for word in both.split(","))
