"""`ritualsd init`: a first configuration that works. Never writes over a file that exists."""

from __future__ import annotations

import os
import shlex
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from ritualsd.cli.check import print_tests, send_tests
from ritualsd.cli.context import Context, pass_context
from ritualsd.cli.newfile import write_new
from ritualsd.config import load, values
from ritualsd.config.channels import remarks
from ritualsd.config.places import SECRETS, default_place
from ritualsd.config.starter import Someone, demo, ids_of, secret_name, starter
from ritualsd.config.system import system_zone
from ritualsd.core.zones import zone
from ritualsd.errors import ConfigError, NotFound

REMOVE = "edit it, move it away, or name another place with --config"
DONE = """\
Written: {path}

  {command} check    reads it for you
  {command} next     shows what is coming
  {command} run      starts it here; the built-in inbox shows every message

Other ready-made rituals, such as a gentle start or ones for long distance: {command} rituals list
"""


@click.command()
@click.option("--name", "names", multiple=True, help="Who receives rituals; may be given several times.")
@click.option("--zone", "zone_name", help="The time zone you live in, such as Europe/Berlin.")
@click.option("--channel", help="An Apprise URL for the first person; it is kept in a file of its own.")
@click.option("--schedule", "schedule_name", default="", help="Ready-made rituals to begin with; see `rituals list`.")
@click.option("--yes", is_flag=True, help="Ask nothing; take what is given, and sensible answers for the rest.")
@click.option("--no-test", is_flag=True, help="Send no test message to the channel.")
@click.option("--demo", "only_demo", is_flag=True, help="One person, the built-in inbox, a first prompt in a minute.")
@pass_context
def command(
    context: Context,
    names: tuple[str, ...],
    zone_name: str | None,
    channel: str | None,
    schedule_name: str,
    yes: bool,
    no_test: bool,
    only_demo: bool,
) -> None:
    """Write a starter configuration that works.

    \b
    Example:
      ritualsd init
      ritualsd init --yes --name Ana --name Ben --zone Europe/Berlin
      ritualsd init --schedule gentle-start
    """
    path = context.config or Path(context.env.get("RITUALSD_CONFIG") or default_place(context.env))
    if os.path.lexists(path):
        raise ConfigError("there is a configuration already, and it stays as it is", where=str(path), todo=REMOVE)
    if only_demo:
        starter_demo(path)
    else:
        people = _people(names, channel, ask=not yes)
        local = _zone(zone_name, system_zone(context.env), ask=not yes)
        text = starter(people, local, datetime.now(ZoneInfo(local)).date(), schedule_name)
        for id_, one in zip(ids_of(people), people, strict=True):
            if one.channel:
                write_new(path.parent / SECRETS / secret_name(id_), one.channel + "\n", 0o600)
        write_new(path, text)
    command = "ritualsd" if context.config is None else f"ritualsd --config {shlex.quote(str(path))}"
    click.echo(DONE.format(path=path, command=command))
    settings = load(path, context.env).settings
    if settings is not None and not no_test:
        print_tests(send_tests(context, settings))


def starter_demo(path: Path) -> None:
    """Write the configuration of a first look: one person, only the inbox, one ritual due at the next full minute."""
    local = system_zone(os.environ)
    write_new(path, demo(datetime.now(ZoneInfo(local)), local))


def _people(names: tuple[str, ...], channel: str | None, *, ask: bool) -> list[Someone]:
    if not names and ask:
        click.echo("Who are the rituals for? They can be for you alone.")
        names = tuple(click.prompt("Names, with commas between them").split(","))
    if channel is None and ask:
        click.echo("\nMessages appear in the built-in inbox. One phone or mailbox can be added now, as an Apprise URL.")
        channel = click.prompt("An address, or just Enter", default="", show_default=False)
    everyone = [name.strip() for name in names if name.strip()] or ["You"]
    address = _channel(channel or "")
    return [Someone(name=_name(name), channel="" if number else address) for number, name in enumerate(everyone)]


def _name(given: str) -> str:
    try:
        return values.name(given)
    except ValueError as error:
        raise click.UsageError(f"A name: {error}.") from None


def _channel(url: str) -> str:
    """The address, once nothing speaks against it. Never shown again."""
    for remark in remarks("${channel}", url.strip()) if url.strip() else ():
        if remark.severity == "error":
            raise click.UsageError(f"The channel: {remark.message}; {remark.hint}.")
    return url.strip()


def _zone(given: str | None, local: str, *, ask: bool) -> str:
    name = given or (click.prompt("\nThe time zone you live in", default=local) if ask else local)
    try:
        return zone(name).key
    except NotFound as error:
        raise click.UsageError(f"{error}") from None
