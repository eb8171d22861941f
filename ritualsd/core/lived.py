"""A configuration as it is lived: what people privately said of themselves laid over what the file says of them.

Pure; a value that cannot be read counts as not said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import Any

from ritualsd.core.fit import TOUCH
from ritualsd.model import Fact, LifeSeason, Person, Quiet, Settings

Own = Mapping[str, str]
"""One person's own settings by key, as text: see `OWN_KEYS`."""


def as_lived(
    settings: Settings, own: Mapping[str, Own], seasons: Sequence[LifeSeason], facts: Sequence[Fact] = ()
) -> Settings:
    """The settings with everybody's own over them, the seasons of life on record, and the facts that were told."""
    household = settings.household
    if not own and (household.seasons, household.facts) == (tuple(seasons), tuple(facts)):
        return settings
    people = {id_: _with_own(person, own[id_]) if own.get(id_) else person for id_, person in household.people.items()}
    return replace(settings, household=replace(household, people=people, seasons=tuple(seasons), facts=tuple(facts)))


def _with_own(person: Person, own: Own) -> Person:
    said: dict[str, Any] = {}
    level = own.get("level", "")
    if level in LEVELS:
        said["level"] = int(level)
    quiet = quiet_said(own.get("quiet", ""))
    if quiet is not None:
        said["own_quiet"] = quiet
    most = own.get("max_per_day", "")
    if most.isdecimal() and len(most) < 4:
        said["own_max_per_day"] = int(most)
    if own.get("preview") in PREVIEWS:
        said["preview"] = own["preview"]
    if own.get("language"):
        said["language"] = own["language"]
    if own.get("touch") in ANSWERS_TO_TOUCH:
        said["touch"] = frozenset({TOUCH}) if own["touch"] == "yes" else frozenset()
    return replace(person, **said) if said else person


def quiet_said(text: str) -> Quiet | None:
    """Quiet hours as they are kept, "22:30-07:00"; None for anything else."""
    start, _, end = text.partition("-")
    try:
        quiet = Quiet(start=time.fromisoformat(start), end=time.fromisoformat(end))
    except ValueError:
        return None
    return None if quiet.start == quiet.end or quiet.start.tzinfo or quiet.end.tzinfo else quiet


LEVELS = ("1", "2", "3", "4", "5")
PREVIEWS = ("discreet", "full")
ANSWERS_TO_TOUCH = ("yes", "maybe", "no")
OWN_KEYS = ("level", "touch", "quiet", "max_per_day", "preview", "language", "review", "echo", "sign-post")
"""What a person may set of themselves: `level` is the depth they are ready for; `touch` whether prompts about it are
welcome, which a maybe does not say; `quiet` are hours beside those of the file, and `max_per_day` a limit that can only
be lower than the file's, so that both only make it quieter. `review` and `echo` are "no" where these are not wanted;
`sign-post` is "no", or the day until which it rests."""
