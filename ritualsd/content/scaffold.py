"""Writes the start of a plugin: one file, or a package with tests that pass as they are. Never writes over anything."""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from ritualsd import __version__
from ritualsd.content.gates import RESERVED
from ritualsd.errors import NotFound, RitualsdError

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SUFFIX = ".tmpl"


def new_file(name: str, folder: Path) -> list[Path]:
    """Write `folder/NAME.py`. Returns what was written. Raises RitualsdError for a bad name or where it exists."""
    _check(name)
    return _write("file", name, folder)


def new_package(name: str, folder: Path) -> list[Path]:
    """Write `folder/ritualsd-NAME/`, a package with an entry point, a README and tests. Raises as `new_file`."""
    _check(name)
    place = folder / f"ritualsd-{name}"
    if place.exists():
        raise RitualsdError("exists already", where=str(place), todo="choose another name, or move it away")
    return _write("package", name, place)


def _check(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > 60 or name in RESERVED:
        raise NotFound(f"'{name:.60}' cannot be a plugin's name", todo="use lower-case letters, digits and -")


def _write(kind: str, name: str, folder: Path) -> list[Path]:
    values = {
        "name": name, "module": _module(kind, name), "title": name.replace("-", " ").capitalize(),
        "version": __version__,
    }  # fmt: skip
    written = []
    for template, relative in _templates(files("ritualsd.content") / "templates" / kind, Path()):
        path = folder / str(relative).replace("MODULE", values["module"]).replace("NAME", name.replace("-", "_"))
        if path.exists():
            raise RitualsdError("exists already", where=str(path), todo="choose another name, or move it away")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(template.read_text("utf-8")).substitute(values), "utf-8")
        written.append(path)
    return written


def _module(kind: str, name: str) -> str:
    plain = name.replace("-", "_")
    return f"ritualsd_{plain}" if kind == "package" else plain


def _templates(folder: Traversable, at: Path) -> list[tuple[Traversable, Path]]:
    """Every template below a folder, with the path of what it becomes."""
    found: list[tuple[Traversable, Path]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _templates(entry, at / entry.name)
        elif entry.name.endswith(_SUFFIX):
            found.append((entry, at / entry.name.removesuffix(_SUFFIX)))
    return found
