"""Does a plugin keep the contract? Runs the checks in a process of its own, so that nothing a plugin does is felt here.

`python -m ritualsd.content.conform` is that process: it reads one request on standard input and answers on what was
its standard output, while the plugin writes somewhere else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from ritualsd.content.api import PROJECT
from ritualsd.content.process import environment
from ritualsd.content.record import Candidate, Record, Refused, plain_error
from ritualsd.model import PluginTable

PATIENCE_S = 120.0
"""For all twelve checks together; each call into the plugin has its own limit."""

NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto", "urllib.Request"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One check: `failed` lists what is wrong, and is empty where all is well."""

    check: str
    failed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(
            [f"{'not ok' if self.failed else 'ok'}  {self.check}", *(f"        {one}" for one in self.failed)]
        )


def conformance(candidate: Candidate, settings: Mapping[str, Any]) -> tuple[Verdict, ...]:
    """A verdict for each check. Without `settings` the examples of the plugin's own model are used."""
    request = {
        "name": candidate.name,
        "path": str(candidate.path.resolve()) if candidate.path else "",
        "entry": candidate.entry.value if candidate.entry else "",
        "settings": dict(settings),
        "sys_path": sys.path,
    }
    try:
        with tempfile.TemporaryDirectory(prefix="ritualsd-check-") as folder:
            done = subprocess.run(
                [sys.executable, "-m", "ritualsd.content.conform"],
                input=json.dumps(request, default=str),
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
                env=environment(os.environ, folder),
            )
    except subprocess.TimeoutExpired:
        return (Verdict(check="it lets itself be checked", failed=(f"it did not end within {PATIENCE_S:.0f} s",)),)
    try:
        return tuple(Verdict(check=row["check"], failed=tuple(row["failed"])) for row in json.loads(done.stdout))
    except ValueError:
        ended = f"it ended the process it was checked in (exit {done.returncode})"
        return (Verdict(check="it lets itself be checked", failed=(ended,)),)


# ── the process of its own ────────────────────────────────────────────────────────────────────


def main() -> None:
    """Check the plugin named on standard input; answer with a list of verdicts as JSON."""
    request = json.load(sys.stdin)
    answer = os.dup(1)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 1)
        verdicts = list(_verdicts(request, said.fileno()))
    with os.fdopen(answer, "w") as out:
        json.dump([asdict(verdict) for verdict in verdicts], out)
    os._exit(0)  # a thread a plugin left behind must not keep us


def _verdicts(request: Mapping[str, Any], said: int) -> Iterator[Verdict]:
    from ritualsd.content.checks import CHECKS, Subject, exercise

    entry = EntryPoint(name=request["name"], value=request["entry"], group=PROJECT) if request["entry"] else None
    path = Path(request["path"]) if request["path"] else None
    candidate = Candidate(name=request["name"], source=request["path"] or request["entry"], path=path, entry=entry)
    table = PluginTable(settings=request["settings"])
    subject = Subject(record=Record(candidate=candidate, table=table), printed=lambda: _printed(said))
    try:
        _import(subject)
    except BaseException as error:  # noqa: BLE001 - sys.exit() and worse at import is the finding
        yield Verdict(
            check="it can be imported", failed=(str(error) if isinstance(error, Refused) else plain_error(error),)
        )
        return
    if subject.refusal is None:
        _set_up(subject)
        exercise(subject)
    for name, check in CHECKS.items():
        yield Verdict(check=name, failed=tuple(check(subject)))


def _import(subject: Any) -> None:
    from ritualsd.content.load import hooks_of, info_of, load

    record, importing = subject.record, True
    sys.addaudithook(lambda event, _: subject.network.append(event) if importing and event in NETWORK else None)
    began = _own_seconds()
    record.plugin = load(record.candidate)
    subject.import_s, importing = _own_seconds() - began, False
    try:
        record.info = info_of(record.plugin, record.name)
        record.hooks = hooks_of(record.plugin, lambda: record.folder)
    except Refused as refused:
        subject.refusal = refused


def _own_seconds() -> float:
    """A clock that stands still while others have the processor, where the system tells how long that was."""
    try:
        waited_ns = int(Path("/proc/thread-self/schedstat").read_text("ascii").split()[1])
    except (OSError, IndexError, ValueError):
        waited_ns = 0
    return time.perf_counter() - waited_ns / 1e9


def _set_up(subject: Any) -> None:
    """Validate the settings given, else the plugin's own examples."""
    from ritualsd.content.checks import examples
    from ritualsd.content.plugin_settings import validated

    record = subject.record
    given = dict(record.table.settings) or examples(record.info)
    try:
        record.settings = validated(record.info, PluginTable(settings=given))
    except Refused as refused:
        subject.bad_settings = refused.what


def _printed(said: int) -> str:
    sys.stdout.flush()
    return os.pread(said, 200, 0).decode("utf-8", "replace")


if __name__ == "__main__":
    main()
