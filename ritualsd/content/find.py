"""Finds plugins without running any of them: bundled, installed, beside the configuration, and in named paths."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

from ritualsd.content.api import PROJECT
from ritualsd.content.record import Candidate
from ritualsd.model import Settings

PACKAGE = Path(__file__).resolve().parent.parent


def bundled_folder() -> Path:
    """Where the plugins we ship lie: inside an installed wheel, else in the checkout."""
    inside = PACKAGE / "bundled"
    return inside if inside.is_dir() else PACKAGE.parent / "plugins"


def find(settings: Settings, *, no_plugins: bool) -> list[Candidate]:
    """Every candidate, the nearest to the user last: of two with one name the later wins. Only bundled ones with
    `no_plugins`."""
    found = [*_in_folder(bundled_folder(), bundled=True)]
    if not no_plugins:
        found += _installed()
        found += _beside(settings)
    return found


def _installed() -> Iterator[Candidate]:
    for entry in sorted(entry_points(group=PROJECT), key=lambda entry: entry.name):
        package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
        yield Candidate(name=plugin_name(entry.name), source=f"installed: {package}", entry=entry)


def _beside(settings: Settings) -> Iterator[Candidate]:
    if not settings.plugin_root:
        return
    root = Path(settings.plugin_root)
    yield from _in_folder(root / "plugins")
    for text in settings.plugin_paths:
        path = root / Path(text).expanduser()
        if _is_plugin(path):
            yield _at(path)
        elif path.is_dir():
            yield from _in_folder(path)
        else:
            yield Candidate(name=plugin_name(path.stem), source=str(path), path=path)


def _in_folder(folder: Path, *, bundled: bool = False) -> Iterator[Candidate]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.name[0] not in "._")
    except OSError:
        return
    for path in paths:
        if _is_plugin(path):
            yield _at(path, bundled=bundled)


def _is_plugin(path: Path) -> bool:
    """A regular `.py` file, or a folder with an `__init__.py`."""
    return (path.suffix == ".py" and path.is_file()) or (path / "__init__.py").is_file()


def _at(path: Path, *, bundled: bool = False) -> Candidate:
    return Candidate(
        name=plugin_name(path.stem), source="bundled" if bundled else str(path), path=path, bundled=bundled
    )


def candidate_at(path: Path) -> Candidate:
    """The plugin in a file or a folder; the folder of a package `ritualsd_NAME` holds the plugin NAME."""
    whole = path.resolve()
    whole = whole.parent if whole.name == "__init__.py" else whole
    return Candidate(name=plugin_name(whole.stem).removeprefix(f"{PROJECT}-"), source=str(path), path=whole)


def plugin_name(stem: str) -> str:
    """The plugin's name for a file's stem or an entry point's name: lower case, with "-"."""
    return stem.lower().replace("_", "-")


def install_command(package: str) -> str:
    """The command that installs a package where this ritualsd would find it."""
    prefix = Path(sys.prefix).as_posix()
    if "/pipx/venvs/" in prefix:
        return f"pipx inject {PROJECT} '{package}'"
    if "/uv/tools/" in prefix:
        return f"uv tool install {PROJECT} --with '{package}'"
    return f"{sys.executable} -m pip install '{package}'"
