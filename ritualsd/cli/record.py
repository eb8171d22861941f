"""The record as a viewer may see it: the newest entries of the ledger, and how one reads as a sentence.

Where nothing was ever recorded there is nothing to see, which is no error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ritualsd.cli.times import spoken
from ritualsd.core.notices import notice_in
from ritualsd.core.reasons import SENTENCES
from ritualsd.core.visibility import Viewer, Visible, visible_to
from ritualsd.errors import NotFound
from ritualsd.model import Delivery, DeliveryState, Entry, Household, OccurrenceState, Settings
from ritualsd.ports import Store

NOTHING_YET = "Nothing has happened yet. The record begins with the first: ritualsd run"

WAITS = {
    "quiet": "when quiet hours are over",
    "own-quiet": "when your own quiet hours are over",
    "phone-away": "when the time without phones is over",
    "channel-failing": "when that channel is tried again",
    "snooze": "",
}
UNDER_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)
NO_FAULT = {"snooze", "answered", "done"}  # why a delivery waits or ended that nothing went wrong with


@contextmanager
def reading(state: Path, settings: Settings) -> Iterator[Store | None]:
    """The ledger for reading, with what opens its words; None before the first start."""
    from ritualsd.store import open_reader

    try:
        store = open_reader(
            state, url=settings.storage_url, household=settings.household.id, sealing=settings.sealing
        )  # fmt: skip
    except NotFound:
        yield None
        return
    try:
        yield store
    finally:
        store.close()


def is_notice(entry: Entry) -> bool:
    """Whether this was said beside a ritual, and not by it."""
    return bool(notice_in(entry.occurrence.ritual, entry.occurrence.part))


def newest(
    store: Store,
    household: Household,
    viewer: Viewer,
    ritual: str | None,
    person: str | None,
    count: int,
    now: datetime,
) -> list[Visible[Entry]]:
    """The newest `count` entries in the viewer's sight. What is hidden takes no place among them, so that the
    length of a list says nothing about it."""
    limit = count
    while True:
        entries = store.history(ritual=ritual or "", person=person or "", limit=limit)
        seen = list(visible_to(viewer, entries, household, now))
        if len(seen) >= count or len(entries) < limit:
            return seen[:count]
        limit *= 4


def sentence(seen: Visible[Entry]) -> str:
    """What became of one occurrence and why, in one plain sentence or two; times are local to its zone."""
    entry = seen.thing
    occurrence = entry.occurrence
    zone = ZoneInfo(occurrence.zone)
    sent = [delivery for delivery in entry.deliveries if delivery.state is DeliveryState.SENT]
    if sent:
        arrived = " and ".join(f"{each.label} on {spoken(each.sent_utc or each.due_utc, zone)}" for each in sent)
        ahead = [f" {waiting(each, zone)}" for each in entry.deliveries if each.state in UNDER_WAY]
        was_given_back = occurrence.state is OccurrenceState.SKIPPED
        then = [f" Then {occurrence.detail}."] if was_given_back else []
        return f"Sent to {arrived}{after(entry.deliveries)}.{''.join(ahead + then)}"
    if occurrence.state is OccurrenceState.PLANNED:
        return f"Planned for {spoken(occurrence.due_utc, zone)}; its words are not chosen yet."
    if occurrence.state is OccurrenceState.READY:
        told = (each for each in entry.deliveries if each.state in UNDER_WAY or each.code not in NO_FAULT)
        return " ".join(["Its words are ready.", *(waiting(delivery, zone) for delivery in told)])
    why = occurrence.detail or SENTENCES.get(occurrence.reason, occurrence.reason)
    return f"Not sent ({occurrence.state.value}): {why}{after(entry.deliveries)}."


def after(deliveries: tuple[Delivery, ...]) -> str:
    """What was tried and failed on the way, as the end of a sentence."""
    tries = sum(delivery.attempts for delivery in deliveries)
    over = [delivery for delivery in deliveries if delivery.state not in (DeliveryState.SENT, *UNDER_WAY)]
    unsent = [delivery for delivery in over if delivery.code and delivery.code not in NO_FAULT]
    told = [f"{tries} attempts"] if tries > 1 else []
    told += [f"{delivery.label} failed with {delivery.code}" for delivery in unsent]
    return f" ({'; '.join(told)})" if told else ""


def waiting(delivery: Delivery, zone: ZoneInfo) -> str:
    """What a delivery that is not over yet is waiting for."""
    if delivery.state is DeliveryState.SENDING:
        return f"It is being sent to {delivery.label}."
    if delivery.state is not DeliveryState.PENDING:
        return f"{delivery.label} failed with {delivery.code or 'no answer'}."
    since = WAITS.get(delivery.code, f"after {delivery.code}" if delivery.code else "")
    return f"It goes to {delivery.label} on {spoken(delivery.next_attempt_utc, zone)}{since and ', '}{since}."


def words_from(source: str) -> str:
    """Where the words came from, as a sentence; "" where there were none."""
    kind, colon, name = source.partition(":")
    if source == "message":
        return "The words are the ritual's own."
    return f"The words came from the {kind} {name}." if colon else f"The words came from {source}." if source else ""
