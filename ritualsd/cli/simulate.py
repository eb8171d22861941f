"""`ritualsd simulate`: the daemon's own verbs on a virtual clock, into a ledger in memory. Sends and stores nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.days import with_plugin_days
from ritualsd.cli.moment import moment
from ritualsd.cli.table import clean, counted, print_secrets
from ritualsd.cli.viewing import (
    BEFORE_FIRST_START,
    for_option,
    json_option,
    known,
    say_not_settled,
    secret_rows,
    secrets_as_json,
)
from ritualsd.cli.words import opened, trace_option
from ritualsd.core.reasons import SENTENCES
from ritualsd.core.visibility import Own, Viewer, Visible, can_see, visible_to
from ritualsd.model import DeliveryState, Entry, Household, Settings
from ritualsd.ports import Store
from ritualsd.store.peek import Peek, peek

if TYPE_CHECKING:
    from ritualsd.content.host import ContentHost
    from ritualsd.flow.simulate import Simulation

MESSAGE = ("at_utc", "person", "channel", "ritual", "title", "body", "source")
Counts = dict[str, dict[str, int]]


@click.command("simulate")
@click.option("--days", metavar="N", type=click.IntRange(1, 3660), required=True, help="How many days to run.")
@click.option("--from", "start", metavar="T", help=f"Start here, with an empty record, instead of now: {times.FORMS}.")
@for_option
@json_option
@trace_option
@pass_context
def command(context: Context, days: int, start: str | None, person: str | None, as_json: bool, traced: bool) -> None:
    """Run everything on a virtual clock: every message each phone would get. Nothing is sent.

    \b
    Example:
      ritualsd simulate --days 30
      ritualsd simulate --days 365 --from 2026-01-01 --for ana --json
    """
    settings = context.settings()
    household = settings.household
    known(household, None, person)
    now = times.now()
    begin = moment(start, household.zone, now) if start is not None else now
    record = peek(context.state_path(), settings.household.id, settings.storage_url)
    settings = with_plugin_days(context, settings, record, begin, begin + timedelta(days))
    store = ledger(context.state_path(), settings, record, viewer=person, as_it_is=start is None, now=now)
    result = outcome(opened(context, settings, traced=traced), settings, store, begin, days)
    sent = list(visible_to(person, result.sent, household, now))
    silent = list(visible_to(person, result.not_sent, household, now))
    secrets = secret_rows(household, person, now)
    if as_json:
        print_json(as_document(sent, silent, secrets, household))
    else:
        show(sent, silent, secrets, household)


def ledger(
    state: Path, settings: Settings, record: Peek | None, *, viewer: Viewer, as_it_is: bool, now: datetime
) -> Store:
    """A ledger in memory: a copy of the real one, or an empty one with the same secret, so hashed moments agree.
    Seasons of life hold in both, and what people paused or set of themselves in the copy, as far as this viewer may
    know of it."""
    from ritualsd.store import memory_store

    if record is None:
        say_not_settled(settings.household)
        return memory_store(secret=BEFORE_FIRST_START, household=settings.household.id)
    store = (
        memory_store(copy_of=state, url=settings.storage_url, household=settings.household.id, sealing=settings.sealing)
        if as_it_is
        else memory_store(secret=record.secret, household=settings.household.id)
    )
    for season in record.seasons:
        hidden = can_see(viewer, season, settings.household, now) == "none"
        store.personal.set_season(replace(season, until_utc=season.since_utc) if hidden else season)
    for pause in store.pauses():
        if can_see(viewer, pause, settings.household, now) == "none":
            store.resume(pause.ritual, pause.person, now)
    for person, said in store.personal.own().items():
        for own in (Own(person=person, key=key, value=value) for key, value in said.items()):
            if can_see(viewer, own, settings.household, now) == "none":
                store.personal.set_own(person, own.key, "", now)
    return store


def outcome(content: ContentHost, settings: Settings, store: Store, begin: datetime, days: int) -> Simulation:
    from ritualsd.flow.simulate import simulate

    try:
        return simulate(settings, content, store, start=begin, days=days)
    finally:
        content.close()
        store.close()


def as_document(
    sent: Sequence[Visible[Entry]], silent: Sequence[Visible[Entry]], secrets: Sequence[str], household: Household
) -> dict[str, Any]:
    """The contract's shape; a secret ritual is named once, without words, person or time, and is in no count."""
    return {
        "messages": [message for each in sent for message in messages(each)] + secrets_as_json(secrets, MESSAGE),
        "per_person_per_day": per_person_per_day(sent, household),
        "not_sent": [
            {
                "ritual": occurrence.ritual,
                "person": occurrence.person,
                "slot_local": times.local_text(occurrence.slot_local),
                "reason": occurrence.reason,
            }
            for occurrence in (each.thing.occurrence for each in silent)
        ],
    }


def messages(seen: Visible[Entry]) -> list[dict[str, Any]]:
    """One for each channel that got it."""
    entry = seen.thing
    return [
        {
            "at_utc": times.utc_text(delivery.sent_utc or delivery.due_utc),
            "person": delivery.person,
            "channel": delivery.channel,
            "ritual": delivery.ritual,
            "title": delivery.title,
            "body": delivery.body,
            "source": entry.occurrence.source,
        }
        for delivery in entry.deliveries
        if delivery.state is DeliveryState.SENT
    ]


def local_day(entry: Entry, household: Household) -> datetime:
    """When it arrives, on the wall clock of the person who gets it."""
    arrived = max((each.sent_utc for each in entry.deliveries if each.sent_utc), default=entry.occurrence.due_utc)
    return arrived.astimezone(ZoneInfo(household.people[entry.occurrence.person].zone))


def per_person_per_day(sent: Iterable[Visible[Entry]], household: Household) -> Counts:
    """How many messages each person gets on each of their local days."""
    counts: Counts = {}
    for entry in (each.thing for each in sent):
        days = counts.setdefault(entry.occurrence.person, {})
        day = local_day(entry, household).date().isoformat()
        days[day] = days.get(day, 0) + 1
    return counts


def show(
    sent: Sequence[Visible[Entry]], silent: Sequence[Visible[Entry]], secrets: Sequence[str], household: Household
) -> None:
    for entry in (each.thing for each in sent):
        occurrence = entry.occurrence
        at = local_day(entry, household)
        click.echo(
            f"{times.day(at)} {at:%H:%M}  {occurrence.person}  {occurrence.ritual}  ({clean(occurrence.source)})"
        )
        click.echo(f"    {clean(occurrence.title)}: {clean(occurrence.body)}")
    for (ritual, reason), times_over in Counter(ended(silent)).items():
        click.echo(f"Not sent ({times_over}): {ritual}: {SENTENCES.get(reason, reason)}")
    print_secrets(secrets)
    for line in summary(per_person_per_day(sent, household), household):
        click.echo(line)


def ended(silent: Iterable[Visible[Entry]]) -> list[tuple[str, str]]:
    return [(each.thing.occurrence.ritual, each.thing.occurrence.reason) for each in silent]


def summary(counts: Counts, household: Household) -> list[str]:
    """One line a person: how many messages, on how many days, and the fullest day."""
    lines = []
    for person, days in counts.items():
        fullest = max(days, key=lambda day: days[day])
        total = f"{counted(sum(days.values()), 'message')} on {counted(len(days), 'day')}"
        lines.append(f"{household.people[person].name}: {total}, at most {days[fullest]} a day ({fullest})")
    return lines or ["No message in that time."]
