"""A household that answers, for the tests about looking back: who said what, and what reached whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ritualsd.flow.collect import Collected, collect
from ritualsd.model import Incoming, Person, Reply
from ritualsd.testing import VirtualClock
from tests.builders import person, ritual, settings
from tests.flow.stage import Stage

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ASKED = "how-are-you"


def household(people: tuple[Person, ...] = (), **over: Any) -> Stage:
    """Ana and Ben, asked the same every day at nine."""
    people = people or (person("ana", preview="full"), person("ben", preview="full"))
    given = {"ask": "text", "to": tuple(who.id for who in people), "reveal": "together"} | over
    return Stage(settings=settings(ritual(ASKED, **given), people=people), clock=VirtualClock(MONDAY))


def name_of(who: str, day: int = 0, asked: str = ASKED) -> str:
    return f"{asked}@{(MONDAY + day * DAY).date()}/{who}"


def asked(on: Stage, day: int = 0) -> None:
    """Live on until everybody was asked that day."""
    on.until(max(on.clock.at, MONDAY + day * DAY + 10 * HOUR))


def say(on: Stage, who: str, text: str, day: int = 0, occurrence: str = "") -> Collected:
    at = on.clock.at
    incoming = Incoming(
        occurrence=occurrence or name_of(who, day), person=who, text=text, source="test",
        source_msg_id=f"{at} {who} {day} {text}", received_utc=at,
    )  # fmt: skip
    kept = collect(on.world, on.settings, incoming, at)
    on.clock.at += timedelta(seconds=1)
    return kept


def heard(on: Stage, who: str, ritual_: str = "") -> list[str]:
    """What was sent to this person, of one ritual or of all."""
    entries = reversed(on.world.store.history(ritual=ritual_, person=who, limit=10_000))
    return [each.body for entry in entries for each in entry.deliveries if each.sent_utc is not None]


def said(on: Stage, who: str) -> list[Reply]:
    return on.world.store.said(who)
