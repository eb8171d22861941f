"""Lived: the settings in force, with what the ledger holds of each person's own laid over them. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from ritualsd.core.lived import as_lived
from ritualsd.core.visibility import Viewer
from ritualsd.model import Fact, Household, Settings
from ritualsd.ports import Store


def lived(store: Store, settings: Settings) -> Settings:
    """What verbs go by. Three small reads; ask once a beat or a reply."""
    return _lived(store, settings, store.personal.facts())


def lived_now(store: Store, settings: Settings) -> Settings:
    """The same for the moment of sending, when the words are made: without the facts that go into them."""
    return _lived(store, settings, ())


def lived_for(store: Store, settings: Settings, viewer: Viewer) -> Settings:
    """The same as far as this viewer may know, for what only shows something: what others said of themselves is not
    even read, so that it cannot show in how long that takes."""
    personal, me = store.personal, frozenset({viewer} if viewer else ())
    facts = personal.facts(viewer) if viewer else ()
    as_said = as_lived(settings, personal.own(me), personal.seasons(me | {""}), facts)
    return _with_done(store, as_said, me or settings.household.people)


def _lived(store: Store, settings: Settings, facts: Sequence[Fact]) -> Settings:
    as_said = as_lived(settings, store.personal.own(), store.personal.seasons(), facts)
    return _with_done(store, as_said, settings.household.people)


def _with_done(store: Store, settings: Settings, people: Collection[str]) -> Settings:
    done = secrets_done(store, settings.household, people)
    return replace(settings, household=replace(settings.household, done=done)) if done else settings


def secrets_done(store: Store, household: Household, people: Collection[str]) -> dict[tuple[str, str], datetime]:
    """When each secret that ends once it was done was last done by any of these people, by ritual and person."""
    return {
        (ritual.id, person): done_utc
        for ritual in map(household.rituals.__getitem__, household.until_done)
        for person in ritual.to
        if person in people and (done_utc := store.last_done(ritual.id, person)) is not None
    }
