"""The state folder: private, ours, and held by one daemon at a time. Standard library only; knows no database."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from ritualsd.errors import AlreadyRunning, StateFolder

LOCK = "lock"
PRIVATE = ("ritualsd.db*", LOCK)  # the files in it that must be 0600
WAIT_S = 1.5  # a daemon that is just ending gets this long to let go


def prepare_folder(state: Path) -> Path:
    """Make the state folder (0700) if need be, and prove that it is private and writable.

    A symbolic link to a folder is fine: systemd makes `$STATE_DIRECTORY` one. Raises StateFolder.
    """
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise StateFolder("the state folder is not a folder", where=str(state), todo="name another folder") from None
    except OSError as error:
        raise StateFolder(
            f"the state folder cannot be made: {error.strerror}", where=str(state), todo="make it, or name another"
        ) from None
    _refuse_wider(state, "700")
    if not os.access(state, os.W_OK | os.X_OK):
        raise StateFolder(
            "the state folder cannot be written", where=str(state), todo="give it to the user that runs ritualsd"
        )
    for pattern in PRIVATE:
        for file in state.glob(pattern):
            with suppress(FileNotFoundError):  # SQLite removes its side files when it likes
                _refuse_wider(file, "600")
    return state


def sync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the files behind them."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear(aside: Path) -> None:
    """Remove what is being made under this name, with all that lies beside it and begins with the same."""
    for left in aside.parent.glob(f"{aside.name}*"):
        left.unlink()


def lock(state: Path, *, wait_s: float = WAIT_S) -> Lock:
    """Hold the state folder, alone. Raises AlreadyRunning, naming the process that has it, after `wait_s`."""
    return Lock(state / LOCK, wait_s)


class Lock:
    """An exclusive flock with our process id in the file. The kernel frees it when we end, however we end.

    The file itself stays: removing it would let two processes hold two files of one name.
    """

    def __init__(self, path: Path, wait_s: float) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StateFolder(f"the lock cannot be opened: {error.strerror}", where=str(path)) from None
        try:
            _wait_for(self._file, path, wait_s)
        except BaseException:
            os.close(self._file)
            raise
        with suppress(OSError):  # a full disk may refuse the number; the lock holds without it
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let go. May be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _wait_for(file: int, path: Path, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _taken(file, path) from None
            time.sleep(0.05)


def _taken(file: int, path: Path) -> AlreadyRunning:
    holder = os.pread(file, 32, 0).decode("ascii", "replace").strip()
    who = f"process {holder}" if holder.isdigit() else "another process"
    return AlreadyRunning(f"ritualsd is already running here ({who})", where=str(path.parent), todo="stop it first")


def _refuse_wider(path: Path, mode: str) -> None:
    found = path.stat()
    if mode == "700" and not stat.S_ISDIR(found.st_mode):
        raise StateFolder("the state folder is not a folder", where=str(path), todo="name another folder")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise StateFolder("others on this machine can read it", where=str(path), todo=f"run: chmod {mode} {path}")
