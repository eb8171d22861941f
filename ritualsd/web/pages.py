"""Turns deliveries into pages. Words are data here: everything is escaped, nothing is a template but our own files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ritualsd.model import Delivery, Person

TEMPLATES = Path(__file__).parent / "templates"
REFRESH_S = 10
NO_LONGER_KEPT = "These words are no longer kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message as a phone would show it; `clock` is the reader's local time."""

    title: str
    body: str
    clock: str
    sent_iso: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The messages of one local day, newest first."""

    heading: str
    cards: tuple[Card, ...]


@cache
def environment() -> Environment:
    """The one Jinja environment: everything escaped, a missing name is an error."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def asset(name: str) -> bytes:
    """A file that ships beside the templates, as it is."""
    return (TEMPLATES / name).read_bytes()


def inbox(person: Person, deliveries: Sequence[Delivery]) -> str:
    """A person's inbox; `deliveries` newest first."""
    days = group_by_day(deliveries, ZoneInfo(person.zone))
    return environment().get_template("inbox.html").render(person=person, days=days, refresh_s=REFRESH_S)


def note(heading: str, words: str) -> str:
    """A page that only says something: the front page of several people, nothing here, something went wrong."""
    return environment().get_template("note.html").render(heading=heading, words=words)


def group_by_day(deliveries: Sequence[Delivery], zone: ZoneInfo) -> list[Day]:
    """Newest first stays newest first; each message stands under its local day."""
    local = [(sent_at(delivery).astimezone(zone), delivery) for delivery in deliveries]
    days = groupby(local, key=lambda pair: pair[0].date())
    return [Day(heading=day_name(day), cards=tuple(card(*pair) for pair in pairs)) for day, pairs in days]


def card(at_local: datetime, delivery: Delivery) -> Card:
    body = delivery.body or ("" if delivery.title else NO_LONGER_KEPT)
    return Card(title=delivery.title, body=body, clock=f"{at_local:%H:%M}", sent_iso=at_local.isoformat())


def sent_at(delivery: Delivery) -> datetime:
    """When it arrived; the due time where the ledger does not say."""
    return delivery.sent_utc or delivery.due_utc


def day_name(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
