"""`ritualsd page`: a one-time link to somebody's own pages. It lets in whoever has it: never log it."""

from __future__ import annotations

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.inbox import only_person


@click.command("page")
@click.option("--for", "person", metavar="PERSON", help="Whose pages; may be left out where one person lives alone.")
@click.option("--sign-out", is_flag=True, help="End every link and every sign-in of this person instead.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, person: str | None, sign_out: bool, as_json: bool) -> None:
    """Print a link to a person's own pages. It works once, within an hour.

    Whoever opens it first is signed in as that person: give it to them only.

    \b
    Example:
      ritualsd page --for ana
      ritualsd page --for ana --sign-out
    """
    whose = person or only_person(context.settings().household)
    told = context.perform("page", person=whose, sign_out=sign_out)
    if as_json:
        print_json(told)
    else:
        click.echo(f"{whose} is signed out everywhere." if sign_out else told["url"])
