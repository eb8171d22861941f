"""Turns: whose it is next. Fair by the record, unpredictable within a round, the same on every restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from hmac import new as hmac

FREE = "free"
"""Why an occurrence ended whose person gave the turn back: for this time it is anybody's who is asked."""

SWAPPED = "swapped"
"""Why it ended once somebody else has taken the turn."""


def next_turn(people: Sequence[str], counts: Mapping[str, int], *, secret: bytes, ritual: str) -> str:
    """Whose turn it is: someone who had the fewest so far. Within a round the order is hashed, so that nobody
    who must not know can read it off. Counts never differ by more than one while the circle stays the same."""
    round_ = min(counts.get(person, 0) for person in people)
    waiting = [person for person in people if counts.get(person, 0) == round_]

    def order(person: str) -> bytes:
        return hmac(secret, f"turn|{ritual}|{round_}|{person}".encode(), sha256).digest()

    return min(waiting, key=order)


def fair_order(people: Sequence[str], counts: Mapping[str, int], *, secret: bytes, ritual: str) -> tuple[str, ...]:
    """These people as their turns would come, each once."""
    left, order = list(people), list[str]()
    while left:
        order.append(next_turn(left, counts, secret=secret, ritual=ritual))
        left.remove(order[-1])
    return tuple(order)
