"""`ritualsd season`: begin, end or show a season of life. One of a person's own is told to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.times import spoken, utc_text
from ritualsd.cli.viewing import known
from ritualsd.core.seasons import NAMES, ORDINARY, holding, seen_by
from ritualsd.model import LifeSeason, Settings
from ritualsd.store.peek import peek


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
    settings = context.settings()
    known(settings.household, None, person or None)
    if name is not None:
        until = _until(settings, person, until_text) if until_text else None
        change(context, _known(name), person, until)
    record = peek(context.state_path(), settings.household.id, settings.storage_url)
    on = holding(seen_by(record.seasons, person), person, datetime.now(UTC)) if record else ()
    if as_json:
        print_json([_as_row(each) for each in on])
        return
    for line in [_line(each, settings) for each in on] or ["It is an ordinary time."]:
        click.echo(line)


def change(context: Context, name: str, person: str, until: datetime | None) -> None:
    """Begin the season, or end the one that is on."""
    answer = context.perform("season", name=name, person=person, until_utc=until and until.isoformat())
    if name == ORDINARY and not answer["ended"]:
        click.echo("There was no season to end.", err=True)


def _known(name: str) -> str:
    """The name as typed. Raises BadParameter, with the one that was probably meant."""
    if name in NAMES:
        return name
    close = get_close_matches(name, NAMES, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(NAMES)}"
    raise click.BadParameter(f"no season is called {name!r}; {hint}")


def _until(settings: Settings, person: str, text: str) -> datetime:
    from ritualsd.cli.moment import moment

    household = settings.household
    zone = household.people[person].zone if person in household.people else household.zone
    return moment(text, zone, datetime.now(UTC))


def _as_row(season: LifeSeason) -> dict[str, str | None]:
    until = season.until_utc
    return {"name": season.name, "person": season.person or None, "until_utc": utc_text(until) if until else None}


def _line(season: LifeSeason, settings: Settings) -> str:
    household = settings.household
    person = household.people.get(season.person)
    whose = f"for {person.name} alone" if person else "for everyone"
    if season.until_utc is None:
        ending = f"ritualsd season ordinary --for {person.id}" if person else "ritualsd season ordinary"
        return f"Season: {season.name}, {whose}, until `{ending}`."
    zone = ZoneInfo(person.zone if person else household.zone)
    return f"Season: {season.name}, {whose}, until {spoken(season.until_utc, zone)}."
