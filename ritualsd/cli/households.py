"""`ritualsd households`: the households of a folder, what is wrong with each, and a pause for one of them.

It names households and counts; of the people in them it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.table import clean, print_table
from ritualsd.errors import ConfigError, NotFound
from ritualsd.model import Problem, Settings

if TYPE_CHECKING:
    from ritualsd.config.households import Folder, Source
    from ritualsd.ports.households import Registered

AT_ONCE = 1000

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("households")
def command() -> None:
    """List many households, check them, and pause one.

    The configuration names their folder, households = "FOLDER", which has a file or a folder for each.

    \b
    Example:
      ritualsd households list
      ritualsd households check oak
    """


@command.command("list")
@click.option("--refused", is_flag=True, help="Only those whose file cannot be used.")
@json_option
@pass_context
def list_all(context: Context, refused: bool, as_json: bool) -> None:
    """List the households, and which of them are in force.

    \b
    Example:
      ritualsd households list --refused
    """
    found = [each for each in _listed(context) if each["problem"] or not refused]
    if as_json:
        print_json(found)
    elif found:
        rows = [(each["household"], each["state"], str(each["rituals"]), each["problem"] or "") for each in found]
        print_table(("household", "state", "rituals", ""), rows)
    else:
        click.echo("None." if refused else "No household lives here yet.")


@command.command("check")
@click.argument("name", required=False)
@json_option
@pass_context
def check(context: Context, name: str | None, as_json: bool) -> int:
    """List every problem in one household, or in all of them.

    Ends with 2 when something keeps one from being taken up.

    \b
    Example:
      ritualsd households check
      ritualsd households check oak --json
    """
    folder = folder_of(context)
    problems = list(problems_of(folder, [source_of(folder, name).name] if name else None))
    failed = any(problem.severity == "error" for problem in problems)
    if as_json:
        print_json({"ok": not failed, "problems": [asdict(problem) for problem in problems]})
    else:
        for problem in problems:
            click.echo(clean(str(problem)) + ("" if problem.severity == "error" else " (a warning)"))
        if not problems:
            click.echo("All is well.")
    return ConfigError.exit_code if failed else 0


@command.command("pause")
@click.argument("name")
@json_option
@pass_context
def pause(context: Context, name: str, as_json: bool) -> None:
    """Pause everything in one household, until it is resumed.

    \b
    Example:
      ritualsd households pause oak
    """
    source_of(folder_of(context), name)
    _of(context, name).perform("pause", ritual=None, person=None, until_utc=None)
    _said(name, "Paused", as_json, paused=True)


@command.command("resume")
@click.argument("name")
@json_option
@pass_context
def resume(context: Context, name: str, as_json: bool) -> int:
    """End the pause of a household.

    \b
    Example:
      ritualsd households resume oak
    """
    source_of(folder_of(context), name)
    answer = _of(context, name).perform("resume", ritual=None, person=None)
    _said(name, "Resumed" if answer["resumed"] else "It was not paused", as_json, paused=False)
    return 0 if answer["resumed"] else 1


def chosen(main: Settings, name: str | None, env: Mapping[str, str]) -> Settings:
    """The settings of the household named. Raises NotFound, RitualsdError where none is named, and ConfigError with
    every problem of its file."""
    from ritualsd.config.households import Folder, alone, which_one

    if not main.households:
        raise alone()
    folder = Folder(main, env)
    if not name:
        raise which_one(folder)
    settings, problems = folder.loaded(source_of(folder, name))
    if settings is None:
        raise ConfigError("the household has errors", problems=problems)
    return settings


def problems_of(folder: Folder, names: list[str] | None = None) -> Iterator[Problem]:
    """What is wrong in these households, or in all, and with what else lies in their folder."""
    if names is None:
        try:
            names, wrong = folder.names()
        except ConfigError as error:
            names, wrong = [], [_of_folder(error)]
    else:
        wrong = [problem for name in names if (problem := folder.both(name))]
    yield from wrong
    for name in names:
        source = folder.source(name)
        if source is not None:
            yield from folder.loaded(source)[1]


def _of_folder(error: ConfigError) -> Problem:
    return Problem(severity="error", file=error.where, line=0, key="", message=error.what, hint=error.todo)


def folder_of(context: Context) -> Folder:
    """The folder of households. Raises NotFound where one lives here alone, and ConfigError."""
    from ritualsd.config.households import Folder

    main = context.machine()
    if not main.households:
        raise NotFound("one household lives here alone", todo='many need households = "FOLDER" in the configuration')
    return Folder(main, context.env)


def source_of(folder: Folder, name: str) -> Source:
    """The household of that name. Raises NotFound with a near one."""
    source = folder.source(name)
    if source is not None:
        return source
    names = folder.names()[0]
    close = get_close_matches(name, names[:AT_ONCE], n=1)
    todo = f"did you mean {close[0]!r}?" if close else "see: ritualsd households list"
    raise NotFound(f"no household is called {name!r}", todo=todo)


def _listed(context: Context) -> list[dict[str, Any]]:
    """Every household in the folder, and what the ledger knows of it."""
    folder = folder_of(context)
    names, twice = folder.names()[0], folder.twice()
    known = {each.household: each for each in _on_record(context)}
    return [_row(name, known.get(name), twice.get(name)) for name in sorted([*names, *twice])]


def _row(name: str, known: Registered | None, twice: Problem | None) -> dict[str, Any]:
    rituals, in_force = (known.rituals, bool(known.hash)) if known else (0, False)
    problem = str(twice) if twice else known.problems if known else ""
    well, unwell = ("in force", "old schedule kept") if in_force else ("waiting", "refused")
    state = unwell if problem else well
    return {"household": name, "state": state, "rituals": rituals, "problem": problem or None}


def _on_record(context: Context) -> Iterator[Registered]:
    from ritualsd.store import open_reader, open_registry

    main = context.machine()
    try:
        store = open_reader(context.state_path(), url=main.storage_url, sealing=main.sealing)
    except NotFound:
        return
    try:
        registry, after = open_registry(store), ""
        while found := registry.listed(after, AT_ONCE):
            yield from found
            after = found[-1].household
    finally:
        store.close()


def _of(context: Context, name: str) -> Context:
    return replace(context, household=name)


def _said(name: str, words: str, as_json: bool, *, paused: bool) -> None:
    if as_json:
        print_json({"household": name, "paused": paused})
    else:
        click.echo(f"{words}: {name}.")
