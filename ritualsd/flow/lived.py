"""Lived: the settings in force, with what the ledger holds of each person's own laid over them. Changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ritualsd.core.lived import as_lived
from ritualsd.model import Household, Settings
from ritualsd.ports import Store


def lived(store: Store, settings: Settings) -> Settings:
    """What verbs go by. Three small reads; ask once a beat, a delivery or a reply."""
    personal = store.personal
    as_said = as_lived(settings, personal.own(), personal.seasons(), personal.facts())
    done = secrets_done(store, settings.household)
    return replace(as_said, household=replace(as_said.household, done=done)) if done else as_said


def secrets_done(store: Store, household: Household) -> dict[tuple[str, str], datetime]:
    """When each secret that ends once it was done was last done, by ritual and person."""
    return {
        (ritual.id, person): done_utc
        for ritual in map(household.rituals.__getitem__, household.until_done)
        for person in ritual.to
        if (done_utc := store.last_done(ritual.id, person)) is not None
    }
