"""Lived: the settings in force, with what the ledger holds of each person's own laid over them. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ritualsd.core.lived import as_lived
from ritualsd.model import Fact, Household, Settings
from ritualsd.ports import Store


def lived(store: Store, settings: Settings) -> Settings:
    """What verbs go by. Three small reads; ask once a beat or a reply."""
    return _lived(store, settings, store.personal.facts())


def lived_now(store: Store, settings: Settings) -> Settings:
    """The same for the moment of sending, when the words are made: without the facts that go into them."""
    return _lived(store, settings, ())


def _lived(store: Store, settings: Settings, facts: Sequence[Fact]) -> Settings:
    as_said = as_lived(settings, store.personal.own(), store.personal.seasons(), facts)
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
