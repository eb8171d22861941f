"""Journal: a person's own words and what was revealed to them, in the order it happened. Reads; shows nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ritualsd.core.jar import jar
from ritualsd.core.notices import base_of, notice_in, ritual_called
from ritualsd.core.replies import not_undone, standing
from ritualsd.core.reveal import REVEAL, author_in
from ritualsd.core.visibility import answers_heard, visible_to
from ritualsd.core.wishes import WISH
from ritualsd.flow.look_back import celebrating
from ritualsd.model import ActionKind, DeliveryState, Occurrence, Reply, Settings
from ritualsd.ports import Store

MOST = 20_000  # messages to one person


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a journal. `words` are the reader's own where `by` is theirs; else what `by` let them read. `asked`
    are the words it answers, as long as they are kept."""

    at_utc: datetime
    ritual: str
    asked: str
    by: str
    kind: str
    words: str


def journal(store: Store, settings: Settings, person: str, since_utc: datetime, now: datetime) -> list[Line]:
    """What `person` said and was shown since then, oldest first."""
    entries = reversed(store.history(person=person, limit=MOST))
    lines: list[Line] = []
    for seen in visible_to(person, entries, settings.household, now):
        occurrence = seen.thing.occurrence
        lines += _own(store, occurrence)
        if any(each.state is DeliveryState.SENT for each in seen.thing.deliveries):
            lines += _shown(store, settings, occurrence, now)
    return sorted((line for line in lines if line.at_utc >= since_utc), key=lambda line: line.at_utc)


def from_the_jar(store: Store, settings: Settings, person: str, since_utc: datetime) -> list[Line]:
    """What lies in their jar since then, oldest first."""
    kept = jar(store.said(person), celebrating(settings))
    return [
        Line(at_utc=each.at_utc, ritual=each.ritual, asked="", by=person, kind="win", words=each.words)
        for each in kept
        if each.at_utc >= since_utc
    ]


def _own(store: Store, occurrence: Occurrence) -> Iterator[Line]:
    given = store.replies(occurrence.id)
    stands = standing(given)
    if stands is not None and stands.action.answers:
        yield _line(stands, occurrence.body)
    for reply in not_undone(given):
        if reply.action in (ActionKind.WIN, ActionKind.PASS_ON):
            yield _line(reply, "")


def _line(reply: Reply, asked: str) -> Line:
    return Line(
        at_utc=reply.received_utc, ritual=reply.ritual, asked=asked, by=reply.person, kind=reply.action.value,
        words=reply.words,
    )  # fmt: skip


def _shown(store: Store, settings: Settings, occurrence: Occurrence, now: datetime) -> Iterator[Line]:
    """What a reveal that reached its reader lets them read now: an answer taken back is not in it."""
    notice = notice_in(occurrence.ritual, occurrence.part)
    if not notice.startswith(REVEAL):
        return
    ritual = ritual_called(settings.household, occurrence.ritual)
    if ritual is None or notice.startswith(WISH):
        if occurrence.body:
            yield Line(at_utc=occurrence.due_utc, ritual=occurrence.ritual, asked="", by="", kind="shown",
                       words=occurrence.body)  # fmt: skip
        return
    base, author = base_of(occurrence), author_in(notice)
    answers = store.answers_at(base.ritual, base.slot, base.part)
    for who, heard in answers_heard(occurrence.person, ritual, answers, settings.household, now).items():
        if not author or who == author:
            reply = heard.thing.reply
            yield Line(at_utc=occurrence.due_utc, ritual=occurrence.ritual, asked="", by=who, kind=reply.action.value,
                       words=reply.words)  # fmt: skip
