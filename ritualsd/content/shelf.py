"""The shelf: every deck there is, from plugins and from `decks/` beside the configuration, re-read when a file changes.

Knows files and their age; draws nothing and asks no plugin.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ritualsd.content.deck import ANY_KIND, Deck
from ritualsd.content.deckfile import read_deck

SUFFIXES = (".txt", ".toml")

_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a deck file lies, the plugin that brought it ("" for the user's own), and the kind its folder names."""

    path: Path
    plugin: str = ""
    kind: str = ""


class Shelf:
    """All decks in a stable order: those of plugins first, then the user's own."""

    def __init__(self, root: str) -> None:
        self._folder = Path(root, "decks") if root else None
        self._brought: tuple[Place, ...] = ()
        self._read: dict[Path, tuple[_Stamp, Deck]] = {}

    def bring(self, places: Iterable[Place]) -> None:
        """Set the deck files that plugins bring."""
        self._brought = tuple(places)

    def decks(self) -> tuple[Deck, ...]:
        """Every deck, read again where its file changed."""
        places = (*self._brought, *(own_places(self._folder) if self._folder else ()))
        self._read = {place.path: self._reading(place) for place in places}
        return tuple(deck for _, deck in self._read.values())

    def of_kind(self, kind: str, language: str) -> tuple[Deck, ...]:
        """The decks of a kind in a language (or in none); in any language when there are none."""
        decks = [deck for deck in self.decks() if deck.kind == kind]
        return tuple(deck for deck in decks if deck.language in ("", language)) or tuple(decks)

    def named(self, name: str) -> tuple[Deck, ...]:
        """The decks a ritual means by `deck = name`; the user's own hide a plugin's of the same name."""
        decks = [deck for deck in self.decks() if deck.answers_to(name)]
        return tuple(deck for deck in decks if not deck.plugin) or tuple(decks)

    def fallback(self, language: str) -> tuple[Deck, ...]:
        """The decks for any kind."""
        return self.of_kind(ANY_KIND, language)

    def _reading(self, place: Place) -> tuple[_Stamp, Deck]:
        before = self._read.get(place.path)
        stamp = _stamp(place.path)
        if before and before[0] == stamp:
            return before
        deck = read_deck(place.path, plugin=place.plugin, kind=place.kind)
        if before and deck.problems and not deck.entries:  # a file half saved: keep the good reading until it is whole
            deck = replace(before[1], problems=deck.problems)
        return stamp, deck


def own_places(folder: Path) -> Iterator[Place]:
    """The deck files in a `decks/` folder: `KIND/NAME.txt` or `.toml`, and TOML decks that name their kind."""
    for entry in _entries(folder):
        path = Path(entry.path)
        if entry.is_dir():
            for inner in _entries(path):
                if inner.name.endswith(SUFFIXES):
                    yield Place(path=Path(inner.path), kind=entry.name)
        elif entry.name.endswith(SUFFIXES):
            yield Place(path=path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name, without hidden files and those put aside with `_`; nothing if it is not one."""
    try:
        with os.scandir(folder) as found:
            return sorted((entry for entry in found if entry.name[0] not in "._"), key=lambda entry: entry.name)
    except (OSError, ValueError):
        return []


def _stamp(path: Path) -> _Stamp:
    try:
        info = path.stat()
    except (OSError, ValueError):
        return (0, 0, 0)
    return (info.st_mtime_ns, info.st_size, info.st_ino)
