"""`ritualsd calendar`: what is coming for one person as iCalendar, printed or by a secret link; never a surprise."""

from __future__ import annotations

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.inbox import only_person
from ritualsd.cli.record import reading
from ritualsd.cli.viewing import known
from ritualsd.errors import NotFound


@click.command("calendar")
@click.option("--for", "person", metavar="PERSON", help="Whose; may be left out where one person lives alone.")
@click.option("--print", "does", flag_value="print", default=True, help="Print it; what happens if you say nothing.")
@click.option("--link", "does", flag_value="link", help="Print a secret link instead, for programs that subscribe.")
@click.option("--revoke", "does", flag_value="revoke", help="End every such link of this person instead.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the link, or how many ended.")
@pass_context
def command(context: Context, person: str | None, does: str, as_json: bool) -> None:
    """Print a person's calendar as iCalendar: when something comes and its name, never its words.

    What is a secret from anyone is not in it, since calendars lie open on many screens. Programs ask for it hours
    apart, so it is for looking ahead, not for being on time. Whoever has the link can read along: give it to that
    person only.

    \b
    Example:
      ritualsd calendar --for ana > ana.ics
      ritualsd calendar --for ana --link
      ritualsd calendar --for ana --revoke
    """
    settings = context.settings()
    known(settings.household, None, person)
    whose = person or only_person(settings.household)
    if does != "print":
        _links(context, whose, does, as_json)
        return
    from ritualsd.flow.lived import lived_for
    from ritualsd.web.feed import feed

    with reading(context.state_path(), settings) as store:
        if store is None:
            raise NotFound("there is no calendar before the first start", todo="start it once: ritualsd run")
        click.echo(feed(store, lived_for(store, settings, whose), whose, times.now()), nl=False)


def _links(context: Context, person: str, does: str, as_json: bool) -> None:
    told = context.perform("calendar", person=person, revoke=does == "revoke")
    if as_json:
        print_json(told)
    elif does == "revoke":
        click.echo(f"Links ended: {told['revoked']}.")
    else:
        click.echo(told["url"])
