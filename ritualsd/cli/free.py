"""`ritualsd free`: when several people are all free, by their quiet hours and own calendars. It only reads."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.table import print_table
from ritualsd.core.free import free_spans


@click.command("free")
@click.option("--for", "people", metavar="PEOPLE", default="everyone", show_default=True, help="Names or a circle.")
@click.option("--days", type=click.IntRange(1, 366), default=14, show_default=True, help="How far ahead to look.")
@click.option("--minutes", type=click.IntRange(1, 1440), default=120, show_default=True, help="How long at least.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, people: str, days: int, minutes: int, as_json: bool) -> None:
    """Show when everybody is free, for an evening out.

    Free is whoever has no quiet hours then and nothing in the calendar their `busy` names. What takes somebody's time
    is never read.

    \b
    Example:
      ritualsd free --for ana,ben --minutes 180
    """
    from ritualsd.daemon.own_actions import audience_of

    household = context.settings().household
    asked = [household.people[each] for each in sorted(audience_of(people, household))]
    begin = times.now().replace(second=0, microsecond=0)
    spans = list(free_spans(asked, begin, begin + timedelta(days=days), timedelta(minutes=minutes)))
    if as_json:
        print_json([{"from_utc": times.utc_text(first), "until_utc": times.utc_text(last)} for first, last in spans])
        return
    zone = ZoneInfo(household.zone)
    if spans:
        rows = [(times.spoken(first, zone), times.spoken(last, zone), household.zone) for first, last in spans]
        print_table(("from", "until", ""), rows)
    else:
        click.echo("Nobody found a time that suits everyone. Try fewer --minutes or more --days.")
