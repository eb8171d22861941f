"""What belongs where once there are many households: the machine in the main file, people and rituals in theirs.

It reports, and reads nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any

from ritualsd.config.findings import Findings, Part, Spot
from ritualsd.config.places import MORE

OF_THE_MACHINE = ("households", "web", "plugins", "storage", "engine")
OF_A_HOUSEHOLD = ("people", "circles", "rituals", "calendars", "replies")


def check_main(files: Sequence[tuple[Part, Any]], found: Findings) -> None:
    """The main file beside a folder of households, and whatever lies in its rituals.d."""
    for part, _ in files:
        for key in OF_A_HOUSEHOLD:
            if key in part.data:
                message = "this belongs to a household, and they have files of their own here"
                Spot(found, part).error(key, message, "move it to a file in the folder that `households` names")


def check_household(part: Part, path: Path, found: Findings) -> None:
    """One household's file: nothing of the machine, and nothing from outside its own folder."""
    here = Spot(found, part)
    for key in OF_THE_MACHINE:
        if key in part.data:
            here.error(key, "a household cannot say this", "move it to the main configuration")
    if "replies" in part.data:
        message = "households are answered by their links and pages; other ways are not heard here"
        here.error("replies", message, "leave it out")
    if (path.parent / MORE).is_dir():
        here.error("", f"a household is one file, and {MORE} is not read", "write it all into this file")
    for table, key, name in _files_named(part.data):
        if PurePath(name).is_absolute() or ".." in PurePath(name).parts or name.startswith("~"):
            message = "a household reads no file outside its own folder"
            here.below(*table).error(key, message, f"copy it into {path.parent}")


def _files_named(data: dict[str, Any]) -> Iterator[tuple[tuple[str, str], str, str]]:
    """The table, the key and the name of each calendar file."""
    for kind, key in (("calendars", "ics"), ("people", "busy")):
        tables = data.get(kind)
        for id_, table in tables.items() if isinstance(tables, dict) else ():
            if isinstance(table, dict) and isinstance(table.get(key), str):
                yield (kind, id_), key, table[key]
