"""Commands that plugins add to the command line. They are the one thing of a plugin that always runs in our process:
a command is typed by the person it serves, and talks to their terminal."""

from __future__ import annotations

from functools import partial
from typing import Any

from ritualsd.content.guard import Failed, Ok, bounded
from ritualsd.content.load import load
from ritualsd.content.record import Record, plain_error, secrets_in

HOOK = "ritualsd_commands"


def add_commands(record: Record, group: Any) -> str:
    """Let a plugin add its commands to `group`, a click group. Returns what went wrong in one line, or ""."""
    if HOOK not in record.hooks or not record.may_serve:
        return ""
    outcome = bounded(partial(_add, record, group), record.timeout_s)
    if isinstance(outcome, Ok):
        return ""
    if isinstance(outcome, Failed):
        return plain_error(outcome.error, secrets_in(record.table.settings))
    return f"no answer within {outcome.seconds:g} seconds"


def _add(record: Record, group: Any) -> None:
    plugin = load(record.candidate) if record.plugin is None else record.plugin
    function = getattr(plugin, HOOK)
    function(*([group] if function.__code__.co_argcount else []))
