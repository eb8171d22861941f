"""`ritualsd leave`: nothing more is sent to one person, by their own wish. Nobody is told, and it can be undone."""

from __future__ import annotations

import click

from ritualsd.cli.context import Context, pass_context, print_json


@click.command("leave")
@click.option("--as", "person", metavar="PERSON", required=True, help="Who leaves: oneself.")
@click.option("--undo", is_flag=True, help="Come back. It ends a pause of everything too, and says yes to a welcome.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, person: str, undo: bool, as_json: bool) -> int:
    """Leave: nothing more is sent to you, whatever the configuration says, until you come back.

    Nobody is told. What you share goes on for the others, and turns pass to them. Answering "leave" to any message
    does the same, and so does a button on your own pages; "start" brings you back.

    \b
    Example:
      ritualsd leave --as ana
      ritualsd leave --undo --as ana
    """
    answer = context.perform("leave", person=person, undo=undo)
    if as_json:
        print_json(answer)
    else:
        click.echo(answer["said"] if answer["done"] else "There was nothing to come back from.", err=not answer["done"])
    return 0 if answer["done"] else 1
