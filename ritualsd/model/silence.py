"""Why something says nothing: the reason it ended, and the pause that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something ended: `code` from the closed list in `core.reasons`, `detail` a plain sentence."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A pause of a ritual, of a person, of both together, or (both empty) of everything; `until_utc` None is open."""

    ritual: str = ""
    person: str = ""
    since_utc: datetime
    until_utc: datetime | None = None
