"""Where replies come from, and the desk they are handed in at. A source knows its wire; the desk knows the household.

A source hands over first and acknowledges outward after: only what the desk has taken is on disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event as Flag
from typing import Protocol

from ritualsd.model import Incoming

Cursor = tuple[str, str]
"""A key of the source's own, beginning with "source.", and how far it has read, in its own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of one message. `words` is one line for its writer, in their language, where they can be told.
    `unclear`: it came the right way, and is no answer to what was asked."""

    kept: bool
    words: str = ""
    unclear: bool = False


class Desk(Protocol):
    """Takes what sources receive. Each method is one transaction; each raises StoreError where nothing can be recorded:
    then the source has not moved on, and stops."""

    def collect(self, incoming: Incoming) -> Answered:
        """Keep a reply together with its cursor. One that is no answer, or nobody's, is passed by, cursor and all."""

    def ask_again(self, incoming: Incoming) -> None:
        """Tell the writer of what was unclear which answers there are, by a message of its own, once: for a source that
        cannot speak back."""

    def skip(self, cursor: Cursor) -> None:
        """What was read up to here holds no reply."""

    def cursor(self, key: str) -> str:
        """How far the source had read, or "" at its first start."""

    def listening(self) -> None:
        """The source is connected, and hears what comes now."""

    def dropped(self, why: str) -> None:
        """A message was passed by unread: "automatic", "too-big", "not-ours", "unreadable"."""


class ReplySource(Protocol):
    """One way in. Made anew when its settings change; run on a thread of its own."""

    @property
    def name(self) -> str:
        """Short and stable: the source of its replies on record."""

    @property
    def cursor_key(self) -> str:
        """The key of its cursor: another where it reads from somewhere else."""

    def listen(self, desk: Desk, stop: Flag) -> None:
        """Hand over what comes, oldest first, until `stop` is set. Raises SourceTrouble when the connection is lost;
        whoever runs it then calls again."""

    def hang_up(self) -> None:
        """End every wait now. Called by another thread after `stop` was set; may come at any moment, and twice."""
