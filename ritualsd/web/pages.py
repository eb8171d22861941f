"""Turns what there is to show into pages. Words are data here: everything is escaped, nothing is a template but our
own files, and what we say ourselves comes from the phrases of the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from ritualsd.core.phrases import Phrases
from ritualsd.core.visibility import Visible
from ritualsd.model import Delivery, Person

TEMPLATES = Path(__file__).parent / "templates"
REFRESH_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message as a phone would show it; `clock` is the reader's local time, `link` where it can be answered."""

    title: str
    body: str
    clock: str
    at_iso: str
    link: str = ""


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


def page(template: str, phrases: Phrases, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page of ours in the language of `phrases`; `shown` are the names its template uses."""
    words = environment().get_template(f"{template}.html")
    return HTMLResponse(words.render(say=phrases.say, language=phrases.language, **shown), status_code=status)


def note(phrases: Phrases, heading: str, words: str, status: int = 200) -> HTMLResponse:
    """A page that only says something, by the keys of two phrases."""
    return page("note", phrases, status, heading=phrases.say(heading), words=phrases.say(words))


def refusal(phrases: Phrases, status: int) -> HTMLResponse:
    """Why nothing was done. What was sent with it may not have been read, so the connection ends here."""
    answer = note(phrases, "page.not-done", f"page.refused.{status}", status)
    answer.headers["Connection"] = "close"
    if status == 405:
        answer.headers["Allow"] = "GET, HEAD"
    return answer


def inbox(person: Person, deliveries: Sequence[Visible[Delivery]], phrases: Phrases, *, live: bool) -> HTMLResponse:
    """A person's built-in inbox; `deliveries` newest first. `live`: it renews itself, which a screen reader minds."""
    zone = ZoneInfo(person.zone)
    cards = [(sent_at(seen.thing).astimezone(zone), seen.thing) for seen in deliveries]
    days = by_day([(at, card(at, each.title, each.body, phrases)) for at, each in cards], phrases)
    return page("inbox", phrases, person=person, days=days, live=live, refresh_s=REFRESH_S)


def by_day(cards: Sequence[tuple[datetime, Card]], phrases: Phrases) -> list[Day]:
    """Cards under their local days, in the order they come."""
    days = groupby(cards, key=lambda pair: pair[0].date())
    return [Day(heading=day_name(day, phrases), cards=tuple(card for _, card in each)) for day, each in days]


def card(at_local: datetime, title: str, body: str, phrases: Phrases, link: str = "") -> Card:
    """One message; words past their keeping leave a note in their place."""
    shown = body or ("" if title else phrases.say("page.not-kept"))
    return Card(title=title, body=shown, clock=phrases.time(at_local), at_iso=at_local.isoformat(), link=link)


def sent_at(delivery: Delivery) -> datetime:
    """When it arrived; the due time where the ledger does not say."""
    return delivery.sent_utc or delivery.due_utc


def day_name(day: date, phrases: Phrases) -> str:
    """A day with all there is to it, so that a page left open reads the same tomorrow."""
    return f"{phrases.weekday(day)}, {phrases.day_and_year(day)}"
