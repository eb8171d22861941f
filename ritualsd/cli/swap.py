"""`ritualsd swap`: give a turn back, so that somebody else may take it. Nobody is told who said no."""

from __future__ import annotations

from uuid import uuid4

import click

from ritualsd.cli.context import Context, pass_context, print_json


@click.command("swap")
@click.argument("occurrence")
@click.option("--as", "person", metavar="PERSON", required=True, help="Who gives it back: the one whose turn it is.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, occurrence: str, person: str, as_json: bool) -> None:
    """Give back a turn you can't take this time.

    The others are asked, one after the other and in private; the first who says yes has it. If nobody can, it rests.
    What must stay a secret from the others simply rests. OCCURRENCE is one of the names that `log --json` prints.

    \b
    Example:
      ritualsd swap cooking@2026-03-29/ana --as ana
    """
    answer = context.perform("swap", occurrence=occurrence, person=person, message=uuid4().hex)
    if as_json:
        print_json(answer)
    else:
        click.echo(answer["said"])
