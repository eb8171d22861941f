"""Admission: the gates a candidate passes before it is a plugin, each with a status and a sentence when it does not.

Never raises for what a plugin does, unless `strict`; imports no code that is disabled or shadowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from ritualsd.content.find import install_command
from ritualsd.content.guard import Failed, Ok, bounded
from ritualsd.content.load import hooks_of, info_of, load
from ritualsd.content.plugin_settings import validated
from ritualsd.content.record import Candidate, Record, Refused, Status, plain_error
from ritualsd.errors import PluginProblem
from ritualsd.model import PluginTable

IMPORT_S = 10.0
RESERVED = frozenset({"require", "paths"})

_NAME = re.compile(r"[a-z][a-z0-9-]{0,60}")


def admit(
    candidates: Iterable[Candidate], tables: Mapping[str, PluginTable], *, secrets: Collection[str], strict: bool
) -> Iterator[Record]:
    """A record for every candidate, in order. Raises PluginProblem for the first refusal when `strict`."""
    found = list(candidates)
    winner = {candidate.name: candidate for candidate in found}
    for candidate in found:
        record = Record(candidate=candidate, table=tables.get(candidate.name, PluginTable()))
        if candidate is not winner[candidate.name]:
            record.status = "shadowed"
            record.error = f"{winner[candidate.name].source} has the same name and is nearer to you"
        elif not record.table.enabled:
            record.status = "disabled"
            record.error = f"switched off in {record.table.where or 'the configuration'}"
        else:
            _pass_gates(record, secrets, strict)
        yield record


def _pass_gates(record: Record, secrets: Collection[str], strict: bool) -> None:
    for gate, status in _GATES:
        outcome = bounded(_through(gate, record), IMPORT_S)
        if not isinstance(outcome, Ok):
            error = outcome.error if isinstance(outcome, Failed) else None
            refusal = _refusal(error, status, secrets)
            record.status, record.error = refusal.status, str(refusal)
            if strict:
                raise PluginProblem(refusal.what, where=record.name, todo=refusal.todo) from error
            return


def _through(gate: Callable[[Record], None], record: Record) -> Callable[[], None]:
    return lambda: gate(record)


def _refusal(error: BaseException | None, status: Status, secrets: Collection[str]) -> Refused:
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


# ── the gates ─────────────────────────────────────────────────────────────────────────────────


def _load(record: Record) -> None:
    name = record.name
    if name in RESERVED or not _NAME.fullmatch(name):
        raise Refused("load-error", f"'{name}' cannot be a plugin's name", "use lower-case letters, digits and -")
    record.plugin = load(record.candidate)


def _know(record: Record) -> None:
    record.info = info_of(record.plugin, record.name)
    record.hooks = hooks_of(record.plugin)


def _set_up(record: Record) -> None:
    assert record.info is not None  # noqa: S101 - a typed narrowing: the gate before set it
    record.settings = validated(record.info, record.table)


_GATES: tuple[tuple[Callable[[Record], None], Status], ...] = (
    (_load, "load-error"),
    (_know, "load-error"),
    (_set_up, "bad-config"),
)


def required_missing(requirements: Iterable[str]) -> list[tuple[str, str]]:
    """Each `[plugins] require` entry that is not met, with what to do about it."""
    from importlib.metadata import PackageNotFoundError, version

    from packaging.requirements import InvalidRequirement, Requirement

    found = []
    for text in requirements:
        try:
            wanted = Requirement(text)
            if not wanted.specifier.contains(version(wanted.name), prereleases=True):
                found.append(
                    (
                        f"{wanted.name} {version(wanted.name)} is installed, but {text} is required",
                        install_command(text),
                    )
                )
        except InvalidRequirement:
            found.append((f"'{text}' names no package", 'write a package such as "ritualsd-weather>=1"'))
        except PackageNotFoundError:
            found.append((f"{text} is required and not installed", install_command(text)))
    return found
