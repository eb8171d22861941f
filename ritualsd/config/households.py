"""Many households: a folder with a file or a folder for each. Finds them, tells whether one changed, and reads one.

A household NAME is `NAME.toml` or `NAME/config.toml`; its decks and secrets lie in the folder `NAME` either way.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from ritualsd import __version__
from ritualsd.config.assemble import assemble_one
from ritualsd.config.files import Unreadable, in_words, read_bytes
from ritualsd.config.findings import quoted, shown
from ritualsd.config.places import FILE, forget_calendars
from ritualsd.config.values import ID_PATTERN
from ritualsd.errors import ConfigError, NotFound, RitualsdError
from ritualsd.model import DEFAULT_HOUSEHOLD, Problem, Settings

SUFFIX = ".toml"
CAP = 4 * 1024 * 1024
DEEPEST, MOST = 3, 2000
"""How far down, and how many files, are looked at of what lies beside a household."""

SETTLE = timedelta(seconds=2)
"""What was written within this time may be half written: it is read once it has stood still for so long."""

_ID = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where one household is written: its `file`, and the folder `home` that its decks and secrets lie in."""

    name: str
    file: str
    home: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The bytes of a household's file; `hash` is of them and of what lies beside them."""

    data: bytes
    hash: str


class Folder:
    """The folder of households under one main configuration."""

    def __init__(self, main: Settings, env: Mapping[str, str]) -> None:
        self._main, self._env, self.path = main, env, main.households
        above = f"{__version__}|{main.household.zone}|{main.encrypt}"  # where one is another, all are taken up anew
        self._mark = sha256(above.encode()).hexdigest()[:12]

    def names(self) -> tuple[list[str], list[Problem]]:
        """Every household there is, sorted, and what lies there that is none. Raises ConfigError for the folder."""
        files, folders = self._found()
        unfit = {name: why for name in files | folders if (why := _unfit(name, files & folders))}
        return sorted((files | folders) - unfit.keys()), [self._problem(*unfit[name]) for name in sorted(unfit)]

    def twice(self) -> dict[str, Problem]:
        """Those that are there as a file and as a folder, and what to do. Raises ConfigError for the folder."""
        files, folders = self._found()
        return {name: problem for name in files & folders if (problem := self.both(name))}

    def both(self, name: str) -> Problem | None:
        """What is wrong where this household is there as a file and as a folder."""
        if self.source(name) is None or not (_is_there(self._file(name)) and self._is_home(name)):
            return None
        return self._problem(*_two(name))

    def changed_ns(self) -> int:
        """When a file was last put there, taken away or renamed; 0 where there is no such folder."""
        try:
            return os.stat(self.path).st_mtime_ns
        except OSError:
            return 0

    def source(self, name: str) -> Source | None:
        """The household of this name; None where there is none."""
        if not _ID.fullmatch(name) or name == DEFAULT_HOUSEHOLD:
            return None
        home = os.path.join(self.path, name)
        for file in (self._file(name), os.path.join(home, FILE)):
            if _is_there(file):
                return Source(name=name, file=file, home=home)
        return None

    def some(self, most: int) -> list[str]:
        """The names of a few of them, for an error that says which there are."""
        try:
            return self.names()[0][:most]
        except ConfigError:
            return []

    def stamp(self, source: Source) -> str:
        """Changes when the household, or what of the main configuration it goes by, may have changed. "" when gone."""
        try:
            seen = os.stat(source.file)
        except OSError:
            return ""
        beside = "\n".join(_beside(source.home))
        below = sha256(beside.encode("utf-8", "surrogateescape")).hexdigest()[:12] if beside else ""
        return f"{self._mark} {seen.st_ino} {seen.st_size} {seen.st_mtime_ns} {below}"

    def stands_still(self, source: Source, stamp: str, now: datetime) -> bool:
        """Whether it is what it was when it had this stamp, and nobody wrote to it for a moment. Asked after reading:
        then what was read is whole."""
        return self.stamp(source) == stamp and not _just_changed(source.file, now)

    def is_gone(self, name: str, now: datetime) -> bool:
        """Whether there is no such household, and not only none at this moment while its file is put in place."""
        around = (self.path, os.path.join(self.path, name))
        return self.source(name) is None and not any(_just_changed(folder, now) for folder in around)

    def read(self, source: Source) -> Reading:
        """The household as it is now. Raises Unreadable."""
        beside = "\n".join(_beside(source.home))
        data = read_bytes(Path(source.file), CAP)
        told = sha256(f"{self._mark}\n{beside}\n".encode("utf-8", "surrogateescape"))
        told.update(data)
        return Reading(data=data, hash=told.hexdigest())

    def parsed(self, source: Source, data: bytes) -> tuple[Settings | None, tuple[Problem, ...]]:
        """What those bytes say, under the main configuration, and all that is wrong with it."""
        path = Path(source.home, FILE)  # what it names lies beside this, wherever the file itself is
        forget_calendars(path)
        own, problems, _ = assemble_one(path, Path(source.file), data, self._env_of(source.name))
        return (None if own is None else self._under_main(source.name, own)), problems

    def loaded(self, source: Source) -> tuple[Settings | None, tuple[Problem, ...]]:
        """The household as it is now, and all that is wrong with it."""
        try:
            return self.parsed(source, self.read(source).data)
        except Unreadable as error:
            return None, (unreadable(source, error),)

    def _under_main(self, name: str, own: Settings) -> Settings:
        """A household lives by the machine of the main file, and has nobody else's secrets."""
        return replace(
            self._main, root=own.root, above=self._main.root, household=replace(own.household, id=name), households="",
            secrets=own.secrets, resources=own.resources or self._main.resources,
        )  # fmt: skip

    def _env_of(self, name: str) -> dict[str, str]:
        """A household sees the zone of the main configuration, its own secrets, and nothing else."""
        env = {"TZ": self._main.household.zone}
        if above := self._env.get("RITUALSD_SECRETS"):
            env["RITUALSD_SECRETS"] = str(Path(above) / name)
        return env

    def _found(self) -> tuple[set[str], set[str]]:
        """What is there as a file, and as a folder, whatever it is called."""
        try:
            found = os.listdir(self.path)
        except OSError as error:
            wrong = in_words(error)
            raise ConfigError(wrong.what.replace("file", "folder"), where=shown(self.path), todo=wrong.todo) from None
        open_ones = [name for name in found if name[0] not in "._"]
        files = {name.removesuffix(SUFFIX) for name in open_ones if name.endswith(SUFFIX)}
        folders = {name for name in open_ones if not name.endswith(SUFFIX) and self._is_home(name)}
        folders |= {name for name in set(open_ones) - files - folders if self.source(name)}  # those closed to us
        return files, folders

    def _file(self, name: str) -> str:
        return os.path.join(self.path, f"{name}{SUFFIX}")

    def _is_home(self, name: str) -> bool:
        """Whether a folder is a household by itself, and not only what lies beside a household's file."""
        return os.path.lexists(os.path.join(self.path, name, FILE))

    def _problem(self, message: str, hint: str) -> Problem:
        return Problem(severity="error", file=shown(self.path), line=0, key="", message=message, hint=hint)


