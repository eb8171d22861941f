"""`ritualsd changes`: what became different for one person in the configuration, and when. It only reads.

Must start fast: no database library. What is a surprise for them is never listed.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.table import print_table
from ritualsd.cli.viewing import known
from ritualsd.core.changes import PREFIX, changes_of
from ritualsd.store.peek import kept


@click.command("changes")
@click.option(
    "--for", "person", metavar="PERSON", required=True,
    help="Whose. It proves nothing about who is reading a shared screen.",
)  # fmt: skip
@click.option("-n", "count", metavar="N", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, person: str, count: int, as_json: bool) -> None:
    """Show which of your rituals are new, were changed or are gone, newest first.

    Each time the daemon takes up a configuration it notes what of it concerns you. A row without a ritual is about what
    the configuration says of you: channels, quiet hours, limits.

    \b
    Example:
      ritualsd changes --for ana
    """
    settings = context.settings()
    household = settings.household
    known(household, None, person)
    found = changes_of(person, kept(context.state_path(), PREFIX, household.id, settings.storage_url))[:count]
    if as_json:
        print_json(
            [
                {"ritual": each.ritual or None, "what": each.what, "at_utc": times.utc_text(each.at_utc)}
                for each in found
            ]
        )
        return
    if not found:
        click.echo("Nothing was noted yet. It begins when the daemon first runs: ritualsd run")
        return
    zone = ZoneInfo(household.people[person].zone)
    print_table(("since", "what", "ritual"), [(times.spoken(e.at_utc, zone), e.what, e.ritual or "you") for e in found])
