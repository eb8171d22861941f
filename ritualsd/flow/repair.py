"""Repair: make room to mend something, for whoever asks. Light things rest for all; who asked and why stays unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ritualsd.core.notices import COOL_OFF, DRAWN, FOLLOW_UP, of_ours
from ritualsd.core.notices import REPAIR as WORDS_TO_MEND
from ritualsd.core.seasons import CONFLICT, REPAIR
from ritualsd.errors import RitualsdError
from ritualsd.model import LifeSeason, Occurrence, Settings
from ritualsd.ports import World

LASTS = timedelta(days=3)
FOLLOW_UP_AFTER = timedelta(days=4)
LONGEST_PAUSE = timedelta(days=1)


def repair(
    world: World,
    settings: Settings,
    person: str,
    wanted: str,
    now: datetime,
    *,
    cool_off: timedelta | None = None,
    follow_up: bool = False,
) -> Sequence[str]:
    """Let light things rest for some days, and give `person` alone something to begin with; `wanted` is what of
    `DRAWN` to draw from, without its first part, or "". Returns the names of what was recorded.

    Raises RitualsdError for a `wanted` there is not, and for a pause of no length or of more than a day.
    """
    about = f"{WORDS_TO_MEND}-{wanted}" if wanted else WORDS_TO_MEND
    if about not in DRAWN:
        raise RitualsdError(f"there is no repair called {wanted!r}", todo="see `ritualsd repair --help`")
    if cool_off is not None and not timedelta(0) < cool_off <= LONGEST_PAUSE:
        raise RitualsdError("a pause lasts a minute at least and a day at most", todo="write it like --cool-off 20m")
    world.store.personal.set_season(LifeSeason(name=CONFLICT, person=REPAIR, since_utc=now, until_utc=now + LASTS))
    rows = [_notice(settings, about, person, now, now)]
    if cool_off is not None:
        rows.append(_notice(settings, COOL_OFF, person, now, now + cool_off))
    if follow_up:
        rows.append(_notice(settings, FOLLOW_UP, person, now, now + FOLLOW_UP_AFTER))
    world.store.record(rows)
    return [row.name for row in rows]


def _notice(settings: Settings, ritual: str, person: str, asked_utc: datetime, due_utc: datetime) -> Occurrence:
    key = f"{asked_utc:%Y-%m-%dT%H:%M}"
    return of_ours(settings.household, ritual, person, key, due_utc)
