"""Writes a file that is not there yet. Never writes over one that is."""

from __future__ import annotations

import os
from pathlib import Path

from ritualsd.errors import ConfigError


def write_new(path: Path, text: str, mode: int = 0o644) -> None:
    """A new file with that mode; the folder of a private file is private as well. Raises ConfigError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if mode == 0o600 else 0o755)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        why = (error.strerror or "it failed").lower()
        raise ConfigError(
            f"this could not be written: {why}", where=str(path), todo="choose a place with --config"
        ) from None
