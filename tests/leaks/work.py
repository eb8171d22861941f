"""How long a look takes, as the work it does, which is the same on every machine: never as seconds.

Work is what the database is asked, how many rows it hands over and how many steps it takes for them, how many sealed
words are opened, and how many functions of ours are called. What waits and listens (the event loop of the server) is
not counted: it does more or less of that by chance.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Engine, event

import ritualsd
from ritualsd.core.keys import key_text
from ritualsd.store.sealing import Vault

OURS = str(Path(ritualsd.__file__).parent)
WORKERS = ("MainThread", "AnyIO")
"""The threads that work on a look, by how their names begin."""

CALLS = 3
"""So many calls apart two looks are still of one class: a date that is set takes one to read, one that is not none."""

STEPS = 1.3
"""So many times the steps of the other they may take: SQLite steps over the ends of lists here and there, but never
over everything that is hidden."""


@dataclass(frozen=True)
class Work:
    """What one look costs."""

    statements: tuple[str, ...]
    rows: int
    opened: int
    calls: int
    steps: int

    def differs_from(self, other: Work) -> str:
        """In what these two are not of one class; "" where they are."""
        mine, theirs = vars(self), vars(other)
        unlike = [name for name in ("statements", "rows", "opened") if mine[name] != theirs[name]]
        if abs(self.calls - other.calls) > CALLS:
            unlike.append("calls")
        if max(self.steps, other.steps) > STEPS * min(self.steps, other.steps):
            unlike.append("steps")
        return "; ".join(f"{name}: {_short(mine[name])}, not {_short(theirs[name])}" for name in unlike)


def _short(value: object) -> str:
    return f"{len(value)} of them" if isinstance(value, tuple) else str(value)


@dataclass
class Meter(Vault):
    """Counts while `of` works. As a vault it seals and opens as any other."""

    statements: list[str] = field(default_factory=list)
    rows: int = 0
    opened: int = 0
    calls: int = 0
    steps: int = 0
    counting: bool = False

    def __post_init__(self) -> None:
        Vault.__init__(self, key_text(b"k" * 32))

    def of(self, look: Callable[[], object]) -> Work:
        """What a look costs that was looked at before: the first of its kind also fills what is remembered."""
        look()
        self.statements, self.rows, self.opened, self.calls, self.steps = [], 0, 0, 0, 0
        self.counting = True
        try:
            look()
        finally:
            self.counting = False
        return Work(tuple(self.statements), self.rows, self.opened, self.calls, self.steps)

    # ── what counts ──

    def open(self, kept: Any, whose: bytes) -> Any:
        self.opened += self.counting
        return super().open(kept, whose)

    def asked(self, _: object, cursor: sqlite3.Cursor, statement: str, *__: object) -> None:
        if self.counting:
            self.statements.append(statement)
            cursor.connection.set_progress_handler(self._stepped, 1)
            cursor.row_factory = self._handed_over

    def _stepped(self) -> int:
        self.steps += self.counting
        return 0

    def _handed_over(self, _: sqlite3.Cursor, row: tuple[Any, ...]) -> tuple[Any, ...]:
        self.rows += self.counting
        return row

    def begun(self, *_: object) -> None:
        """The first event of a thread says whether to go on with it."""
        works = threading.current_thread().name.startswith(WORKERS)
        sys.setprofile(self.called if works else None)

    def called(self, frame: FrameType, what: str, _: object) -> None:
        if self.counting and what == "call":
            self.calls += frame.f_code.co_filename.startswith(OURS)


@contextmanager
def metered() -> Iterator[Meter]:
    """A meter that counts in every thread that begins from here on."""
    meter, before = Meter(), sys.getprofile()
    event.listen(Engine, "before_cursor_execute", meter.asked)
    threading.setprofile(meter.begun)
    sys.setprofile(meter.called)
    try:
        yield meter
    finally:
        sys.setprofile(before)
        threading.setprofile(None)  # type: ignore[arg-type] # None ends it, as the standard library says
        event.remove(Engine, "before_cursor_execute", meter.asked)
