"""Runs what a document shows, in a home of its own: files it names are written, `console` commands are run in order.

A line below a command must appear in its output, in the order shown; `…` stands for anything.
Blocks of plain `sh` are for reading: they install software or go on for ever.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(?P<language>\w+)?(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block of a document."""

    language: str
    file: str
    text: str
    line: int


@dataclass(frozen=True)
class Step:
    """One command, and what the document says it prints."""

    command: str
    shown: tuple[str, ...]


def blocks(document: Path) -> Iterator[Block]:
    text = document.read_text("utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(match["language"] or "", match["file"] or "", match["text"], line)


def steps(block: Block) -> Iterator[Step]:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, *shown = part.rstrip("\n").split("\n")
        yield Step(command, tuple(line for line in shown if line.strip()))


class Session:
    """A fresh home folder, where `ritualsd` is this checkout's, or an installed one with its own python and pip."""

    def __init__(self, home: Path, installed: Path | None = None) -> None:
        self.home, self.folder = home, home / ".config" / "ritualsd"
        tools = home / "bin"
        self.folder.mkdir(parents=True)
        tools.mkdir()
        (tools / "ritualsd").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ritualsd "$@"\n', "utf-8")
        (tools / "ritualsd").chmod(0o755)
        self._env = {
            "HOME": str(home), "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8",
            "COLUMNS": "120",
        }  # fmt: skip
        if installed:
            del self._env["PYTHONPATH"]
            python = installed.parent / "python"
            for name, does in {
                "ritualsd": f'"{installed}"',
                "pip": f'"{sys.executable}" -m pip --python "{python}"',  # an environment needs no pip of its own
                "pytest": f'"{python}" -m pytest -p no:cacheprovider',
            }.items():
                (tools / name).write_text(f'#!/bin/sh\nexec {does} "$@"\n', "utf-8")
                (tools / name).chmod(0o755)

    def write(self, block: Block) -> None:
        """Put a named block where it belongs, beside the configuration."""
        path = self.folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, "utf-8")

    def run(self, step: Step) -> list[str]:
        """The problems with one step: a bad exit, or a shown line that did not appear."""
        done = subprocess.run(
            ["sh", "-c", step.command],
            cwd=self.folder,
            env=self._env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        printed = done.stdout + done.stderr
        if done.returncode:
            return [f"{step.command}: exit {done.returncode}\n{printed}"]
        return [f"{step.command}: no line {line!r} in\n{printed}" for line in missing(step.shown, printed.splitlines())]


def missing(shown: tuple[str, ...], printed: list[str]) -> list[str]:
    """The shown lines that do not appear in their order."""
    rest, absent = list(printed), []
    for line in shown:
        pattern = re.compile(".*".join(re.escape(part) for part in line.split("…")))
        found = next((at for at, one in enumerate(rest) if pattern.fullmatch(one.rstrip())), None)
        if line.strip() != "…" and found is None:
            absent.append(line)
        elif line.strip() != "…" and found is not None:
            del rest[: found + 1]
    return absent
