"""`ritualsd resume`: end a pause."""

from __future__ import annotations

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.pause import scope


@click.command("resume")
@click.option("--ritual", default="", metavar="ID", help="The ritual that was paused.")
@click.option("--for", "person", default="", metavar="PERSON", help="The person it was paused for.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, ritual: str, person: str, as_json: bool) -> int:
    """End a pause. Name what was paused in the same words as `pause`.

    \b
    Example:
      ritualsd resume
      ritualsd resume --ritual sunday-check-in
    """
    answer = context.perform("resume", ritual=ritual, person=person)
    what = scope(ritual, person)
    if as_json:
        print_json(answer)
    elif answer["resumed"]:
        click.echo(f"On again: {what}.")
    else:
        click.echo(f"There was no pause of {what}.", err=True)
    return 0 if answer["resumed"] else 1
