"""The shelf: every deck there is, from plugins and from `decks/` beside the configuration, re-read when a file changes.

Knows files and their age; draws nothing and asks no plugin. A deck `small.de.toml` with a deck `small.toml` beside it,
or of its kind and name elsewhere, is that one in German.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ritualsd.content.coerce import paths
from ritualsd.content.deck import ANY_KIND, Deck
from ritualsd.content.deckfile import read_deck, untranslated

SUFFIXES = (".txt", ".toml")
MOST_LANGUAGES = 100

_Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a deck file lies, the plugin that brought it ("" for the user's own), and the kind its folder names."""

    path: Path
    plugin: str = ""
    kind: str = ""


class Shelf:
    """All decks in a stable order: those of plugins first, then the user's own."""

    def __init__(self, root: str, below: Shelf | None = None) -> None:
        """`below` has what plugins bring, where several households share that."""
        self._folder = Path(root, "decks") if root else None
        self._below = below
        self._brought: tuple[Place, ...] = ()
        self._read: dict[Path, tuple[_Stamp, Deck]] = {}

    def bring(self, places: Iterable[Place]) -> None:
        """Set the deck files that plugins bring."""
        if self._below is not None:
            self._below.bring(places)
        else:
            self._brought = tuple(places)

    def decks(self) -> tuple[Deck, ...]:
        """Every deck, read again where its file, or that of its twin, changed."""
        shared = self._below.decks() if self._below is not None else ()
        places = (*self._brought, *(own_places(self._folder) if self._folder else ()))
        alone = {place.path: self._reading(place) for place in places if untranslated(place.path) is None}
        twins = _by_name((*shared, *(deck for _, deck in alone.values())))
        self._read = {
            place.path: alone.get(place.path) or self._translation(place, alone, twins) for place in places
        }  # fmt: skip
        return (*shared, *(deck for _, deck in self._read.values()))

    def at(self, path: Path) -> Deck:
        """The deck in any file, laid over its twin beside it or the one of its kind and name on the shelf."""
        place = Place(path=path, kind=kind_of_folder(path))
        original = untranslated(path)
        if original is None:
            return read_deck(path, kind=place.kind)
        beside = read_deck(original, kind=place.kind) if original.is_file() else None
        twin = beside or _by_name(deck for deck in self.decks() if not deck.twin).get((place.kind, original.stem))
        return read_deck(path, kind=place.kind, twin=twin)

    def of_kind(self, kind: str) -> tuple[Deck, ...]:
        """The decks of a kind, in every language."""
        return tuple(deck for deck in self.decks() if deck.kind == kind)

    def named(self, name: str) -> tuple[Deck, ...]:
        """The decks a ritual means by `deck = name`, in every language; the user's own hide a plugin's of the same
        name, and a translation of theirs hides only its like."""
        decks = [deck for deck in self.decks() if deck.answers_to(name)]
        own = [deck for deck in decks if not deck.plugin]
        if any(not deck.twin for deck in own):
            return tuple(own)
        translated = {deck.language for deck in own}
        return tuple(deck for deck in decks if not deck.plugin or deck.language not in translated)

    def fallback(self) -> tuple[Deck, ...]:
        """The decks for any kind, in every language."""
        return self.of_kind(ANY_KIND)

    def _translation(
        self, place: Place, alone: Mapping[Path, tuple[_Stamp, Deck]], twins: Mapping[tuple[str, str], Deck]
    ) -> tuple[_Stamp, Deck]:
        """A deck of one language, laid over its twin where there is one."""
        original = untranslated(place.path)
        found = alone.get(original) if original else None
        twin = found[1] if found else twins.get((place.kind, original.stem if original else ""))
        return self._reading(place, twin, _stamp(Path(twin.path)) if twin else ())

    def _reading(self, place: Place, twin: Deck | None = None, twin_stamp: _Stamp = ()) -> tuple[_Stamp, Deck]:
        before = self._read.get(place.path)
        stamp = (*_stamp(place.path), *twin_stamp)
        if before and before[0] == stamp:
            return before
        deck = read_deck(place.path, plugin=place.plugin, kind=place.kind, twin=twin)
        if before and deck.problems and not deck.entries:  # a file half saved: keep the good reading until it is whole
            deck = replace(before[1], problems=deck.problems)
        return stamp, deck


def kind_of_folder(path: Path) -> str:
    """What the folder says, where the file lies in a decks/KIND/ folder; a deck anywhere else says nothing."""
    folder = path.absolute().parent
    return folder.name if folder.parent.name == "decks" else ""


def _by_name(decks: Iterable[Deck]) -> dict[tuple[str, str], Deck]:
    """Decks by kind and name; of two the later, which is nearer to the user."""
    return {(deck.kind, deck.name): deck for deck in decks if deck.path.endswith(".toml")}


def with_translations(place: Place) -> Iterator[Place]:
    """A deck file and those beside it that say the same in other languages: `small.toml`, then `small.de.toml`."""
    yield place
    if untranslated(place.path) is None:
        named = f"{place.path.stem}."
        beside = [entry.name for entry in _entries(place.path.parent) if entry.name.startswith(named)]
        for name in [name for name in beside if name.endswith(".toml") and name != place.path.name][:MOST_LANGUAGES]:
            yield replace(place, path=place.path.with_name(name))


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


def brought(plugin: str, folder: Path, answer: Any) -> tuple[Place, ...]:
    """The deck files a plugin in `folder` named, and their translations. Raises TypeError for anything but paths,
    ValueError for one outside its folder."""
    home = folder.resolve()
    found: list[Place] = []
    for path in paths(answer):
        whole = (home / path).resolve()
        if not whole.is_relative_to(home):
            raise ValueError("a deck lies outside the plugin's own folder")
        kind = whole.parent.name if whole.parent.parent.name == "decks" else ""
        found += with_translations(Place(path=whole, plugin=plugin, kind=kind))
    return tuple(dict.fromkeys(found))
