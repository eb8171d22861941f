"""Lived: the settings in force, with what the ledger holds of each person's own laid over them. Changes nothing."""

from __future__ import annotations

from ritualsd.core.lived import as_lived
from ritualsd.model import Settings
from ritualsd.ports import Store


def lived(store: Store, settings: Settings) -> Settings:
    """What verbs go by. Three small reads; ask once a beat, a delivery or a reply."""
    personal = store.personal
    return as_lived(settings, personal.own(), personal.seasons(), personal.facts())
