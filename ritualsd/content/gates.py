"""The gates a plugin's code passes before it is called, in whichever process it is at home. Starts no process."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import partial
from typing import TypeAlias

from ritualsd.content.find import install_command
from ritualsd.content.guard import Failed, Ok, TimedOut
from ritualsd.content.load import hooks_of, info_of, load
from ritualsd.content.plugin_settings import validated
from ritualsd.content.record import Record, Refused, Status, plain_error

IMPORT_S = 10.0
RESERVED = frozenset({"require", "paths"})

_NAME = re.compile(r"[a-z][a-z0-9-]{0,60}")

Run: TypeAlias = Callable[[Callable[[], None]], Ok[None] | Failed | TimedOut]
"""How a gate is passed: within a bound where others wait for it."""


def pass_gates(record: Record, run: Run, secrets: Collection[str]) -> Refused | None:
    """Import the plugin, look at it, validate its settings. Returns what is wrong at the first gate it cannot pass."""
    for gate, status in _GATES:
        outcome = run(partial(gate, record))
        if not isinstance(outcome, Ok):
            return refusal(outcome.error if isinstance(outcome, Failed) else None, status, secrets)
    return None


def refusal(error: BaseException | None, status: Status, secrets: Collection[str]) -> Refused:
    """What a failed gate means, of this `status` unless it says so itself; `error` None when it did not end in time."""
    if isinstance(error, Refused):
        return error
    if error is None:
        return Refused(status, f"did not load within {IMPORT_S:.0f} seconds", "do slow work in a hook, not at import")
    if isinstance(error, ModuleNotFoundError) and error.name:
        return Refused(status, plain_error(error, secrets), install_command(error.name.partition(".")[0]))
    if isinstance(error, SyntaxError) and error.lineno:
        return Refused(status, f"line {error.lineno}: {plain_error(error, secrets)}")
    return Refused(status, plain_error(error, secrets))


def _load(record: Record) -> None:
    name = record.name
    if name in RESERVED or not _NAME.fullmatch(name):
        raise Refused("load-error", f"'{name}' cannot be a plugin's name", "use lower-case letters, digits and -")
    record.plugin = load(record.candidate)


def _know(record: Record) -> None:
    record.info = info_of(record.plugin, record.name)
    record.hooks = hooks_of(record.plugin, lambda: record.folder)


def _set_up(record: Record) -> None:
    assert record.info is not None  # noqa: S101 - a typed narrowing: the gate before set it
    record.settings = validated(record.info, record.table)


_GATES: tuple[tuple[Callable[[Record], None], Status], ...] = (
    (_load, "load-error"),
    (_know, "load-error"),
    (_set_up, "bad-config"),
)
