"""Every error ritualsd raises on purpose. An error says what happened, where, and what to do; it never carries a token.

    RitualsdError            exit 1   something failed
    ├── ConfigError          exit 2   the configuration cannot be used; holds every Problem found
    │   └── ConfigMissing    exit 2   no configuration file where we looked
    ├── WhenError            exit 2   a `when` phrase that names no schedule; points into the phrase
    ├── NotFound             exit 1   a name that stands for nothing here (a ritual, a person, an occurrence)
    ├── AlreadyRunning       exit 3   another ritualsd holds this state folder
    ├── StoreError           exit 4   the database cannot be used
    │   ├── StoreDamaged     exit 4   corrupt, truncated or not ours: kept as it is, never replaced
    │   ├── StoreTooNew      exit 4   written by a newer ritualsd
    │   ├── StoreFull        exit 4   no space left to record anything
    │   ├── StoreBusy        exit 4   another process holds the database
    │   └── StateFolder      exit 4   the state folder is missing, wider than 0700, or not writable
    ├── SourceTrouble        exit 1   a source of replies cannot be read now; tried again later
    └── PluginProblem        exit 1   raised in place of a status only when RITUALSD_STRICT=1

Plugin authors raise two more, which are not failures of ours:
    PluginUnavailable        cannot serve right now; asked again later
    PluginMisconfigured      the user must act first; not asked again until the settings change
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ritualsd.model import Problem


class RitualsdError(Exception):
    """`what` happened, `where` (file, line, label), and what `todo` about it. Lower case, no full stop."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.todo = what, where, todo

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}; {self.todo}" if self.todo else head


class ConfigError(RitualsdError):
    """The configuration cannot be used. `problems` lists everything that is wrong, not only the first."""

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", todo: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(what, where=where, todo=todo)
        self.problems = problems


class ConfigMissing(ConfigError):
    """No configuration file in any of the places we look."""


class WhenError(RitualsdError):
    """A phrase that is no schedule. `start`/`end` are offsets into `phrase`; `suggestion` is a valid phrase, or ""."""

    exit_code = 2

    def __init__(self, what: str, *, phrase: str, start: int = 0, end: int = 0, suggestion: str = "") -> None:
        super().__init__(what, todo=f'try "{suggestion}"' if suggestion else "")
        self.phrase, self.start, self.end, self.suggestion = phrase, start, end, suggestion


class NotFound(RitualsdError):
    """A name that stands for nothing here."""


class AlreadyRunning(RitualsdError):
    """Another ritualsd holds this state folder."""

    exit_code = 3


class StoreError(RitualsdError):
    """The database cannot be used."""

    exit_code = 4


class StoreDamaged(StoreError):
    """Corrupt, truncated, or not a ritualsd database. The file is kept as it is."""


class StoreTooNew(StoreError):
    """The database was written by a newer ritualsd; nothing was changed."""


class StoreFull(StoreError):
    """No space left to record anything, so nothing was sent either."""


class StoreBusy(StoreError):
    """Another process holds the database longer than we wait."""


class StateFolder(StoreError):
    """The state folder is missing, wider than 0700, or not writable."""


class SourceTrouble(RitualsdError):
    """A source of replies cannot be read now. `code` says why; `pause_s` is how long its server wants to be left alone.

    Its text holds no address and no token.
    """

    def __init__(self, code: str, *, pause_s: float = 0.0) -> None:
        super().__init__(f"the source of replies cannot be read ({code})")
        self.code, self.pause_s = code, pause_s


class PluginProblem(RitualsdError):
    """A plugin problem raised aloud because RITUALSD_STRICT=1."""


class PluginUnavailable(Exception):
    """For plugin authors: cannot serve right now. The host asks again later."""


class PluginMisconfigured(Exception):
    """For plugin authors: the user must act first. The host does not ask again until the settings change."""
