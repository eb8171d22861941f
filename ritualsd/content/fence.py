"""A fence around a plugin's own process, where the kernel has Landlock: it reads its code, writes its folder, no more.

Out of its reach are the configuration, the secrets, the ledger, and every process outside. The network is not.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ritualsd.content.record import texts_in

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every machine Linux runs on
_VERSION = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38

_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE, _IOCTL = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
_ON_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL
_LOOK = _EXECUTE | _READ | _LIST
_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
"""What each version of Landlock can forbid about files."""

_ALONE = 0b11
"""No signal to a process outside, no abstract socket of one: since version 6."""

SYSTEM = (
    "/usr", "/bin", "/lib", "/lib64", "/etc", "/proc/self", "/run/systemd/resolve", "/run/resolvconf",
    "/sys/devices/system/cpu", "/dev/urandom", "/dev/random", "/dev/zero", "/dev/null",
)  # fmt: skip
"""What any program needs to start others, find names in the network, and know the time."""

WRITABLE = ("/dev/null",)


def readable(plugin: Path | None, root: str, settings: Any) -> Iterator[Path]:
    """What this process may read: the system, its libraries, the plugin's own files, and what its settings
    name: a whole path, or a file beside the configuration."""
    yield from map(Path, SYSTEM)
    yield from (Path(place) for place in (sys.prefix, sys.base_prefix, *sys.path) if place)
    if plugin:
        shared = root and plugin.parent == Path(root, "plugins")
        yield plugin.parent if shared and not plugin.is_dir() else plugin
    for text in texts_in(settings):
        with suppress(OSError, ValueError):  # a text need not be a path at all
            named = Path(root or "/", text)
            if named.is_absolute() and (text.startswith("/") or named.is_file()):
                yield named


def fence(open_to: Iterable[Path], *, closed: str) -> bool:
    """Let this process, and all it starts, read only `open_to` and write only its working folder, for good.

    The folder `closed` stays closed even inside one that is open. False where the kernel cannot do it.
    """
    version = _call(_CREATE, None, 0, _VERSION)
    if version < 1:
        return False
    forbidden = _BY_VERSION[min(version, max(_BY_VERSION))]
    rules = _call(_CREATE, *_described(version, forbidden), 0)
    if rules < 0:
        return False
    try:
        for path in open_to:
            for part, rights in _around(path.resolve(), Path(closed or "/nonexistent").resolve()):
                _allow(rules, part, rights & forbidden)
        for place in (*map(Path, WRITABLE), Path.cwd()):
            _allow(rules, place, forbidden)
        return _library().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and _call(_RESTRICT, rules, 0) == 0
    finally:
        os.close(rules)


def _around(path: Path, closed: Path) -> Iterator[tuple[Path, int]]:
    """`path` to look at; where it holds `closed`, only its names, and all it holds but that."""
    if path != closed and path not in closed.parents:
        yield path, _LOOK
        return
    yield path, _LIST
    if path != closed:
        with suppress(OSError):
            for inner in sorted(path.iterdir()):
                yield from (() if inner == closed else _around(inner, closed))


def _allow(rules: int, path: Path, rights: int) -> None:
    """Add one rule; what is not there, or cannot be opened, needs none."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _ON_FILES
        if rights:
            _call(_ADD, rules, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def _described(version: int, forbidden: int) -> tuple[bytes, int]:
    """The kernel's description of a set of rules, and its size."""
    words = (forbidden, 0, _ALONE) if version >= 6 else (forbidden,)
    return struct.pack(f"={len(words)}Q", *words), 8 * len(words)


def _call(number: int, *arguments: Any) -> int:
    plain = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return int(_library().syscall(ctypes.c_long(number), *plain))


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
