"""Opened: what the secret link of a message stands for. Unknown, expired, revoked and foreign are one answer."""

from __future__ import annotations

from datetime import datetime

from ritualsd.core.tokens import is_token, token_digest
from ritualsd.errors import NotFound
from ritualsd.model import Entry, Purpose, Settings
from ritualsd.ports import World


def opened(world: World, settings: Settings, token: str, now: datetime, person: str = "") -> Entry:
    """The occurrence its reader may see and answer by this link. `person`: the one it must be, where the way it came by
    is theirs alone. Raises NotFound."""
    granted = world.store.passes.find(token_digest(token))
    if granted is None or not is_token(token) or granted.purpose is not Purpose.REPLY:
        raise _nowhere()
    if granted.until_utc is None or now >= granted.until_utc or granted.person not in settings.household.people:
        raise _nowhere()
    entry = world.store.entry(granted.occurrence)
    if entry is None or entry.occurrence.person != granted.person or granted.person != (person or granted.person):
        raise _nowhere()
    return entry


def _nowhere() -> NotFound:
    return NotFound("this link leads nowhere", todo="use the link of a newer message")
