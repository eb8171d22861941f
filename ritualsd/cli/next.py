"""`ritualsd next`: what is coming, as the person asked for may see it. It reads; it plans and sends nothing.

Must start fast: no database library, no plugin, and rich only on a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.days import with_plugin_days
from ritualsd.cli.moment import moment
from ritualsd.cli.table import KEPT_SECRET, on_terminal, print_secrets, print_table
from ritualsd.cli.viewing import (
    BEFORE_FIRST_START,
    concerns,
    known,
    listing,
    say_not_settled,
    secret_rows,
    secrets_as_json,
)
from ritualsd.core.reasons import SENTENCES
from ritualsd.core.upcoming import Settled, Upcoming, settled_since, upcoming
from ritualsd.core.visibility import Viewer, Visible, visible_to
from ritualsd.model import Settings
from ritualsd.store.peek import Peek, peek, settled

HORIZON = timedelta(days=366)
KEYS = ("ritual", "person", "slot_local", "zone", "due_utc", "note", "reason")


@click.command("next")
@click.option("--from", "start", metavar="T", help=f"Start here instead of now: {times.FORMS}.")
@click.option("--until", metavar="T", help="Stop before this moment; a year ahead if not given.")
@click.option(
    "-n", "count", metavar="N", type=click.IntRange(1, 100_000), default=10, show_default=True, help="How many."
)
@listing
@pass_context
def command(
    context: Context,
    start: str | None,
    until: str | None,
    count: int,
    ritual: str | None,
    person: str | None,
    as_json: bool,
) -> None:
    """Show what is coming.

    A ritual that is a secret from somebody is only named, unless --for says who is reading.

    \b
    Example:
      ritualsd next -n 5
      ritualsd next --for ana --until "2 weeks"
    """
    settings = context.settings()
    known(settings.household, ritual, person)
    zone = settings.household.people[person].zone if person else settings.household.zone
    now = times.now()
    begin = moment(start, zone, now) if start is not None else now
    end = moment(until, zone, now) if until is not None else begin + HORIZON
    record = peek(context.state_path(), settings.household.id, settings.storage_url)
    settings = with_plugin_days(context, settings, record, begin, end)
    turns = settled(context.state_path(), settled_since(begin), settings.household.id, settings.storage_url)
    rows = list(islice(coming(settings, record, turns, begin, end, person, ritual, now), count))
    secrets = secret_rows(settings.household, person, now, ritual)
    if as_json:
        print_json([as_row(seen) for seen in rows] + secrets_as_json(secrets, KEYS, note=KEPT_SECRET))
        return
    show(rows, secrets)
    if record is None:
        say_not_settled(settings.household)


def coming(
    settings: Settings,
    record: Peek | None,
    turns: Sequence[Settled],
    begin: datetime,
    end: datetime,
    viewer: Viewer,
    ritual: str | None,
    now: datetime,
) -> Iterator[Visible[Upcoming]]:
    """What this viewer may see in full, earliest first, as it is without the pauses and seasons of others."""
    household = settings.household
    chosen = [each for each in household.rituals.values() if ritual in (None, each.id)]
    seen = {each.id: each for each in chosen if concerns(each, viewer, household, now)}
    seasons = [each.thing for each in visible_to(viewer, record.seasons, household, now)] if record else ()
    pauses = [each.thing for each in visible_to(viewer, record.pauses, household, now)] if record else ()
    ahead = upcoming(
        replace(settings, household=replace(household, seasons=tuple(seasons))),
        begin,
        only=seen,
        until=end,
        secret=record.secret if record else BEFORE_FIRST_START,
        counts=record.counts if record else {},
        pauses=pauses,
        done=record.done if record else {},
        settled=turns,
    )
    return visible_to(viewer, ahead, household, now)


def as_row(seen: Visible[Upcoming]) -> dict[str, Any]:
    item = seen.thing
    return {
        "ritual": item.ritual.id,
        "person": item.person,
        "slot_local": times.local_text(item.slot.local),
        "zone": item.slot.zone,
        "due_utc": times.utc_text(item.slot.due_utc),
        "note": item.slot.note,
        "reason": item.reason,
    }


def show(rows: list[Visible[Upcoming]], secrets: list[str]) -> None:
    if not rows and not secrets:
        click.echo("Nothing is coming in that time.")
        return
    if rows and on_terminal():
        from ritualsd.cli.month import print_month

        print_month([seen.thing.slot.local.date() for seen in rows if not seen.thing.reason])
    if rows:
        print_table(("when", "zone", "person", "ritual", ""), [line(seen) for seen in rows])
    print_secrets(secrets)


def line(seen: Visible[Upcoming]) -> tuple[str, ...]:
    item = seen.thing
    remark = f"not sent: {SENTENCES.get(item.reason, item.reason)}" if item.reason else item.slot.note
    at = times.spoken(item.slot.due_utc, ZoneInfo(item.slot.zone))
    return at, item.slot.zone, item.person, item.ritual.id, remark
