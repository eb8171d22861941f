"""A file for its owner's eyes alone that appears under its name when it is whole, and never by halves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from ritualsd.errors import RitualsdError


@contextmanager
def private_file(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """Write to it, mode 0600; whatever fails leaves `path` as it was.

    Raises RitualsdError where `path` is there already, unless `force`, and where it cannot be written.
    """
    if not force and os.path.lexists(path):
        raise RitualsdError("this file is there already", where=str(path), todo="choose another name, or add --force")
    aside = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        with open(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise RitualsdError(
            f"this file cannot be written: {error.strerror}", where=str(path), todo="choose another place"
        ) from None
    finally:
        with suppress(OSError):
            aside.unlink()
