"""Reads what a server told, as JSON, without trusting its shape."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def inside(told: object, *path: str | int) -> Any:
    """What stands at `path`; None where there is nothing of that shape."""
    for step in path:
        if isinstance(step, str) and isinstance(told, dict):
            told = told.get(step)
        elif isinstance(step, int) and isinstance(told, list) and len(told) > step:
            told = told[step]
        else:
            return None
    return told


def moment(seconds: object, now: datetime) -> datetime:
    """The time a server gives in seconds since 1970; `now` where it gives none, or one that is still to come."""
    if not isinstance(seconds, int) or not 0 < seconds < now.timestamp():
        return now
    return datetime.fromtimestamp(seconds, UTC)
