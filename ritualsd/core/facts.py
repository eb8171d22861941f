"""Facts: small things people tell of themselves, for prompts that others are sent. Pure; it never guesses one.

A fact belongs to the person it is about. They say whose prompts may use it, and it rests when it has grown old.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from hashlib import blake2b

from ritualsd.core.keys import SEAL
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.model import Fact

KEYS = (
    "favourite-drink", "morning-drink", "comfort-food", "favourite-treat", "favourite-song", "favourite-book",
    "old-film", "a-place", "small-joy", "hard-day-help", "way-to-rest", "favourite-smell", "childhood-game",
    "quiet-hobby", "dream-trip", "proud-of",
)  # fmt: skip
"""What may be told. The question for each is the phrase `fact.KEY`."""

PREFIX = "fact."
"""A fact as a placeholder, and as the phrase that asks for it."""

STALE = timedelta(days=180)
LONGEST = 80  # characters: a fact is a few words in the middle of a sentence
APART = timedelta(days=30)
"""At most one question about an old fact in this time."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def known_key(key: str) -> str:
    """The key, if it is on the list. Raises NotFound with the nearest one."""
    if key in KEYS:
        return key
    close = get_close_matches(key, KEYS, n=1)
    raise NotFound("there is no fact of that name", todo=f"did you mean {close[0]}" if close else "see: facts list")


def fit_to_keep(text: str) -> str:
    """A fact's value on one line, without what cannot be seen. Raises RitualsdError, which never quotes it."""
    seen = text.replace(SEAL, "")
    visible = "".join(sign if sign.isspace() or unicodedata.category(sign) not in _UNSEEN else "" for sign in seen)
    value = " ".join(unicodedata.normalize("NFC", visible).split())
    if not value:
        raise RitualsdError("there is nothing in that fact", todo="say it in a few words")
    if len(value) > LONGEST:
        raise RitualsdError(f"a fact has at most {LONGEST} characters", todo="say it in fewer words")
    return value


def is_stale(fact: Fact, at: datetime) -> bool:
    """Whether it was told so long ago that it may have changed."""
    return at - fact.told_utc >= STALE


def usable(facts: Iterable[Fact], owner: str, readers: Collection[str], at: datetime) -> dict[str, str]:
    """The placeholders that facts of `owner` fill where `readers` will see the words, each meant to."""
    return {
        PREFIX + fact.key: fact.value
        for fact in facts
        if fact.person == owner and fact.audience.issuperset(readers) and fact.key in KEYS and not is_stale(fact, at)
    }


def to_ask(facts: Iterable[Fact], asked: Mapping[str, datetime], now: datetime) -> Fact | None:
    """The fact of one person to ask about now: the oldest that rests and was not asked about, one in a month.

    `asked` holds when each question before came due, by its mark.
    """
    if any(now - due < APART for due in asked.values()):
        return None
    old = [fact for fact in facts if is_stale(fact, now) and mark(fact) not in asked]
    return min(old, key=lambda fact: fact.told_utc, default=None)


def mark(fact: Fact) -> str:
    """What the question about a fact is known by: a hash, so that no record names what it was about."""
    told = fact.told_utc.astimezone(UTC).isoformat()
    return blake2b(f"{fact.person}|{fact.key}|{told}".encode("utf-8", "replace"), digest_size=8).hexdigest()
