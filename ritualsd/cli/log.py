"""`ritualsd log`: what happened, newest first, one row for each message and channel. It only reads."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.record import NOTHING_YET, newest, reading
from ritualsd.cli.table import KEPT_SECRET, print_secrets, print_table
from ritualsd.cli.viewing import known, listing, secret_rows, secrets_as_json
from ritualsd.core.visibility import Visible
from ritualsd.model import Delivery, DeliveryState, Entry

KEYS = (
    "occurrence", "ritual", "person", "channel", "slot_local", "due_utc", "state", "attempts", "sent_utc", "reason",
)  # fmt: skip


@click.command("log")
@click.option("-n", "count", metavar="N", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@listing
@pass_context
def command(context: Context, count: int, ritual: str | None, person: str | None, as_json: bool) -> None:
    """Show what happened, newest first.

    A ritual that is a secret from somebody is only named, unless --for says who is reading.

    \b
    Example:
      ritualsd log -n 50
      ritualsd log --ritual small-thanks --for ana --json
    """
    settings = context.settings()
    known(settings.household, ritual, person)
    with reading(context.state_path(), settings) as store:
        if store is None:
            print_json([]) if as_json else click.echo(NOTHING_YET)
            return
        from ritualsd.flow.lived import lived_for

        household = lived_for(store, settings, person).household
        seen = newest(store, household, person, ritual, person, count, now := times.now())
    secrets = secret_rows(household, person, now, ritual)
    if as_json:
        rows = [row for each in seen for row in as_rows(each)]
        print_json(rows + secrets_as_json(secrets, KEYS, reason=KEPT_SECRET))
    else:
        head = ("when", "ritual", "channel", "state", "tries", "reason")
        print_table(head, [line for each in seen for line in lines(each)])
        print_secrets(secrets)


def as_rows(seen: Visible[Entry]) -> list[dict[str, Any]]:
    """One row for each channel, or one without where it never got as far."""
    return [_row(seen.thing, delivery) for delivery in seen.thing.deliveries or (None,)]


def lines(seen: Visible[Entry]) -> list[tuple[str, ...]]:
    """The same for a table."""
    return [_line(seen.thing, delivery) for delivery in seen.thing.deliveries or (None,)]


def _row(entry: Entry, delivery: Delivery | None) -> dict[str, Any]:
    occurrence = entry.occurrence
    return {
        "occurrence": occurrence.name,
        "ritual": occurrence.ritual,
        "person": occurrence.person,
        "channel": delivery.channel if delivery else None,
        "slot_local": times.local_text(occurrence.slot_local),
        "due_utc": times.utc_text(occurrence.due_utc),
        "state": _state_of(entry, delivery),
        "attempts": delivery.attempts if delivery else 0,
        "sent_utc": times.utc_text(delivery.sent_utc) if delivery and delivery.sent_utc else None,
        "reason": _reason_of(entry, delivery),
    }


def _state_of(entry: Entry, delivery: Delivery | None) -> str:
    return delivery.state.value if delivery else entry.occurrence.state.value


def _reason_of(entry: Entry, delivery: Delivery | None) -> str:
    """The code of what became of it: the delivery's own, else the occurrence's."""
    if delivery is None or delivery.state is DeliveryState.SENT:
        return entry.occurrence.reason
    return delivery.reason or delivery.code or entry.occurrence.reason


def _line(entry: Entry, delivery: Delivery | None) -> tuple[str, ...]:
    occurrence = entry.occurrence
    return (
        times.spoken(occurrence.due_utc, ZoneInfo(occurrence.zone)),
        occurrence.ritual,
        delivery.label if delivery else occurrence.person,
        _state_of(entry, delivery),
        str(delivery.attempts) if delivery else "",
        _reason_of(entry, delivery),
    )
