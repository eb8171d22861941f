"""`ritualsd plugins`: which plugins were found, and how each is doing. Imports them; asks them for nothing."""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.table import clean, print_table
from ritualsd.cli.words import opened, settings_or_none
from ritualsd.errors import NotFound

if TYPE_CHECKING:
    from ritualsd.content.record import Record


@click.group("plugins")
def command() -> None:
    """List the plugins and how each is doing.

    \b
    Example:
      ritualsd plugins list
      ritualsd plugins show gratitude
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """List every plugin found, with its status and what is wrong with it.

    \b
    Example:
      ritualsd plugins list --json
    """
    plugins = opened(context, settings_or_none(context)).plugins()
    if as_json:
        print_json([asdict(plugin) for plugin in plugins])
        return
    head = ("plugin", "version", "status", "from")
    print_table(head, [(plugin.name, plugin.version, plugin.status, plugin.source) for plugin in plugins])
    for plugin in plugins:
        if plugin.error:
            click.echo(clean(f"{plugin.name}: {plugin.error}"))


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@pass_context
def show(context: Context, name: str, as_json: bool) -> None:
    """Show one plugin: where it is from, its hooks, and the settings it takes.

    \b
    Example:
      ritualsd plugins show gratitude
    """
    record = _find(opened(context, settings_or_none(context)).records(), name)
    row = asdict(record.shown()) | {
        "summary": record.info.summary if record.info else "",
        "timeout_s": record.timeout_s,
        "settings": _schema(record),
    }
    if as_json:
        print_json(row)
        return
    for key, value in row.items():
        if key != "settings" and value:
            click.echo(
                clean(f"{key.replace('_s', ' (s)'):12} {', '.join(value) if isinstance(value, tuple) else value}")
            )
    for key, text in _settings_help(row["settings"]):
        click.echo(clean(f"setting      {key}: {text}"))


def _find(records: tuple[Record, ...], name: str) -> Record:
    """The record of that name, the one in use before those it shadows. Raises NotFound with the nearest name."""
    named = [record for record in records if record.name == name]
    if named:
        return named[-1]
    close = get_close_matches(name, [record.name for record in records], n=1)
    todo = f"did you mean {close[0]}?" if close else "`ritualsd plugins list` shows them all"
    raise NotFound(f'there is no plugin called "{clean(name)}"', todo=todo)


def _schema(record: Record) -> dict[str, Any]:
    """The JSON Schema of the plugin's settings; empty where it takes none, or was not loaded."""
    model = record.info.settings if record.info else None
    return model.model_json_schema() if model else {}


def _settings_help(schema: dict[str, Any]) -> list[tuple[str, str]]:
    required = schema.get("required", ())
    return [
        (key, f"{field.get('description', field.get('type', ''))}{' (needed)' if key in required else ''}")
        for key, field in schema.get("properties", {}).items()
    ]
