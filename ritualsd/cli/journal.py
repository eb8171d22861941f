"""`ritualsd journal`: a person's own words, and what others let them read. It prints, and changes nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.inbox import only_person
from ritualsd.cli.review import YES_NO, day_given, keep_own, name_of
from ritualsd.cli.table import clean

if TYPE_CHECKING:
    from ritualsd.flow.journal import Line
    from ritualsd.model import Household

LONG_AGO = date(1970, 1, 2)


@click.command("journal")
@click.option("--for", "person", metavar="PERSON", help="Whose: your own. It proves nothing on a shared screen.")
@click.option("--since", metavar="DATE", help="From this day on; else all there is.")
@click.option("--jar", is_flag=True, help="Only the small victories you kept.")
@click.option("--memories", type=YES_NO, help="Whether something from your jar may come back to you now and then.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context, person: str | None, since: str | None, jar: bool, memories: str | None, as_json: bool
) -> None:
    """Read what you answered, and what was shown to you.

    \b
    Example:
      ritualsd journal --for ana --since 2026-01-01
      ritualsd journal --for ana --jar
    """
    from ritualsd.cli.record import reading
    from ritualsd.cli.viewing import known
    from ritualsd.flow.journal import from_the_jar, journal
    from ritualsd.flow.lived import lived_for
    from ritualsd.flow.review import begins

    settings = context.settings()
    whose = person or only_person(settings.household)
    known(settings.household, None, whose)
    if memories is not None:
        keep_own(context, whose, "echo", memories)
        return
    now = times.now()
    since_utc = begins(settings, whose, now, day_given(since) or LONG_AGO)
    with reading(context.state_path(), settings) as store:
        lines: list[Line] = []
        if store is not None:
            settings = lived_for(store, settings, whose)
            lines = from_the_jar(store, settings, whose, since_utc) if jar else journal(
                store, settings, whose, since_utc, now
            )  # fmt: skip
    if as_json:
        print_json([_row(line) for line in lines])
    elif not lines:
        click.echo("Nothing here yet.", err=True)
    else:
        click.echo("\n".join(_told(line, settings.household, whose) for line in lines))


def _row(line: Line) -> dict[str, Any]:
    return {
        "at_utc": times.utc_text(line.at_utc), "ritual": line.ritual, "asked": line.asked, "by": line.by,
        "kind": line.kind, "words": line.words,
    }  # fmt: skip


def _told(line: Line, household: Household, reader: str) -> str:
    at = times.spoken(line.at_utc, ZoneInfo(household.people[reader].zone))
    by = household.people[line.by].name if line.by in household.people and line.by != reader else ""
    said = clean(line.words) or line.kind
    return f"{at}  {clean(name_of(line.ritual, household))}: {f'{by}: ' if by else ''}{said}"
