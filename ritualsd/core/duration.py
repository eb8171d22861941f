"""How long a person means by "2h", "90 min" or "1 day 6 hours". Knows lengths only, no dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

_MINUTES = {
    "m": 1, "min": 1, "minute": 1, "h": 60, "hr": 60, "hour": 60, "d": 1440, "day": 1440, "w": 10080, "week": 10080,
}  # fmt: skip
_PART = re.compile(r"([0-9]{1,5})\s*([^\W\d_]+?)s?(?![^\W\d_])\s*", re.IGNORECASE)
_MOST_PARTS = 4


def duration(text: str, units: Mapping[str, int] | None = None) -> timedelta | None:
    """The length a text names, or None where it names none. Nothing is guessed: a bare number has no unit.

    `units` are further names for so many minutes, casefolded, such as those of another language.
    """
    known = _MINUTES | dict(units or {})
    minutes, at, rest = 0, 0, text.strip()
    for _ in range(_MOST_PARTS):
        part = _PART.match(rest, at)
        if part is None or part[2].casefold() not in known:
            return None
        minutes, at = minutes + int(part[1]) * known[part[2].casefold()], part.end()
        if at == len(rest):
            return timedelta(minutes=minutes)
    return None
