"""A person's own pages: today, inbox, journal and what is coming. They read, and show what is that person's alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.responses import Response

from ritualsd.core.asking import asked
from ritualsd.core.compose import title_of
from ritualsd.core.notices import SIGN_IN, notice_in, ritual_called
from ritualsd.core.phrases import Phrases
from ritualsd.core.replies import not_undone, standing
from ritualsd.core.reveal import REVEAL
from ritualsd.core.upcoming import Upcoming
from ritualsd.core.visibility import Visible, visible_to
from ritualsd.model import ActionKind, DeliveryState, Entry, Occurrence, Reply, Ritual
from ritualsd.web.coming import coming
from ritualsd.web.house import House
from ritualsd.web.pages import Card, by_day, card, day_name, page
from ritualsd.web.question import answer_in_words
from ritualsd.web.sign_in import Visit
from ritualsd.web.sign_post import Note, note_for

SHOWN = 100
BESIDE = (ActionKind.WIN, ActionKind.PASS_ON)
AHEAD = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of a journal: what was asked, and what this person said, or what was revealed to them. `beside` are
    wins, and words to be passed on."""

    heading: str
    asked: str
    answer: str = ""
    said: str = ""
    revealed: str = ""
    beside: tuple[str, ...] = ()
    at_iso: str
    at: str


class OwnPages:
    """What somebody who is signed in can look at."""

    def __init__(self, house: House) -> None:
        self._house = house

    def today(self, visit: Visit) -> Response:
        """What came today, each with the way to its answer."""
        today = _local(visit, visit.now).date()
        entries = [seen for seen in self._received(visit) if _local(visit, _at(seen.thing)).date() == today]
        return self._messages("today", visit, entries, note_for(self._house, visit.person))

    def inbox(self, visit: Visit) -> Response:
        """Everything that came, on whichever channel."""
        return self._messages("inbox", visit, list(self._received(visit)))

    def journal(self, visit: Visit) -> Response:
        """What this person answered, and what was revealed to them."""
        told = [line for seen in self._received(visit) if (line := self._told(visit, seen)) is not None]
        return page("journal", visit.phrases, here="journal", told=told, person=visit.person)

    def coming(self, visit: Visit) -> Response:
        """What this person will get, as far as they may know."""
        me, now = visit.person.id, visit.now
        ahead = islice(coming(self._house.store, visit.settings, me, now, now + AHEAD, now), SHOWN)
        cards = [(at := _local(visit, seen.thing.slot.due_utc), _slot(seen, at, visit.phrases)) for seen in ahead]
        return self._by_day("coming", visit, cards)

    def _messages(self, here: str, visit: Visit, entries: list[Visible[Entry]], note: Note | None = None) -> Response:
        cards = [(at := _local(visit, _at(seen.thing)), _message(visit, seen, at)) for seen in entries]
        return self._by_day(here, visit, cards, note)

    def _by_day(
        self, here: str, visit: Visit, cards: list[tuple[datetime, Card]], note: Note | None = None
    ) -> Response:
        days = by_day(cards, visit.phrases)
        return page("messages", visit.phrases, here=here, days=days, person=visit.person, note=note)

    def _received(self, visit: Visit) -> Iterator[Visible[Entry]]:
        """What reached this person, newest first."""
        me = visit.person.id
        entries = self._house.store.history(person=me, limit=SHOWN)
        sent = (entry for entry in entries if entry.occurrence.ritual != SIGN_IN and _was_sent(entry))
        return visible_to(me, sent, visit.settings.household, visit.now)

    def _told(self, visit: Visit, seen: Visible[Entry]) -> Told | None:
        entry = seen.thing
        occurrence, phrases = entry.occurrence, visit.phrases
        at = _local(visit, _at(entry))
        line = Told(
            heading=_name(ritual_called(visit.settings.household, occurrence.ritual), occurrence),
            asked=occurrence.body or phrases.say("page.not-kept"),
            at_iso=at.isoformat(),
            at=f"{day_name(at.date(), phrases)}, {phrases.time(at)}",
        )
        if notice_in(occurrence.ritual, occurrence.part).startswith(REVEAL):
            return replace(line, asked="", revealed=occurrence.body) if occurrence.body else None
        replies = self._house.store.replies(occurrence.id)
        stands, beside = (
            standing(replies),
            tuple(reply.words for reply in not_undone(replies) if reply.action in BESIDE),
        )
        line = replace(line, beside=beside)
        if stands is None:
            return line if beside else None
        return _with_answer(line, stands, visit)


def _with_answer(line: Told, stands: Reply, visit: Visit) -> Told:
    said = stands.words if stands.action is ActionKind.TEXT else ""
    return replace(line, answer=answer_in_words(stands, visit.person, visit.phrases), said=said)


def _was_sent(entry: Entry) -> bool:
    return any(delivery.state is DeliveryState.SENT for delivery in entry.deliveries)


def _at(entry: Entry) -> datetime:
    """When it arrived."""
    sent = [each.sent_utc for each in entry.deliveries if each.sent_utc is not None]
    return max(sent, default=entry.occurrence.due_utc)


def _local(visit: Visit, at_utc: datetime) -> datetime:
    return at_utc.astimezone(ZoneInfo(visit.person.zone))


def _name(ritual: Ritual | None, occurrence: Occurrence) -> str:
    return title_of(ritual) if ritual is not None else occurrence.ritual


def _message(visit: Visit, seen: Visible[Entry], at_local: datetime) -> Card:
    occurrence, phrases = seen.thing.occurrence, visit.phrases
    ritual = ritual_called(visit.settings.household, occurrence.ritual)
    asks = asked(ritual, occurrence, phrases) is not None
    body = occurrence.body or phrases.say("page.not-kept")
    link = f"/answer/{quote(occurrence.name, safe='/@:~')}" if asks else ""  # a number would count what others get
    return card(at_local, _name(ritual, occurrence), body, phrases, link)


def _slot(seen: Visible[Upcoming], at_local: datetime, phrases: Phrases) -> Card:
    """When, and by what name: never the words, which may not be drawn yet."""
    return Card(title=title_of(seen.thing.ritual), body="", clock=phrases.time(at_local), at_iso=at_local.isoformat())
