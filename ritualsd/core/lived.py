"""A configuration as it is lived: what people privately said of themselves laid over what the file says of them.

Pure; a value that cannot be read counts as not said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ritualsd.model import LifeSeason, Person, Settings

Own = Mapping[str, str]
"""One person's own settings by key, as text: see `OWN_KEYS`."""


def as_lived(settings: Settings, own: Mapping[str, Own], seasons: Sequence[LifeSeason]) -> Settings:
    """The settings with everybody's own over them, and the seasons of life on record."""
    household = settings.household
    people = {id_: _with_own(person, own[id_]) if own.get(id_) else person for id_, person in household.people.items()}
    return replace(settings, household=replace(household, people=people, seasons=tuple(seasons)))


def _with_own(person: Person, own: Own) -> Person:
    said: dict[str, Any] = {}
    level = own.get("level", "")
    if level in ("1", "2", "3", "4", "5"):
        said["level"] = int(level)
    return replace(person, **said) if said else person


OWN_KEYS = ("level",)
"""What a person may set of themselves: `level` is the depth they are ready for, 1 to 5."""
