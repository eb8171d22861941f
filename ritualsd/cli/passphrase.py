"""The passphrase of a backup, from a file: typed on a command line, others could see it."""

from __future__ import annotations

from pathlib import Path

import click

from ritualsd.errors import RitualsdError

passphrase_option = click.option(
    "--passphrase-file", metavar="FILE", type=click.Path(path_type=Path), help="A file that holds a passphrase."
)


def passphrase_in(file: Path | None) -> str:
    """What the file says, without the line end; "" for no file. Raises RitualsdError."""
    if file is None:
        return ""
    try:
        phrase = file.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise RitualsdError("this passphrase cannot be read", where=str(file), todo="name a text file") from None
    if not phrase:
        raise RitualsdError("this passphrase is empty", where=str(file), todo="write one there")
    return phrase
