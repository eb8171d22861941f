"""`ritualsd inbox`: the address of a person's built-in inbox. It is the key to it as well: never log it."""

from __future__ import annotations

import click

from ritualsd.cli.context import Context, pass_context
from ritualsd.cli.viewing import known
from ritualsd.core.links import inbox_url
from ritualsd.errors import NotFound
from ritualsd.model import Household


@click.command("inbox")
@click.option("--for", "person", metavar="PERSON", help="Whose inbox; may be left out where one person lives alone.")
@pass_context
def command(context: Context, person: str | None) -> None:
    """Print the address of a person's built-in inbox.

    Whoever has the address can read that inbox: give it to that person only.

    \b
    Example:
      ritualsd inbox --for ana
    """
    from ritualsd.store.peek import peek

    settings = context.settings()
    known(settings.household, None, person)
    record = peek(context.state_path(), settings.household.id, settings.storage_url)
    if record is None:
        raise NotFound("the inbox has no address before the first start", todo="start it once: ritualsd run")
    whose = person or only_person(settings.household)
    click.echo(inbox_url(settings.web_bind, settings.public_url, record.secret, whose, context.household or ""))
    if not settings.web_enabled:
        click.echo("The page is switched off: [web] enabled = false.", err=True)


def only_person(household: Household) -> str:
    """The one person there is. Raises click.UsageError where a name is needed."""
    if len(household.people) != 1:
        raise click.UsageError(f"several people live here. Add --for with one of: {', '.join(household.people)}")
    return next(iter(household.people))
