"""`ritualsd repair`: something to begin mending with, for the one who asks alone. It speaks for nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from ritualsd.cli.context import Context, pass_context, print_json


@click.command("repair")
@click.option("--as", "person", default="", metavar="PERSON", help="Who asks; a household of one needs no name.")
@click.option("--i-statement", "wanted", flag_value="i-statement", help="Ways to begin with what you felt.")
@click.option("--empathy", "wanted", flag_value="empathy", help="Ways to say that you understand.")
@click.option("--forgive", "wanted", flag_value="forgive", help="A quiet thought about letting go, for yourself.")
@click.option("--cool-off", "cool_off", metavar="DURATION", help="Take a pause first, such as 20m, and hear its end.")
@click.option("--follow-up", is_flag=True, help="One quiet question some days later.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context, person: str, wanted: str | None, cool_off: str | None, follow_up: bool, as_json: bool
) -> None:
    """Make room to mend something.

    The one who asks gets something to begin with, alone. For three days light and playful prompts rest for everyone in
    the household; nobody is told why, or by whom.

    \b
    Example:
      ritualsd repair --as ana
      ritualsd repair --as ana --cool-off 20m --follow-up
      ritualsd repair --as ana --i-statement
    """
    pause = None if cool_off is None else _length(cool_off)
    answer = context.perform(
        "repair", person=person, wanted=wanted or ("" if pause is None else "cool-off"),
        cool_off_s=None if pause is None else int(pause.total_seconds()), follow_up=follow_up,
    )  # fmt: skip
    if as_json:
        print_json(answer)
        return
    quiet, zone = answer["quiet_until_utc"], ZoneInfo(answer["zone"])
    when = f" after your quiet hours, at {datetime.fromisoformat(quiet).astimezone(zone):%H:%M}" if quiet else ""
    click.echo(f"On its way to you alone{when}. Light things rest for three days; nobody is told why.")
    if pause:
        click.echo(f"Your pause ends at {(datetime.now(UTC) + pause).astimezone(zone):%H:%M}.")
    if follow_up:
        click.echo("In a few days one quiet question comes, to you alone.")


def _length(text: str) -> timedelta:
    from ritualsd.core.duration import duration

    length = duration(text)
    if length is None:
        raise click.BadParameter(f"{text!r} is no length of time; write 20m or 1h", param_hint="--cool-off")
    return length
