"""`ritualsd check`: every problem of the configuration, its decks and plugins in one run. Changes nothing."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.table import counted
from ritualsd.core.calendars import unnamed
from ritualsd.errors import ConfigError, RitualsdError
from ritualsd.model import INBOX_SCHEME, Channel, Problem, Settings

BESIDE = ("plugins", "decks")
"""Folders beside the configuration whose content is checked as well."""

FINE = ("sent", "left-alone")
"""What a test may come to with nothing to mend."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--send-test", is_flag=True, help="Also send a short test message to each channel.")
@pass_context
def command(context: Context, as_json: bool, send_test: bool) -> int:
    """List every problem in the configuration, its decks and plugins.

    Ends with 2 when something keeps it from working; with 0 when all is well or only worth a look.

    \b
    Example:
      ritualsd check
      ritualsd check --send-test
    """
    loaded = context.loaded()
    if loaded.settings is not None and (loaded.settings.households or context.household):
        return check_many(context, loaded.problems, as_json, send_test)
    problems = [*loaded.problems, *(_beyond(loaded.settings) if loaded.settings else ())]
    failed = any(problem.severity == "error" for problem in problems)
    tested = send_tests(context, loaded.settings) if send_test and loaded.settings and not failed else []
    if as_json:
        print_json({"ok": not failed, "problems": [asdict(problem) for problem in problems], "tested": tested})
    else:
        _print(problems, loaded.settings, tested)
    if failed:
        return ConfigError.exit_code
    return _exit_code(tested)


def check_many(context: Context, found: tuple[Problem, ...], as_json: bool, send_test: bool) -> int:
    """The main configuration and every household, or the one named. Raises NotFound, RitualsdError."""
    from ritualsd.cli.households import folder_of, problems_of, source_of
    from ritualsd.config.households import which_one

    folder = folder_of(context)
    if send_test and not context.household:
        raise which_one(folder)
    problems = [
        *found,
        *problems_of(folder, [source_of(folder, context.household).name] if context.household else None),
    ]
    failed = any(problem.severity == "error" for problem in problems)
    tested = send_tests(context, context.settings()) if send_test and not failed else []
    if as_json:
        print_json({"ok": not failed, "problems": [asdict(problem) for problem in problems], "tested": tested})
    else:
        for problem in problems:
            click.echo(str(problem))
        print_tests(tested)
        count = counted(1 if context.household else len(folder.some(sys.maxsize)), "household")
        click.echo(f"Some of {count} cannot be used." if failed else f"This works: {count}.")
    return ConfigError.exit_code if failed else _exit_code(tested)


def _exit_code(tested: list[dict[str, Any]]) -> int:
    return 0 if all(test["kind"] in FINE for test in tested) else 1


def _beyond(settings: Settings) -> tuple[Problem, ...]:
    """What only shows with a calendar at hand, or with the decks and plugins loaded where there may be any."""
    from ritualsd.config.forecast import forecast
    from ritualsd.config.fullness import overloads

    now = datetime.now(UTC)
    further = (*forecast(settings.household, now), *overloads(settings, now))
    if not _has_own_content(settings):
        return further
    from ritualsd.content.problems import problems_of

    return (*further, *problems_of(settings))


def _has_own_content(settings: Settings) -> bool:
    if settings.plugins or settings.plugin_require or settings.plugin_paths:
        return True
    if any(ritual.deck for ritual in settings.household.rituals.values()) or unnamed(settings.household):
        return True
    return any((Path(settings.root) / folder).exists() for folder in BESIDE)


def send_tests(context: Context, settings: Settings) -> list[dict[str, Any]]:
    """One short message to each channel that leads out of this machine, and what its provider answered."""
    tested = []
    for channel in _outward(settings):
        if settings.household.people[channel.person].confirm:
            tested.append({"channel": channel.label, "kind": "left-alone", "code": "confirm"})
            continue
        try:
            answer = context.perform("test-channel", channel=channel.label)
            tested.append({"channel": channel.label, "kind": answer["kind"], "code": answer["code"]})
        except RitualsdError as error:
            tested.append({"channel": channel.label, "kind": "not-tried", "code": str(error)})
    return tested


def _outward(settings: Settings) -> list[Channel]:
    channels = [channel for person in settings.household.people.values() for channel in person.channels]
    return [channel for channel in channels if not channel.url.reveal().startswith(f"{INBOX_SCHEME}:")]


def print_tests(tested: list[dict[str, Any]]) -> None:
    """A line for each channel that was tried."""
    for test in tested:
        from ritualsd.cli.test_channel import SAID

        click.echo(f"{test['channel']}: {SAID.get(test['kind'], 'it could not be tried')} ({test['code']}).")


def _print(problems: list[Problem], settings: Settings | None, tested: list[dict[str, Any]]) -> None:
    errors = [problem for problem in problems if problem.severity == "error"]
    warnings = [problem for problem in problems if problem.severity == "warning"]
    for problem in errors:
        click.echo(str(problem))
    if errors and warnings:
        click.echo("\nAlso worth a look:")
    for problem in warnings:
        click.echo(str(problem))
    print_tests(tested)
    click.echo(("\n" if problems else "") + _summary(errors, warnings, settings))


def _summary(errors: list[Problem], warnings: list[Problem], settings: Settings | None) -> str:
    if errors or settings is None:
        return f"{counted(len(errors), 'thing')} to mend before this works; each line says what to write."
    home = settings.household
    holds = f"{counted(len(home.people), 'person', 'people')}, {counted(len(home.rituals), 'ritual')}"
    if warnings:
        return f"This works: {holds}. The {counted(len(warnings), 'line')} above may be worth a look."
    return f"All is well: {holds}."
