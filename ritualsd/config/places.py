"""Where the configuration lies, and whether it changed. Reads names and times of files, never their content."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from ritualsd.errors import ConfigMissing

FILE = "config.toml"
MORE = "rituals.d"
SECRETS = "secrets"


def find(given: Path | None, env: Mapping[str, str]) -> Path:
    """The configuration file to use: the one named, else the first that exists where we look.

    A file named on purpose (`--config`, `$RITUALSD_CONFIG`) is never passed over for another one.
    Raises ConfigMissing, which lists the places.
    """
    named = given or (Path(env["RITUALSD_CONFIG"]) if env.get("RITUALSD_CONFIG") else None)
    places = (named,) if named else _usual_places(env)
    for place in places:
        if os.path.lexists(place):
            return place
    looked = ", ".join(str(place) for place in places)
    raise ConfigMissing("there is no configuration yet", where=looked, todo="`ritualsd init` writes one that works")


def default_place(env: Mapping[str, str]) -> Path:
    """Where `init` writes when nobody says otherwise: this person's own configuration folder."""
    return _usual_places(env)[0]


def _usual_places(env: Mapping[str, str]) -> tuple[Path, ...]:
    home = env.get("HOME") or os.path.expanduser("~")
    base = env.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    return Path(base) / "ritualsd" / FILE, Path("/etc/ritualsd") / FILE


def more_files(path: Path) -> tuple[Path, ...]:
    """The `rituals.d/*.toml` beside the configuration, in the order of their names. Raises OSError.

    Names that start with a dot are an editor's own business.
    """
    folder = path.parent / MORE
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return ()
    return tuple(folder / name for name in sorted(names) if name.endswith(".toml") and not name.startswith("."))


def fingerprint(path: Path) -> str:
    """A cheap signature of everything `load` would read: it changes when one of the files may have. "" when vanished.

    Looks at names, sizes, times and inodes only, so it may be asked every few seconds. Never raises.
    """
    return _joined(signature(path), {name: _stamp(name) for name in _calendars.get(path, ())})


def signature(path: Path) -> str:
    """The same without the calendar files it names."""
    own = _stamp(path)
    if not own:
        return ""
    return "\n".join([own, *_stamps(path.parent / MORE, ".toml"), *_stamps(path.parent / SECRETS, "")])


# ── the calendar files a configuration names, as its last reading found them ──────────────────

_calendars: dict[Path, dict[Path, str]] = {}


def forget_calendars(path: Path) -> None:
    """The configuration at `path` is about to be read again."""
    _calendars.pop(path, None)


def note_calendar(path: Path, file: Path) -> None:
    """The configuration at `path` names this calendar file, which is about to be read."""
    _calendars.setdefault(path, {})[file] = _stamp(file)


def fingerprint_as_read(path: Path, own: str) -> str:
    """The fingerprint of what was read: `own`, the signature before, and each calendar file as it was before."""
    return _joined(own, _calendars.get(path, {}))


def _joined(own: str, calendars: Mapping[Path, str]) -> str:
    if not own or not calendars:
        return own
    month = f"{datetime.now(UTC):%Y-%m}"  # they are followed for so many days from this month
    return "\n".join([own, month, *(f"{name} {stamp}" for name, stamp in calendars.items())])


def _stamps(folder: Path, ending: str) -> Iterator[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        if name.endswith(ending):
            yield f"{name} {_stamp(folder / name)}"


def _stamp(path: Path) -> str:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return ""
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"
