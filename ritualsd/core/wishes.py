"""Words somebody wishes to be passed on: who may read them, and what the notices are called. Pure.

A wish is named like a reveal, which it is: it keeps to the same channels, and comes in the same way.
"""

from __future__ import annotations

from collections.abc import Collection

from ritualsd.core.kept import kept_from
from ritualsd.core.reveal import REVEAL
from ritualsd.model import Ritual

WISH = f"{REVEAL}-wish"


def readers_of(ritual: Ritual, author: str, people: Collection[str]) -> tuple[str, ...]:
    """The others in that ritual, but for anyone it is kept from: a wish must not give a surprise away."""
    if author not in ritual.to:
        return ()
    hidden = kept_from(ritual, author, people)
    return tuple(person for person in ritual.to if person != author and person in people and person not in hidden)


def wish_of(author: str, number: int) -> str:
    """The name of the notice that passes on what `author` wished for as the first, second, … at one slot."""
    return f"{WISH}-{number}.{author}"


def author_of(notice: str) -> str:
    return notice.partition(".")[2]


def number_of(notice: str) -> int:
    return int(notice.partition(".")[0].rpartition("-")[2])
