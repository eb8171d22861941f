"""What is said: what content is asked for, what it offers, what was drawn, and the final message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Words the recipient once wrote as an answer. `at` is aware, in their zone now."""

    at: datetime
    ritual: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a content hook is asked for: one recipient, no address, no token, nobody else's words.

    `at` is aware, in the recipient's zone. `settings` are this plugin's own, validated. `memories` are the recipient's
    own words from around this day in earlier years, oldest first; only a plugin the user granted `reads = ["replies"]`
    gets any, and only where nobody else may see what comes of them.
    """

    kind: str
    ritual: str
    at: datetime
    language: str = "en"
    tags: frozenset[str] = frozenset()
    depth: int = 5
    limit: int = 50
    settings: Any = None
    memories: tuple[Memory, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Something worth saying; the fields of a deck entry. `text` is plain, 1 to 2000 characters, and `language` the one
    it is in, or "" where nobody said."""

    text: str
    id: str = ""
    tags: frozenset[str] = frozenset()
    depth: int = 1
    effort: int = 1
    cost: int = 0
    minutes: int = 5
    season: frozenset[str] = frozenset()
    place: frozenset[str] = frozenset()
    who: frozenset[str] = frozenset()
    avoid: frozenset[str] = frozenset()
    weight: float = 1.0
    credit: str = ""
    source: str = ""  # set by the host: "plugin:weather", "deck:warm"
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """When a prompt was last drawn for someone, and in which round of the bag."""

    round: int
    last_utc: datetime
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The prompt the draw chose, the round of the bag it belongs to, and why this one (in words)."""

    prompt: Prompt
    round: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The final words for one occurrence, stored before the first attempt; `source` says where they came from."""

    title: str
    body: str
    source: str
