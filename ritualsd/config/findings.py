"""The problems found so far, each with its file, line and key. Nothing here decides what is a problem."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from ritualsd.config.positions import Positions
from ritualsd.model import Problem

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_KEY = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file that was read: its name as given, its data, and where its keys stand.

    `broken`: what was taken out of the data because it was wrong; what misses it has been told already.
    """

    file: str
    data: dict[str, Any]
    where: Positions
    broken: set[Path] = field(default_factory=set)


class Findings:
    """Collects problems, wherever they are found."""

    def __init__(self, main: str) -> None:
        self._main = main
        self._found: list[Problem] = []

    def add(self, severity: Severity, file: str, line: int, key: str, message: str, hint: str) -> None:
        self._found.append(
            Problem(severity=severity, file=file, line=line, key=key, message=shown(message), hint=shown(hint))
        )

    def about_file(self, file: str, line: int, message: str, hint: str) -> None:
        """An error of a file that could not be read as data."""
        self.add("error", file, line, "", message, hint)

    @property
    def failed(self) -> bool:
        return any(problem.severity == "error" for problem in self._found)

    def sorted(self) -> tuple[Problem, ...]:
        """Every problem once, by file (the main one first) and line."""
        return tuple(sorted(dict.fromkeys(self._found), key=lambda p: (p.file != self._main, p.file, p.line)))


class Spot:
    """One table in one file: what is wrong with it, or with one of its keys, is reported here.

    `key` "" means the table itself. The line is looked up when there is something to say.
    """

    __slots__ = ("_found", "part", "path")

    def __init__(self, found: Findings, part: Part, *path: str | int) -> None:
        self._found, self.part, self.path = found, part, path

    def below(self, *keys: str | int) -> Spot:
        return Spot(self._found, self.part, *self.path, *keys)

    def error(self, key: str, message: str, hint: str = "") -> None:
        self._add("error", key, message, hint)

    def warning(self, key: str, message: str, hint: str = "") -> None:
        self._add("warning", key, message, hint)

    def was_broken(self, key: str) -> bool:
        """Whether the key was written, but wrong, and has been told about."""
        return (*self.path, key) in self.part.broken

    @property
    def line(self) -> int:
        return self.part.where.line(self.path)

    @property
    def place(self) -> str:
        """The file and the line, as problems show them."""
        return f"{self.part.file}:{self.line}"

    def _add(self, severity: Severity, key: str, message: str, hint: str) -> None:
        path = (*self.path, key) if key else self.path
        self._found.add(severity, self.part.file, self.part.where.line(path), dotted(path), message, hint)


def dotted(path: Iterable[str | int]) -> str:
    """The key as TOML would write it; places in a list are left to the message."""
    return ".".join(_key(part) for part in path if isinstance(part, str))


def _key(part: str) -> str:
    if _PLAIN.fullmatch(part) and len(part) <= _LONGEST_KEY:
        return part
    return f'"{shown(part)[:_LONGEST_KEY]}"'


def shown(text: str) -> str:
    """Text that is safe on a terminal: whatever is not printable is spelled out."""
    return text if text.isprintable() else "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def quoted(text: str) -> str:
    """A name from the file inside a sentence: quoted, safe, and not too long."""
    return f'"{shown(text[:_LONGEST_KEY])}"'


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word this one was probably meant to be, or ""."""
    if len(word) > _LONGEST_KEY:
        return ""
    from difflib import get_close_matches

    close = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return close[0] if close else ""


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    close = nearest(word, known)
    return f'did you mean "{close}"?' if close else otherwise
