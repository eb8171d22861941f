"""`ritualsd plugins`: which were found and how each is doing; for authors, a start to write one and checks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.table import clean, print_table
from ritualsd.cli.words import opened, settings_or_none
from ritualsd.errors import NotFound

if TYPE_CHECKING:
    from ritualsd.content.host import ContentHost
    from ritualsd.content.record import Candidate, Record
    from ritualsd.model import Settings


@click.group("plugins")
def command() -> None:
    """List the plugins and how each is doing; write and check your own.

    \b
    Example:
      ritualsd plugins list
      ritualsd plugins show gratitude
      ritualsd plugins new weather
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
    plugins = _seen_by_the_daemon(context).plugins()
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
    record = _find(_seen_by_the_daemon(context).records(), name)
    row = asdict(record.shown()) | {
        "summary": record.info.summary if record.info else "",
        "timeout_s": record.timeout_s,
        "runs": record.runs,
        "settings": dict(record.schema),
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


@command.command("check")
@click.argument("plugin", metavar="PATH")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@pass_context
def check(context: Context, plugin: str, as_json: bool) -> int:
    """Check a plugin as its author would: twelve questions, each with what is wrong.

    PATH is a plugin's file or folder, or the name of one that `plugins list` shows. It is tried with its settings from
    the configuration, else with the examples it gives for them. Ends with 1 when something is wrong.

    \b
    Example:
      ritualsd plugins check plugins/weather.py
      ritualsd plugins check weather --json
    """
    from ritualsd.content.conform import conformance

    settings = settings_or_none(context)
    candidate = _candidate(settings, plugin)
    table = settings.plugins.get(candidate.name)
    verdicts = conformance(candidate, table.settings if table else {})
    failed = any(verdict.failed for verdict in verdicts)
    if as_json:
        print_json({"ok": not failed, "checks": [asdict(verdict) for verdict in verdicts]})
        return int(failed)
    for verdict in verdicts:
        for line in str(verdict).splitlines():
            click.echo(clean(line))
    click.echo(f"{candidate.name}: " + ("see above what to mend." if failed else "all is well."))
    return int(failed)


@command.command("new")
@click.argument("name")
@click.option("--package", is_flag=True, help="Write a package to install and share, with tests, instead of one file.")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="The folder to write to.")
@pass_context
def new(context: Context, name: str, package: bool, into: Path | None) -> None:
    """Write the start of a plugin that works as it is.

    One file goes to plugins/ beside the configuration, where it is in use at once; a package goes to the current
    folder. Nothing is written over.

    \b
    Example:
      ritualsd plugins new weather
      ritualsd plugins new weather --package
    """
    from ritualsd.content import scaffold

    if package:
        written = scaffold.new_package(name, into or Path())
        further = f"pip install {(into or Path()) / f'ritualsd-{name}'}"
    else:
        written = scaffold.new_file(name, into or context.config_path().parent / "plugins")
        further = f"ritualsd plugins check {written[0]}"
    for path in written:
        click.echo(path)
    click.echo(f"Next: {further}")


def _candidate(settings: Settings, plugin: str) -> Candidate:
    """What to check: a path, else a plugin that would be found by that name. Raises NotFound."""
    from ritualsd.content.find import candidate_at, find

    path = Path(plugin)
    if path.exists():
        return candidate_at(path)
    found = {candidate.name: candidate for candidate in find(settings, no_plugins=False)}
    if plugin not in found:
        raise NotFound(f'there is no plugin "{clean(plugin)}" here', todo=_nearest(plugin, list(found)))
    return found[plugin]


def _seen_by_the_daemon(context: Context) -> ContentHost:
    """The plugins, with the failures the daemon has on record."""
    from ritualsd.store.peek import kept

    settings = settings_or_none(context)
    record = kept(context.state_path(), "breaker:", url=settings.storage_url if settings else "")
    return opened(context, settings, record=record)


def _find(records: tuple[Record, ...], name: str) -> Record:
    """The record of that name, the one in use before those it shadows. Raises NotFound with the nearest name."""
    named = [record for record in records if record.name == name]
    if named:
        return named[-1]
    raise NotFound(
        f'there is no plugin called "{clean(name)}"', todo=_nearest(name, [record.name for record in records])
    )


def _nearest(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, n=1)
    return f"did you mean {close[0]}?" if close else "`ritualsd plugins list` shows them all"


def _settings_help(schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each setting with its description, and what it is like: needed, or what it is without one."""
    required = schema.get("required", ())
    return [
        (name, f"{field.get('description', field.get('type', ''))}{_usual(field, needed=name in required)}")
        for name, field in schema.get("properties", {}).items()
    ]


def _usual(field: Mapping[str, Any], *, needed: bool) -> str:
    from ritualsd.core.inline import inline

    if needed:
        return f" (needed, such as {inline(field['examples'][0])})" if field.get("examples") else " (needed)"
    default = field.get("default")
    return f" (else {inline(default)})" if default not in (None, "", [], {}) and not field.get("writeOnly") else ""
