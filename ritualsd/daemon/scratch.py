"""The folder a worker has for as long as it runs. What one that was killed left behind, the next one removes."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ritualsd.errors import RitualsdError
from ritualsd.store.folder import LOCK, lock

PREFIX = "ritualsd-worker-"


@contextmanager
def scratch(base: str | None) -> Iterator[Path]:
    """A private folder below `base`, else where temporary files are; removed at the end."""
    base = base or tempfile.gettempdir()
    _remove_left(Path(base))
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, dir=base, ignore_cleanup_errors=True) as folder,
        lock(Path(folder)),
    ):
        yield Path(folder)


def _remove_left(base: Path) -> None:
    """The folders of ours that nobody holds. One without its lock is just being made."""
    for folder in base.glob(f"{PREFIX}*/"):
        with suppress(RitualsdError, OSError):
            found = folder.lstat()
            if found.st_uid == os.geteuid() and (folder / LOCK).is_file():
                with lock(folder, wait_s=0):
                    shutil.rmtree(folder)
