"""Opens decks and plugins for a single command, with or without a configuration. Sends and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from ritualsd.cli.context import Context, print_json
from ritualsd.cli.table import clean
from ritualsd.errors import ConfigMissing
from ritualsd.model import Household, Problem, Settings

if TYPE_CHECKING:
    from ritualsd.content.host import ContentHost


def settings_or_none(context: Context) -> Settings:
    """The configuration, or an empty one where none was written yet, so that the bundled words can be looked at."""
    try:
        return context.settings()
    except ConfigMissing:
        return Settings(root="", household=Household())


def opened(context: Context, settings: Settings, record: Mapping[str, str] | None = None) -> ContentHost:
    """The decks and plugins. What a plugin does here counts for nothing later; RITUALSD_STRICT=1 raises it.

    With `record`, what the daemon keeps of their failures, they show as the daemon last saw them.
    """
    from ritualsd.content import open_content

    strict = context.env.get("RITUALSD_STRICT") == "1"
    memory = None if record is None else (lambda key: record.get(key, ""), lambda _key, _value: None)
    return open_content(
        settings, no_plugins=context.no_plugins, emit=lambda _: None, strict=strict, breaker_memory=memory
    )


def print_problems(problems: list[Problem], *, as_json: bool, all_well: str) -> int:
    """Print problems as `check` does. Returns 1 when one of them is an error, else 0."""
    failed = any(problem.severity == "error" for problem in problems)
    if as_json:
        print_json({"ok": not failed, "problems": [as_row(problem) for problem in problems]})
        return int(failed)
    for problem in problems:
        click.echo(clean(str(problem)) + ("" if problem.severity == "error" else " (a warning)"))
    if not problems:
        click.echo(all_well)
    return int(failed)


def as_row(problem: Problem) -> dict[str, Any]:
    return {
        "severity": problem.severity,
        "file": problem.file,
        "line": problem.line,
        "key": problem.key,
        "message": problem.message,
        "hint": problem.hint,
    }