def which_one(folder: Folder) -> RitualsdError:
    """The error for a command that is about one household and names none."""
    some = " or ".join(folder.some(3))
    return RitualsdError("there are many households here", todo=f"say which: --household NAME, such as {some or 'one'}")


def alone() -> NotFound:
    """The error for a command that names a household where one lives alone."""
    return NotFound("this configuration has one household alone", todo="leave --household out")


def unreadable(source: Source, error: Unreadable) -> Problem:
    """A household's file that cannot even be read."""
    file = shown(source.file)
    return Problem(severity="error", file=file, line=error.line, key="", message=error.what, hint=error.todo)


def _unfit(name: str, twice: set[str]) -> tuple[str, str] | None:
    """Why this can be no household, and what to do about it."""
    if not _ID.fullmatch(name):
        message = f"{quoted(name)} is no name for a household"
        return message, "use at most 64 lower-case letters, digits, - and _, and begin with a letter or a digit"
    if name == DEFAULT_HOUSEHOLD:
        return f"{quoted(name)} is taken by ritualsd itself", "give this household another name"
    return _two(name) if name in twice else None


def _two(name: str) -> tuple[str, str]:
    return f"{quoted(name)} is there twice, as {name}{SUFFIX} and as {name}/{FILE}", "keep one of the two"


def _is_there(path: str) -> bool:
    """Also where nobody lets us look: what cannot be seen for the moment has not gone."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _beside(folder: str, below: str = "", depth: int = 0) -> list[str]:
    """The names and stamps of what lies in a household's own folder, but for its configuration itself."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)[:MOST]
    except OSError:
        return []
    lines: list[str] = []
    for entry in entries:
        name = f"{below}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            lines += _beside(entry.path, f"{name}/", depth + 1) if depth < DEEPEST else []
        elif name != FILE:
            lines.append(f"{name} {_stamp(entry.path)}")
    return lines


def _just_changed(path: str, now: datetime) -> bool:
    """By the clock it was written under; a time far ahead says nothing."""
    try:
        return abs(now.timestamp() - os.stat(path).st_mtime) < SETTLE.total_seconds()
    except OSError:
        return False


def _stamp(path: str) -> str:
    """Without the inode: a copy of the folder on another machine is the same household."""
    try:
        seen = os.stat(path)
    except OSError:
        return ""
    return f"{seen.st_size} {seen.st_mtime_ns}"
