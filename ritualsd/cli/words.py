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
    from ritualsd.content.trace import HookCall, Trace


def settings_or_none(context: Context) -> Settings:
    """The configuration, or an empty one where none was written yet, so that the bundled words can be looked at."""
    try:
        return context.settings() if context.household else context.machine()
    except ConfigMissing:
        return Settings(root="", household=Household())


trace_option = click.option(
    "--trace-plugins", "traced", is_flag=True, help="Say each call into a plugin, how long it took, what came of it."
)


def opened(
    context: Context, settings: Settings, record: Mapping[str, str] | None = None, *, traced: bool = False
) -> ContentHost:
    """The decks and plugins. What a plugin does here counts for nothing later; RITUALSD_STRICT=1 raises it.

    With `record`, what the daemon keeps of their failures, they show as the daemon last saw them. `traced` prints each
    call into a plugin on standard error.
    """
    from ritualsd.content import open_content

    strict = context.env.get("RITUALSD_STRICT") == "1"
    memory = None if record is None else (lambda key: record.get(key, ""), lambda _key, _value: None)
    return open_content(
        settings, no_plugins=context.no_plugins, emit=lambda _: None, strict=strict, breaker_memory=memory,
        trace=_printing(settings) if traced else None,
    )  # fmt: skip


def _printing(settings: Settings) -> Trace:
    """Prints a call; one for a secret ritual is left out, since even that it was made would tell."""
    secret = {ritual.id for ritual in settings.household.rituals.values() if ritual.secret_from}

    def print_call(call: HookCall) -> None:
        if getattr(call.arguments.get("ask"), "ritual", "") not in secret:
            click.echo(clean(str(call)), err=True)

    return print_call


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
