"""Commands that plugins add. Looked for only when a word is no command of ours; `--help` never comes here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ritualsd.cli.context import Context
from ritualsd.cli.table import clean
from ritualsd.cli.words import opened, settings_or_none
from ritualsd.errors import PluginProblem, RitualsdError


def added_command(context: Context, word: str) -> click.Command | None:
    """The command of that name from the plugin nearest to the user, or None."""
    from ritualsd.content.commands import add_commands

    try:
        host = opened(context, settings_or_none(context))
        records = host.records()
    except PluginProblem:
        raise
    except RitualsdError:  # a broken configuration has its own words, for a command that is there
        return None
    try:
        for record in reversed(records):
            group = click.Group()
            if error := add_commands(record, group):
                _say(context, record.name, error)
            if word in group.commands:
                return guarded(group.commands[word], record.name)
    finally:
        host.close()
    return None


def _say(context: Context, plugin: str, error: str) -> None:
    if context.env.get("RITUALSD_STRICT") == "1":
        raise PluginProblem(f"ritualsd_commands: {error}", where=f"plugin {plugin}")
    click.echo(f"plugin {plugin} could not add its commands: {clean(error)}", err=True)


def guarded(command: click.Command, plugin: str) -> click.Command:
    """The same command; whatever breaks in it is told as the plugin's doing."""
    plain: Callable[[click.Context], Any] = command.invoke

    def invoke(ctx: click.Context) -> Any:
        try:
            return plain(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, RitualsdError):
            raise
        except Exception as error:
            if context_is_strict(ctx):
                raise
            what = f"its command {command.name} failed ({type(error).__name__})"
            raise PluginProblem(what, where=f"plugin {plugin}", todo="RITUALSD_STRICT=1 shows the details") from error

    command.invoke = invoke  # type: ignore[method-assign] # this one command, wherever it is run from
    return command


def context_is_strict(ctx: click.Context) -> bool:
    context = ctx.find_object(Context)
    return context is not None and context.env.get("RITUALSD_STRICT") == "1"
