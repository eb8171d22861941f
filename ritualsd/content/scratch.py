"""A folder a process has for as long as it runs. What one that was killed left behind, the next one removes."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

HELD = ".held"
"""In each folder of ours: a file that is locked while somebody has it. The kernel frees it, however they end."""


class Scratch:
    """A private folder `path`, below `base` or where temporary files are, until `remove`."""

    def __init__(self, prefix: str, base: str | None = None) -> None:
        """Make it, and remove those of this prefix that nobody has any more. Raises OSError."""
        base = base or tempfile.gettempdir()
        _remove_left(Path(base), prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
        made = self.path / f"{HELD}-soon"
        self._held = os.open(made, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._held, fcntl.LOCK_EX)
        made.rename(self.path / HELD)  # locked before it has that name: nobody finds it free in between

    def remove(self) -> None:
        """To be called once."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._held)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def _remove_left(base: Path, prefix: str) -> None:
    """The folders of ours that nobody holds. One without the file in it is just being made, or somebody else's."""
    for file in base.glob(f"{prefix}*/{HELD}"):
        with suppress(OSError):
            if file.parent.lstat().st_uid == os.geteuid():
                _remove_if_free(file)


def _remove_if_free(file: Path) -> None:
    held = os.open(file, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(file.parent)
    finally:
        os.close(held)
