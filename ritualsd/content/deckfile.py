"""Reads one deck file, `.txt` or `.toml`, into a Deck. Never raises for what a file holds, never runs any of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ritualsd.content.coerce import clean
from ritualsd.content.deck import ANY_KIND, NAME, Deck, Entry
from ritualsd.content.fields import from_tags, prompt_of, wrongs
from ritualsd.content.textfile import Unreadable, read_text
from ritualsd.core.fit import FALLBACK
from ritualsd.core.words import placeholders
from ritualsd.model import Problem, Prompt

# Trailing tags only, so that "row #1 in the garden" keeps its words. A tag starts with a letter, or is "#10-min".
_TAGS = re.compile(r"(?:\s+#(?:[^\W\d_][\w-]*|\d{1,4}-min))+\s*$")
_ENTRY = re.compile(r"^[ \t]*\[\[[ \t]*prompts[ \t]*\]\]", re.MULTILINE)
OF_A_TRANSLATION = frozenset({"id", "text", "allow", "mirror_of"})
"""What an entry of a translation may hold; the rest comes from the prompt with the same id."""

_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def untranslated(path: Path) -> Path | None:
    """The file that one such as `small.de.toml` would translate, `small.toml`; None for any other file."""
    name, dot, _ = path.stem.partition(".")
    return path.with_name(f"{name}.toml") if dot and path.suffix == ".toml" else None


def read_deck(path: Path, *, plugin: str = "", kind: str = "", twin: Deck | None = None) -> Deck:
    """The deck in `path`. `kind` is what its folder says; the header of a TOML deck may say it instead.

    With a `twin` the file is a translation: it holds ids and texts, all else is as in the twin.
    """
    name, _, language = path.stem.partition(".")
    deck = Deck(name=name, kind=kind, language=language, path=str(path), plugin=plugin, twin=twin.path if twin else "")
    try:
        text = read_text(path)
        return _read_toml(deck, text, twin) if path.suffix == ".toml" else _read_txt(deck, text)
    except Unreadable as error:
        return replace(deck, problems=(error.problem,))


# ── .txt: a prompt a line ─────────────────────────────────────────────────────────────────────


def _read_txt(deck: Deck, text: str) -> Deck:
    reading = _Reading(deck)
    reading.check_kind()
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            reading.add(_line_fields(line), number)
    return reading.deck()


def _line_fields(line: str) -> dict[str, Any]:
    found = _TAGS.search(line)
    if not found:
        return {"text": line.strip()}
    tags = [tag.removeprefix("#").casefold() for tag in found[0].split()]
    return {"text": line[: found.start()].strip(), **from_tags(tags)}


# ── .toml: a prompt a table ───────────────────────────────────────────────────────────────────


def _read_toml(deck: Deck, text: str, twin: Deck | None) -> Deck:
    data = _parsed(deck, text)
    reading = _Reading(deck, twin)
    reading.take_header(data)
    raw = data.get("prompts", [])
    if not isinstance(raw, list):
        reading.wrong(0, "prompts", "is not a list", "write each prompt under its own [[prompts]]")
        raw = []
    lines = [text.count("\n", 0, match.start()) + 1 for match in _ENTRY.finditer(text)]
    if len(lines) != len(raw):  # an inline list, or a header inside a long text: no line is better than a wrong one
        lines = [0] * len(raw)
    for values, line in zip(raw, lines, strict=True):
        reading.add(values, line)
    return reading.deck()


def _parsed(deck: Deck, text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise Unreadable(Path(deck.path), "is nested too deeply", "a deck needs no nested brackets") from None
    except ValueError as error:  # a TOMLDecodeError is one, and so is a number of 5,000 digits
        at = _AT.search(str(error))
        why = _AT.sub("", str(error))[:100]
        line = (int(at[1]) if at[1] else text.count("\n") + 1) if at else 0
        raise Unreadable(Path(deck.path), "is not valid TOML", f"{why[:1].lower()}{why[1:]}", line) from None


# ── both ──────────────────────────────────────────────────────────────────────────────────────


class _Reading:
    """A deck while it is being read: entries and problems so far."""

    def __init__(self, deck: Deck, twin: Deck | None = None) -> None:
        self._deck = deck
        self._twin = None if twin is None else {entry.prompt.id: entry for entry in twin.entries}
        self._entries: list[Entry] = []
        self._problems: list[Problem] = []

    def deck(self) -> Deck:
        return replace(self._deck, entries=tuple(self._entries), problems=tuple(self._problems))

    def wrong(self, line: int, key: str, message: str, hint: str = "") -> None:
        self._problems.append(
            Problem(severity="error", file=self._deck.path, line=line, key=key, message=message, hint=hint)
        )

    def add(self, values: Any, line: int) -> None:
        """Take one entry, or note everything that is wrong with it."""
        if not isinstance(values, dict):
            self.wrong(line, "prompts", "is not a table", 'write [[prompts]], then text = "…"')
            return
        found = wrongs(values)
        for wrong in found:
            self.wrong(line, wrong.key, wrong.message, wrong.hint)
        if not found and (self._twin is None or self._is_translation(values, line)):
            self._entries.append(self._entry(values, line))

    def _entry(self, values: Mapping[str, Any], line: int) -> Entry:
        twin = self._twin[values["id"]] if self._twin is not None else None
        source = f"deck:{self._deck.name}"
        if twin is None:
            prompt = prompt_of(values, source)
            prompt = replace(prompt, tags=prompt.tags | {FALLBACK}) if self._deck.kind == ANY_KIND else prompt
        else:
            prompt = replace(twin.prompt, text=clean(values["text"]), source=source)
        return Entry(
            prompt=replace(prompt, language=self._deck.language),
            line=line,
            written=values["text"].strip(),
            allow=frozenset(values.get("allow", ())),
            mirror_of=values.get("mirror_of", twin.mirror_of if twin else ""),
        )

    def _is_translation(self, values: Mapping[str, Any], line: int) -> bool:
        """Whether an entry says a prompt of the twin in other words; else note why not."""
        known = self._twin or {}
        twin = known.get(values.get("id", ""))
        if twin is None:
            close = get_close_matches(values.get("id", ""), known, n=1)
            hint = f"did you mean {close[0]}?" if close else "write the id that its words have there"
            self.wrong(line, "id", f"is not in {self._original}", hint)
            return False
        extra = sorted(values.keys() - OF_A_TRANSLATION)
        for key in extra:
            self.wrong(line, key, f"is taken from {self._original}", "leave it out")
        return not extra and self._has_the_holes_of(twin.prompt, values["text"], line)

    def _has_the_holes_of(self, twin: Prompt, text: str, line: int) -> bool:
        """Whether a translation has the placeholders of the original, no more and no fewer."""
        wanted, there = placeholders(twin.text), placeholders(text)
        for name in sorted(wanted ^ there):
            hole = f"{{{clean(name)[:40]}}}"
            what = f"lacks the {hole} of {self._original}" if name in wanted else f"has {hole}, not in {self._original}"
            self.wrong(line, "text", what, "use the same placeholders")
        return wanted == there

    @property
    def _original(self) -> str:
        return Path(self._deck.twin).name

    def take_header(self, data: Mapping[str, Any]) -> None:
        """Take kind and language from the top of a TOML deck."""
        for key in sorted(data.keys() - {"format", "kind", "language", "prompts"}):
            self.wrong(0, clean(key)[:60], "is not a key of a deck", "a deck has format, kind, language and prompts")
        if data.get("format", 1) != 1:
            self.wrong(0, "format", "is not known to this version", "write format = 1")
        folder, kind, language = self._deck.kind, data.get("kind", self._deck.kind), data.get("language", "")
        if folder and kind != folder:
            self.wrong(0, "kind", f"differs from its folder, {folder}", f'write kind = "{folder}", or move the file')
            kind = folder
        if not isinstance(language, str):
            self.wrong(0, "language", "is not a text", 'write language = "en"')
            language = ""
        if language and self._deck.language not in ("", language):
            self.wrong(0, "language", "differs from the file's name", f'write language = "{self._deck.language}"')
            language = self._deck.language
        self._deck = replace(
            self._deck, kind=kind if isinstance(kind, str) else "", language=language or self._deck.language
        )
        self.check_kind()

    def check_kind(self) -> None:
        """Note a deck whose kind nobody said, or whose name could not be typed in a configuration."""
        if not NAME.fullmatch(self._deck.kind):
            self.wrong(0, "kind", "is not known", "put the file in decks/KIND/, with KIND such as gratitude")
        if not NAME.fullmatch(self._deck.name):
            self.wrong(0, "", "has a name that cannot be used", "use lower-case letters, digits and -")
