"""`ritualsd pause`: hold everything, one ritual, or one person, for as long as needed. Nobody else is told."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from ritualsd.cli.context import Context, pass_context, print_json


@click.command("pause")
@click.option("--ritual", default="", metavar="ID", help="Only this ritual.")
@click.option("--for", "person", default="", metavar="PERSON", help="Only what this person receives.")
@click.option(
    "--until", "until_text", metavar="TIME", help="A date, a local time, or a duration; without it, until `resume`."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, ritual: str, person: str, until_text: str | None, as_json: bool) -> None:
    """Pause everything, a ritual, or a person.

    Without --until it lasts until `ritualsd resume`. What falls into a pause is not sent later;
    `ritualsd why` lists it.

    \b
    Example:
      ritualsd pause --until 2026-12-27
      ritualsd pause --ritual sunday-check-in --until "3 weeks"
      ritualsd pause --for ana
    """
    until = _until(context, person, until_text) if until_text else None
    answer = context.perform("pause", ritual=ritual, person=person, until_utc=until and until.isoformat())
    if as_json:
        print_json(answer)
        return
    end = f"until {until:%a %d %b %Y %H:%M} ({until.tzname()})" if until else "until you say `ritualsd resume`"
    click.echo(f"Paused {scope(ritual, person)} {end}.")


def _until(context: Context, person: str, text: str) -> datetime:
    from ritualsd.cli.moment import moment

    household = context.settings().household
    zone = household.people[person].zone if person in household.people else household.zone
    return moment(text, zone, datetime.now(UTC)).astimezone(ZoneInfo(zone))


def scope(ritual: str, person: str) -> str:
    """What a pause holds, in words."""
    if ritual and person:
        return f"{ritual} for {person}"
    return ritual or (f"everything for {person}" if person else "everything")
