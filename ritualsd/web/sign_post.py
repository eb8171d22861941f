"""The private sign-post on a person's own pages. Whether it stands is found anew each time; looking records nothing,
and nothing about it goes to the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ritualsd.core.sign_post import NEVER, OWN_KEY, Why, not_now, sign_post
from ritualsd.model import Person
from ritualsd.web.house import House

UNSAFE = "unsafe"
"""The button that asks for the note. It is no answer, and is kept nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The note: why it stands, and whom the household keeps on its list, by name and contact."""

    why: Why
    resources: tuple[tuple[str, str], ...]


def note_for(house: House, person: Person) -> Note | None:
    """The note that stands on this person's own pages now; None where there is none."""
    own = house.store.personal.own({person.id}).get(person.id, {}).get(OWN_KEY, "")
    if own == NEVER:
        return None
    why = sign_post(house.store.said(person.id), own, house.now(), house.phrases(person.language))
    return Note(why=why, resources=house.settings_of().resources) if why is not None else None


def asked_for(house: House) -> Note:
    """The note for somebody who just said that they do not feel safe. It always stands, since they asked."""
    return Note(why="unsafe", resources=house.settings_of().resources)


def put_away(person: Person, now: datetime) -> Mapping[str, str]:
    """What a person's own setting becomes, by the button that puts the note away."""
    return {"note-later": not_now(now.astimezone(ZoneInfo(person.zone)).date()), "note-never": NEVER}
