"""The actions by which people take back what the ledger holds of them. Each returns the fields of its answer."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ritualsd.errors import NotFound, RitualsdError
from ritualsd.model import Settings
from ritualsd.ports import World


def erase(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Erase a person, a ritual, or (`all`) everything; whoever is no longer configured can be erased as well.

    Tells nobody, and leaves no line in the log. Raises NotFound where nothing was kept.
    """
    person, ritual = str(fields.get("person") or ""), str(fields.get("ritual") or "")
    if [bool(person), bool(ritual), bool(fields.get("all"))].count(True) != 1:
        raise RitualsdError("an erasure is of one person, of one ritual, or of everything", todo="name one of them")
    erasure, now = world.store.erasure, world.clock.now()
    if person:
        erased, name, known = erasure.person(person, now), person, tuple(settings.household.people)
    elif ritual:
        erased, name, known = erasure.ritual(ritual, now), ritual, tuple(settings.household.rituals)
    else:
        erased, name, known = erasure.everything(now), "", ()
    if name and not erased and name not in known:
        raise NotFound(f"nothing is kept of {name!r}", todo=_hint(name, known))
    return {
        "person": person or None,
        "ritual": ritual or None,
        "messages": erased.messages,
        "answers": erased.answers,
        "told": erased.told,
        "still_named": name in known,
    }


def _hint(name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else "see how it is written in the configuration"
