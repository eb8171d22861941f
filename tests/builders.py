"""Small households, rituals and deliveries for tests: every field has a plain default, name only what matters."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from ritualsd.core.changes import marks, turned
from ritualsd.core.kept import AFTER_DONE
from ritualsd.model import Channel, Delivery, Household, Person, Quiet, Ritual, Secret, Settings
from ritualsd.ports import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
NIGHT = Quiet(start=time(22, 30), end=time(7, 0))


def channel(person: str, name: str = "phone", **over: Any) -> Channel:
    return Channel(**{"person": person, "name": name, "url": Secret(f"json://127.0.0.1/{person}/{name}")} | over)


def person(id_: str, zone: str = "UTC", **over: Any) -> Person:
    given = {"id": id_, "name": id_.capitalize(), "zone": zone, "channels": (channel(id_),)} | over
    return Person(**given)


def ritual(
    id_: str = "thanks", when: str = "every day at 09:00", to: tuple[str, ...] = ("ana",), **over: Any
) -> Ritual:
    given: dict[str, Any] = {"id": id_, "when": when, "to": to, "message": f"the words of {id_}"} | over
    if given.get("kind") or given.get("deck"):
        given["message"] = ""
    return Ritual(**given)


def settings(*rituals: Ritual, people: tuple[Person, ...] = (), **over: Any) -> Settings:
    people = people or (person("ana"), person("ben", "America/New_York"))
    household = Household(
        people={who.id: who for who in people},
        rituals={each.id: each for each in rituals},
        until_done=tuple(each.id for each in rituals if each.secret_until == AFTER_DONE),
        **over,
    )
    return Settings(root="", household=household)


def delivery(now: datetime = NOON, **over: Any) -> Delivery:
    given: dict[str, Any] = {
        "id": 7, "occurrence": 1, "ritual": "thanks", "person": "ana", "channel": "phone", "title": "A small note",
        "body": "words", "due_utc": now, "expires_utc": now + timedelta(days=1), "next_attempt_utc": now, "attempts": 1,
    } | over  # fmt: skip
    return Delivery(**given)


def known_already(store: Store, of: Settings, now: datetime = NOON) -> None:
    """Let the ledger know everybody in the configuration, so that nobody is welcomed."""
    store.remember_all(turned({}, marks(of.household, store.installation().secret), now))
