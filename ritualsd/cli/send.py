"""`ritualsd send`: a ritual now, outside its schedule."""

from __future__ import annotations

import click

from ritualsd.cli.context import Context, pass_context, print_json


@click.command("send")
@click.argument("ritual")
@click.option("--to", "person", metavar="PERSON", help="Only to this person.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, ritual: str, person: str | None, as_json: bool) -> None:
    """Send a ritual now. Quiet hours and pauses hold as always.

    \b
    Example:
      ritualsd send sunday-check-in
      ritualsd send sunday-check-in --to ana
    """
    answer = context.perform("send", ritual=ritual, person=person)
    if as_json:
        print_json(answer)
        return
    for name in answer["occurrences"]:
        click.echo(f"{name}: handed over; `ritualsd why {name}` says what became of it.")
