"""A deck: prompts of one kind, read from one file, with what is wrong in it. Holds data; reads nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ritualsd.model import Problem, Prompt

ANY_KIND = "any"
"""The kind of the fallback decks: drawn for every kind, but only when nothing of that kind can be."""

KINDS = (
    "gratitude", "check-in", "gesture", "date", "listening", "note", "reflection", "affection", "curiosity",
    "repair", "celebrate", "quality-time", "promise", "boundaries", "growth", ANY_KIND,
)  # fmt: skip
"""The kinds the content guide describes. Plugins and decks may bring others."""

NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
"""What a kind or a deck may be called, so that it can be typed in a configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One prompt of a deck: the line it stands on (0: unknown), its text as written, the rules it may break."""

    prompt: Prompt
    line: int
    written: str
    allow: frozenset[str] = frozenset()
    mirror_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """One deck file as read. `plugin` is the plugin that brought it, or "" for a file beside the configuration.

    `language` is "" where the file does not say. `twin` is the path of the deck it translates, or "" for one that
    stands alone. `problems` are about the file's form, not its tone.
    """

    name: str
    kind: str
    language: str
    path: str
    plugin: str = ""
    twin: str = ""
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        return tuple(entry.prompt for entry in self.entries)

    def answers_to(self, name: str) -> bool:
        """Whether `deck = name` means this one: its name alone, or with its kind as in "gesture/home"."""
        return name in (self.name, f"{self.kind}/{self.name}")
