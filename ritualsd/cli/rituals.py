"""`ritualsd rituals`: the ready-made rituals, and adding some of them as a new file of one's own.

Writes below `rituals.d/` beside the configuration, and never over a file that is there.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.newfile import write_new
from ritualsd.cli.table import print_table
from ritualsd.config.places import MORE
from ritualsd.config.schedules import NAMES, Schedule, schedule
from ritualsd.errors import ConfigMissing, RitualsdError


@click.group("rituals")
def command() -> None:
    """List the ready-made rituals, and add some.

    \b
    Example:
      ritualsd rituals list
      ritualsd rituals add gentle-start
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """Show the ready-made rituals.

    \b
    Example:
      ritualsd rituals list --json
    """
    rows = [_as_row(schedule(name), context) for name in NAMES]
    if as_json:
        print_json(rows)
    else:
        print_table(("name", "", ""), [(row["name"], row["summary"], "added" if row["added"] else "") for row in rows])


@command.command("add")
@click.argument("name")
@pass_context
def add(context: Context, name: str) -> None:
    """Write the ready-made rituals NAME as a new file that says what each is for. Change in it what you like.

    A ritual that you have already, by its id, stays as it is.

    \b
    Example:
      ritualsd rituals add long-distance
    """
    chosen, path = schedule(name), _path(context, name)
    if os.path.lexists(path):
        raise RitualsdError("these are added already", where=str(path), todo="edit that file, or remove it first")
    household = context.settings().household
    there = [id_ for id_ in chosen.rituals if id_ in household.rituals]
    if len(there) == len(chosen.rituals):
        raise RitualsdError(f"you have all of {name} already", todo="see `ritualsd next` for what is coming")
    write_new(path, chosen.text(datetime.now(ZoneInfo(household.zone)).date(), there))
    click.echo(f"Written: {path}")
    for id_ in there:
        click.echo(f"  {id_} is there already, and stays as it is")
    click.echo("Edit it as you like; `ritualsd check` reads it for you, `ritualsd next` shows what is coming.")


def _path(context: Context, name: str) -> Path:
    return context.config_path().parent / MORE / f"{name}.toml"


def _as_row(each: Schedule, context: Context) -> dict[str, Any]:
    summary = each.summary.partition(": ")[2]
    return {"name": each.name, "summary": summary, "rituals": list(each.rituals), "added": _is_added(context, each)}


def _is_added(context: Context, each: Schedule) -> bool:
    try:
        return os.path.lexists(_path(context, each.name))
    except ConfigMissing:
        return False
