"""`ritualsd season`: begin, end or show a season of life. One of a person's own is told to nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.core.seasons import NAMES, ORDINARY
from ritualsd.model import Settings


@click.command("season")
@click.argument("name", required=False, metavar=f"[{'|'.join(NAMES)}]")
@click.option("--for", "person", default="", metavar="PERSON", help="Only for this person, and told to nobody else.")
@click.option("--until", "until_text", metavar="TIME", help="A date, a local time, or a duration; else until it ends.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, name: str | None, person: str, until_text: str | None, as_json: bool) -> None:
    """Begin or end a season of life; without a name, show the one that is on.

    In a season some rituals rest and the others are lighter or fewer; `ritualsd why` says what rested. `ordinary` ends
    it. A season with --for changes what that person gets and nothing else, and shows only to --for that person. On a
    shared shell --for proves nothing about who is reading.

    \b
    Example:
      ritualsd season newborn --until "8 weeks"
      ritualsd season grief --for ana
      ritualsd season ordinary
    """
    from ritualsd.daemon.commands import perform

    settings = context.settings()
    until = _until(settings, person, until_text) if until_text else None
    answer = perform(
        "season", context.state_path(), lambda: settings, no_plugins=context.no_plugins,
        name=_known(name), person=person, until_utc=until and until.isoformat(),
    )  # fmt: skip
    if as_json:
        print_json({"seasons": answer["seasons"]})
        return
    if name == ORDINARY and not answer["ended"]:
        click.echo("There was no season to end.", err=True)
    for line in told(answer["seasons"], settings):
        click.echo(line)


def _known(name: str | None) -> str:
    """The name as typed. Raises BadParameter, with the one that was probably meant."""
    if name is None or name in NAMES:
        return name or ""
    close = get_close_matches(name, NAMES, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(NAMES)}"
    raise click.BadParameter(f"no season is called {name!r}; {hint}")


def _until(settings: Settings, person: str, text: str) -> datetime:
    from ritualsd.cli.moment import moment

    household = settings.household
    zone = household.people[person].zone if person in household.people else household.zone
    return moment(text, zone, datetime.now(UTC))


def told(seasons: list[Mapping[str, Any]], settings: Settings) -> list[str]:
    """A line for each season that is on; one line where it is an ordinary time."""
    return [_line(each, settings) for each in seasons] or ["It is an ordinary time."]


def _line(season: Mapping[str, Any], settings: Settings) -> str:
    household = settings.household
    person = household.people.get(season["person"])
    whose = f"for {person.name} alone" if person else "for everyone"
    if season["until_utc"] is None:
        return f"Season: {season['name']}, {whose}, until `ritualsd season ordinary`."
    local = datetime.fromisoformat(season["until_utc"]).astimezone(ZoneInfo(person.zone if person else household.zone))
    return f"Season: {season['name']}, {whose}, until {local:%a %d %b %Y %H:%M} ({local.tzname()})."
