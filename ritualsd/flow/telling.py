"""Tell the log, and plugins that listen, what became of something. Of a secret and of a notice it tells only trouble,
and no names: when a surprise was made ready is part of the surprise, and a nudge tells who has not answered."""

from __future__ import annotations

from ritualsd.core.events import E
from ritualsd.core.notices import ritual_called
from ritualsd.core.visibility import OWN_AFFAIRS, PRIVATE, Turn, can_see
from ritualsd.model import Event, Settings
from ritualsd.ports import World

TROUBLE = frozenset({E.DELIVERY_FAILED, E.DELIVERY_RETRY, E.DELIVERY_UNKNOWN, E.BEAT_FAILED})
NAMELESS = ("code", "error", "attempt")
KEPT_SECRET = "kept-secret"


def tell(
    world: World,
    settings: Settings,
    name: E,
    ritual: str,
    person: str,
    *,
    part: str = "",
    **fields: str | int | float | bool | None,
) -> None:
    """Emit one event about a ritual of `person`; `fields` hold ids, labels, counts and codes, never words.

    `part` is that of the occurrence it is about, where that may be a notice.
    """
    household, now = settings.household, world.clock.now()
    turn = Turn(ritual=ritual_called(household, ritual), person=person, due_utc=now, part=part)
    if can_see(None, turn, household, now) == "full":
        told = {key: PRIVATE if value in OWN_AFFAIRS else value for key, value in fields.items()}
        world.emit(Event(name=name, fields={"ritual": ritual, **told}))
    elif name in TROUBLE:
        told = {key: fields[key] for key in NAMELESS if key in fields}
        world.emit(Event(name=name, fields={"ritual": KEPT_SECRET, **told}))
