"""Export: everything that is one person's own, and all that reached them, as plain data. Changes nothing.

Nothing of anybody else's is in it but what was sent to this person: not what others said, were sent, or left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ritualsd.core.visibility import T, Visible, visible_to
from ritualsd.model import ActionKind, DeliveryState, Entry, Household, Promise, Reply
from ritualsd.ports import Store

EVERYTHING = 2**31 - 1
NOBODY = Household()  # whose something is hangs on no configuration, which they may have left already


def export(store: Store, person: str, now: datetime) -> dict[str, Any]:
    """JSON values only; instants in UTC. A message that was not sent (yet) is listed without words once it is over."""
    personal = store.personal

    def own(things: Iterable[T]) -> Iterator[T]:
        return (seen.thing for seen in visible_to(person, things, NOBODY, now))

    return {
        "ritualsd_export": 1,
        "person": person,
        "made_utc": _utc(now),
        "settings": dict(personal.own({person}).get(person, {})),
        "facts": [
            {"key": fact.key, "value": fact.value, "for": sorted(fact.audience), "told_utc": _utc(fact.told_utc)}
            for fact in own(personal.facts(person))
        ],
        "promises": [_promise(promise) for promise in own(store.promises.all(person))],
        "tastes": [
            {
                "kind": taste.kind,
                "prompt": taste.prompt_id,
                "verdict": taste.verdict.value,
                "at_utc": _utc(taste.at_utc),
            }
            for taste in own(personal.tastes(person))
        ],
        "seasons": [
            {"name": season.name, "since_utc": _utc(season.since_utc), "until_utc": _utc(season.until_utc)}
            for season in own(personal.seasons({person}))
        ],
        "pauses": [
            {"ritual": pause.ritual or None, "since_utc": _utc(pause.since_utc), "until_utc": _utc(pause.until_utc)}
            for pause in own(store.pauses({person}))
        ],
        "messages": [_message(*each) for each in _messages(store, person, now)],
    }


def _messages(store: Store, person: str, now: datetime) -> Iterator[tuple[Visible[Entry], list[Reply]]]:
    entries = reversed(store.history(person=person, limit=EVERYTHING))
    for seen in visible_to(person, entries, NOBODY, now):
        replies = store.replies(seen.thing.occurrence.id)
        if _is_over(seen.thing) or replies:
            yield seen, replies


def _is_over(entry: Entry) -> bool:
    """Whether it was sent, or never will be: what is still to come is told when it comes."""
    return entry.occurrence.closed_utc is not None or any(each.state is DeliveryState.SENT for each in entry.deliveries)


def _message(seen: Visible[Entry], replies: list[Reply]) -> dict[str, Any]:
    entry = seen.thing
    occurrence = entry.occurrence
    return {
        "occurrence": occurrence.name,
        "ritual": occurrence.ritual,
        "slot_local": occurrence.slot_local.isoformat(timespec="minutes"),
        "zone": occurrence.zone,
        "due_utc": _utc(occurrence.due_utc),
        "state": occurrence.state.value,
        "why": occurrence.detail,
        "words_from": occurrence.source,
        "sent": [
            {"channel": each.channel, "sent_utc": _utc(each.sent_utc), "title": each.title, "body": each.body}
            for each in entry.deliveries
            if each.state is DeliveryState.SENT
        ],
        "answers": [_answer(reply) for reply in replies],
    }


def _answer(reply: Reply) -> dict[str, Any]:
    return {
        "action": reply.action.value,
        "words": "" if reply.action is ActionKind.UNDO else reply.words,  # a number of the record's own
        "received_utc": _utc(reply.received_utc),
        "came_by": reply.source,
    }


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        "words": promise.words,
        "state": promise.state.value,
        "made_utc": _utc(promise.made_utc),
        "due_utc": _utc(promise.due_utc),
        "shared_with": sorted(promise.shared_with),
    }


def _utc(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
