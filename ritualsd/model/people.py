"""The people: who receives, where, and when not. A secret value shows as `***` wherever it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Literal, NoReturn

EMPTY: Mapping[str, Any] = MappingProxyType({})
DEFAULT_HOUSEHOLD = "default"
DEFAULT_CIRCLE = "everyone"
INBOX_SCHEME = "inbox"


def empty() -> Mapping[str, Any]:
    """EMPTY as a default: Python 3.11 takes no mapping proxy as the default of a dataclass."""
    return EMPTY


class Secret:
    """A value that shows as `***` wherever it is printed, and refuses to be pickled. `reveal()` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Daily quiet hours in a person's local time; `end` before `start` crosses midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One address of one person: an Apprise URL (or `inbox://`) known everywhere else by its label."""

    person: str
    name: str
    url: Secret
    shared_with: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        return f"{self.person}/{self.name}"

    @property
    def scheme(self) -> str:
        """Which service it is: "ntfys", "mailto", "inbox", …"""
        return self.url.reveal().partition(":")[0].strip().lower()

    @property
    def is_inbox(self) -> bool:
        """Whether its messages stay in the ledger, where the person's own page shows them."""
        return self.scheme == INBOX_SCHEME


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who receives. `channels` in order: the second is the fallback of the first.

    `level` (how deep prompts may go), `touch` (which tags are welcome; None: never said, so words only), `own_quiet`
    and `own_max_per_day` are as they said themselves, privately. `own_quiet` holds at every send beside `quiet`, and
    moves no schedule: the others in it would notice.
    """

    id: str
    name: str
    zone: str
    quiet: Quiet | None = None
    min_gap: timedelta | None = None
    preview: Literal["discreet", "full"] = "discreet"
    pronouns: str = ""
    language: str = "en"
    max_per_day: int | None = None
    max_per_week: int | None = None
    rest_days: frozenset[int] = frozenset()  # Monday is 0
    confirm: bool = False
    channels: tuple[Channel, ...] = ()
    level: int = 2
    touch: frozenset[str] | None = None
    own_quiet: Quiet | None = None
    busy: tuple[tuple[datetime, datetime], ...] = ()  # taken in their own calendar: from, up to, in UTC and in order
    own_max_per_day: int | None = None
