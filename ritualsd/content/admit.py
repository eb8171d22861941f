"""Admission: who is a plugin at all, where it is at home, and with which status and sentence when it is not let in.

Never raises for what a plugin does, unless `strict`; imports no code that is disabled or shadowed, and none of a plugin
that is kept apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ritualsd.content import gates
from ritualsd.content.apart import Apart
from ritualsd.content.api import PluginInfo
from ritualsd.content.find import install_command
from ritualsd.content.gates import pass_gates, refusal
from ritualsd.content.guard import Failed, attempt, bounded
from ritualsd.content.hooks import HOOKS
from ritualsd.content.inside import Beside, Inside
from ritualsd.content.load import checked
from ritualsd.content.process import Late, ProcessEnded
from ritualsd.content.record import Candidate, Record, Refused
from ritualsd.content.wire import unpack
from ritualsd.errors import PluginProblem
from ritualsd.model import PluginTable


def enlist(candidates: Iterable[Candidate], tables: Mapping[str, PluginTable]) -> list[Record]:
    """A record for every candidate, in order; those that are shadowed or switched off say so. Runs no code."""
    found = list(candidates)
    winner = {candidate.name: candidate for candidate in found}
    return [_enlisted(each, winner[each.name], tables.get(each.name, PluginTable())) for each in found]


def _enlisted(candidate: Candidate, winner: Candidate, table: PluginTable) -> Record:
    record = Record(candidate=candidate, table=table)
    if candidate is not winner:
        record.status, record.error = "shadowed", f"{winner.source} has the same name and is nearer to you"
    elif not table.enabled:
        record.status, record.error = "disabled", f"switched off in {table.where or 'the configuration'}"
    return record


def board(record: Record, inside: Inside, root: str, *, secrets: Collection[str], strict: bool) -> None:
    """Take one enlisted plugin through the gates, in the process it belongs to; a refusal becomes its status.

    `root` is the folder of the configuration. Raises PluginProblem for a refusal when `strict`.
    """
    refused = None if record.apart else _board_inside(record, inside, secrets)
    if refused is None and record.apart:  # one of ours may ask for a process once it is known
        refused = _board_apart(record, root, secrets, strict)
    if refused is not None:
        record.status, record.error, record.faults = refused.status, str(refused), refused.faults
        if strict:
            raise PluginProblem(refused.what, where=record.name, todo=refused.todo) from refused.__cause__


def _board_inside(record: Record, inside: Inside, secrets: Collection[str]) -> Refused | None:
    refused = pass_gates(record, partial(bounded, seconds=gates.IMPORT_S), secrets)
    if refused is None and not record.apart:
        registered = attempt(partial(inside.register, record.plugin, record.name))
        if isinstance(registered, Failed):
            return refusal(registered.error, "load-error", secrets)
        record.home = Beside(inside, record.plugin)
    return refused


# ── kept apart ────────────────────────────────────────────────────────────────────────────────


def _board_apart(record: Record, root: str, secrets: Collection[str], strict: bool) -> Refused | None:
    home = Apart(record.candidate, record.table, root=root, noisy=strict)
    try:
        _take_down(record, home.board())
    except Late:
        return refusal(None, "load-error", secrets)
    except ProcessEnded as error:
        return Refused("load-error", f"its process ended while it was loaded, {error}", "see what it does at import")
    except Exception as error:  # noqa: BLE001 - whatever was raised there is that plugin's problem
        return refusal(error, "load-error", secrets)
    record.home = home
    return None


def _take_down(record: Record, told: Any) -> None:
    """Note what the process tells about its plugin, as far as it can be true. Raises Refused for what cannot."""
    try:
        given = {each.name: unpack(told["info"][each.name]) for each in fields(PluginInfo) if each.name in told["info"]}
        info = PluginInfo(**given | {"settings": None})
        hooks, schema, folder = tuple(told["hooks"]), dict(told["schema"]), Path(told["folder"])
    except (KeyError, TypeError, ValueError):
        raise Refused("load-error", "its process told nothing that can be understood") from None
    record.info = checked(info, record.name)
    record.hooks = tuple(hook for hook in hooks if hook in HOOKS)
    record.told_schema = schema
    record.fenced = told.get("fenced") is True
    record.told_folder = _own_folder(record.candidate, folder)


def _own_folder(candidate: Candidate, told: Path) -> Path | None:
    """The folder of an installed plugin: as told where it lies in the installed package, else the package's own."""
    if candidate.entry is None:
        return None
    spec = find_spec(candidate.entry.module.partition(".")[0])
    package = Path(spec.origin).parent.resolve() if spec and spec.origin else Path("/nonexistent")
    told = told.resolve()
    return told if told.is_relative_to(package) else package


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
