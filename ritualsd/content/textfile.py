"""Reads the text of one file that a person may have put anything into. Knows nothing of decks."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ritualsd.model import Problem

LARGEST = 16 * 1024 * 1024


class Unreadable(Exception):
    """A file that holds no text we can use; carries the problem to show."""

    def __init__(self, path: Path, message: str, hint: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.problem = Problem(severity="error", file=str(path), line=line, key="", message=message, hint=hint)


def read_text(path: Path) -> str:
    """The text of a regular UTF-8 file of bearable size, with plain line ends. Raises Unreadable."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode):
                raise Unreadable(path, "is not a regular file", "put a text file in its place")
            if info.st_size > LARGEST:
                raise Unreadable(path, f"is larger than {LARGEST >> 20} MB", "split it into several files")
            return _decoded(path, file.read(LARGEST + 1))
    except (OSError, ValueError) as error:
        raise Unreadable(path, "cannot be opened", str(getattr(error, "strerror", "") or "").lower()) from None


def _without_waiting(path: str, flags: int) -> int:
    """Opening a pipe somebody left here must not wait for a writer."""
    return os.open(path, flags | os.O_NONBLOCK)


def _decoded(path: Path, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(path, "is not UTF-8 text", "save it as UTF-8", line) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Unreadable(path, "holds a NUL character", "save it as plain text", line)
    return text.replace("\r\n", "\n").replace("\r", "\n")
