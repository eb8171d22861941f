"""Read one file that may be anything: a folder, a pipe, 60 MB, the wrong encoding. Never hangs, never shows content."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

CAP = 16 * 1024 * 1024
"""The most bytes a configuration file may hold: 10,000 rituals take about 2 MB."""

_IN_WORDS = {
    errno.ENOENT: ("there is no such file", "check the name"),
    errno.EACCES: ("this file cannot be read by the user ritualsd runs as", "give that user the right to read it"),
    errno.EPERM: ("this file cannot be read by the user ritualsd runs as", "give that user the right to read it"),
    errno.ELOOP: ("this link leads back to itself", "point it at a real file"),
    errno.ENXIO: ("this is a socket, not a file", "name a text file"),
    errno.ENOTDIR: ("one of the folders in this path is a file", "check the path"),
    errno.ENAMETOOLONG: ("this name is too long", "use a shorter one"),
}

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)


class Unreadable(Exception):
    """A file that cannot be used: `what` is wrong, what `todo`, and the 1-based `line` (0: the whole file)."""

    def __init__(self, what: str, todo: str, line: int = 0, *, missing: bool = False) -> None:
        super().__init__(what)
        self.what, self.todo, self.line, self.missing = what, todo, line, missing


def read_bytes(path: Path, cap: int = CAP, *, private: bool = False) -> bytes:
    """The bytes of a regular file of at most `cap` bytes; `private`: refuse one that group or others may read.

    Raises Unreadable. Opening never waits, not even for the other end of a pipe.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            _refuse_odd(os.fstat(handle), cap, private)
            with os.fdopen(handle, "rb", closefd=False) as file:
                data = file.read(cap + 1)
        finally:
            os.close(handle)
    except OSError as error:
        raise in_words(error) from None
    except ValueError:
        raise Unreadable("this name holds a character no file name can have", "check the name") from None
    if len(data) > cap:
        raise _too_big(cap)
    return data


def in_words(error: OSError) -> Unreadable:
    """The same failure, said so that a person can act on it."""
    what, todo = _IN_WORDS.get(error.errno or 0, (f"this file cannot be read ({error.strerror})", "check the disk"))
    return Unreadable(what, todo, missing=error.errno == errno.ENOENT)


def _refuse_odd(found: os.stat_result, cap: int, private: bool) -> None:
    if not stat.S_ISREG(found.st_mode):
        kind = next((words for test, words in _KINDS if test(found.st_mode)), "a device")
        raise Unreadable(f"this is {kind}, not a file", "name a text file")
    if found.st_size > cap:
        raise _too_big(cap)
    if private and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Unreadable("this file can be read by other users of the machine", "close it with `chmod 600`")


def _too_big(cap: int) -> Unreadable:
    size = f"{cap // (1024 * 1024)} MB" if cap >= 1024 * 1024 else f"{cap // 1024} kB"
    return Unreadable(f"this file is larger than {size}", "it is probably not the file you meant")


def decode(data: bytes) -> str:
    """The text of a UTF-8 file, a byte order mark dropped and line ends made plain. Raises Unreadable with the line."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("this file is saved as UTF-16", "save it as UTF-8 in your editor", 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"the byte 0x{data[error.start]:02X} on this line is not UTF-8; the file may be saved as Latin-1"
        raise Unreadable(what.replace("; ", ", "), "save it as UTF-8 in your editor", line) from None
    nul = text.find("\0")
    if nul >= 0:
        raise Unreadable(
            "a NUL character stands on this line", "remove it, or save the file as UTF-8", text.count("\n", 0, nul) + 1
        )
    return text.replace("\r\n", "\n")
