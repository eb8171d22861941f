"""Language packs: the `phrases.toml` and `lint.toml` that a plugin may ship beside its code.

Data only: reads the files, imports nothing, and waits for nobody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ritualsd.content.coerce import clean
from ritualsd.content.textfile import Unreadable, read_text
from ritualsd.core.english import PHRASES as ENGLISH
from ritualsd.core.languages import base
from ritualsd.core.lint_words import IN_ENGLISH, LISTS, WordLists, word_lists
from ritualsd.core.words import has_stray_brace, placeholders
from ritualsd.model import Problem

PHRASES_FILE = "phrases.toml"
LINT_FILE = "lint.toml"

DEEPEST = 8  # tables within tables

_FORMS = ("zero", "one", "two", "few", "many", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The phrases of one language in one file, by dotted key; those that cannot be used are among the problems."""

    language: str
    path: str
    texts: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LintPack:
    """The word lists of one language in one file, or what is wrong with them."""

    path: str
    lists: WordLists | None = None
    problems: tuple[Problem, ...] = ()


def is_pack(folder: Path) -> bool:
    """Whether a plugin's folder holds the words of a language."""
    return (folder / PHRASES_FILE).is_file() or (folder / LINT_FILE).is_file()


def read_phrases(path: Path) -> Pack:
    """The pack in a `phrases.toml`. Never raises for what the file holds."""
    try:
        data = parsed(path)
    except Unreadable as error:
        return Pack(language="", path=str(path), texts={}, problems=(error.problem,))
    texts, problems = dict[str, str](), list[Problem]()
    language = data.get("language")
    if not isinstance(language, str) or not language:
        problems.append(problem(path, "language", "is missing", 'write language = "de" at the top'))
        language = ""
    for key, text in flat(data.get("phrases", {})):
        wrong = _wrong(path, key, text)
        if wrong:
            problems.append(wrong)
        else:
            texts[key] = clean(text)
    return Pack(language=language, path=str(path), texts=texts, problems=tuple(problems))


def read_lint(path: Path) -> LintPack:
    """The word lists in a `lint.toml`. Never raises for what the file holds."""
    try:
        data = parsed(path)
    except Unreadable as error:
        return LintPack(path=str(path), problems=(error.problem,))
    longer, long_word = data.get("longer", 1.0), data.get("long_word", 7)
    wrong = []
    if not isinstance(data.get("language"), str) or not data["language"]:
        wrong.append(problem(path, "language", "is missing", 'write language = "de" at the top'))
    if not (isinstance(longer, int | float) and 0.5 <= longer <= 2):
        wrong.append(problem(path, "longer", "cannot be used", "write a number from 0.5 to 2, 1 for English"))
    if not (type(long_word) is int and 3 <= long_word <= 30):
        wrong.append(problem(path, "long_word", "cannot be used", "write a number of letters from 3 to 30"))
    lists = data.get("lists", {})
    wrong += _wrong_lists(path, lists)
    if wrong:
        return LintPack(path=str(path), problems=tuple(wrong))
    return LintPack(path=str(path), lists=word_lists(data["language"], lists, longer=longer, long_word=long_word))


def _wrong_lists(path: Path, lists: Any) -> Iterator[Problem]:
    if not isinstance(lists, Mapping):
        yield problem(path, "lists", "is not a table", "write [lists], and each list under it")
        return
    for name, words in lists.items():
        if name not in LISTS:
            close = get_close_matches(name, LISTS, n=1)
            hint = f"did you mean {close[0]}?" if close else "see docs/add-a-language.md"
            yield problem(path, clean(name)[:60], "is no list of the lint", hint)
        elif not isinstance(words, list) or not all(isinstance(word, str) and word.strip("- ") for word in words):
            yield problem(path, name, "is not a list of words", f'write {name} = ["…", "…"]')


def parsed(path: Path) -> Mapping[str, Any]:
    """The tables of a TOML file. Raises Unreadable."""
    try:
        return tomllib.loads(read_text(path))
    except (ValueError, RecursionError):
        raise Unreadable(path, "is not valid TOML", "`python -m tomllib` or an editor says where") from None


def flat(table: Any, before: str = "", levels: int = DEEPEST) -> Iterator[tuple[str, Any]]:
    """Every value under its dotted key; what lies deeper than any key of ours stays a table."""
    if not isinstance(table, Mapping) or not levels:
        yield before.rstrip("."), table
        return
    for key, value in table.items():
        yield from flat(value, f"{before}{key}.", levels - 1)


def problem(path: Path, key: str, message: str, hint: str = "") -> Problem:
    return Problem(severity="error", file=str(path), line=0, key=key, message=message, hint=hint)


def _wrong(path: Path, key: str, text: Any) -> Problem | None:
    """What is wrong with one phrase, or None. A plural form may be one that English has not."""
    stem, _, form = key.rpartition(".")
    english = ENGLISH.get(key) or (ENGLISH.get(f"{stem}.other") if form in _FORMS else None)
    if english is None:
        hint = "leave it out, unless it is for another version"
        return replace(problem(path, clean(key)[:60], "is no phrase here", hint), severity="warning")
    if not isinstance(text, str) or not clean(text):
        return problem(path, key, "is not a text", 'write key = "…"')
    if has_stray_brace(text) or not placeholders(text) <= placeholders(english):
        holes = ", ".join(f"{{{name}}}" for name in sorted(placeholders(english)))
        return problem(path, key, "has a placeholder that nothing fills", f"it may hold {holes}" if holes else "")
    return None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in some folders: their packs, and of those the texts of each language that was asked for."""

    folders: tuple[Path, ...]
    packs: tuple[Pack, ...]
    texts: dict[str, Mapping[str, str]] = field(default_factory=dict)


class Packs:
    """The packs in these folders, looked for once for as long as the folders are the same: they are asked for with
    every message. Of two with the same phrase the later, nearer to the user, is said."""

    def __init__(self, folders: Callable[[], Iterable[Path]]) -> None:
        self._folders = folders
        self._found = Found((), ())

    def all(self) -> tuple[Pack, ...]:
        """Every pack of phrases, the nearest to the user last."""
        return self._now().packs

    def texts(self, language: str) -> Mapping[str, str]:
        """The phrases of a language, for a region laid over those of its plain language; none where no pack has any."""
        found = self._now()
        if language not in found.texts:
            found.texts[language] = {
                key: text
                for each in dict.fromkeys((base(language), language))
                for pack in found.packs
                if pack.language == each
                for key, text in pack.texts.items()
            }
        return found.texts[language]

    def _now(self) -> Found:
        folders = tuple(self._folders())
        if folders != self._found.folders:
            paths = (folder / PHRASES_FILE for folder in folders)
            self._found = Found(folders, tuple(read_phrases(path) for path in paths if path.is_file()))
        return self._found

    def lint(self) -> dict[str, WordLists]:
        """The word lists of the lint, by language."""
        found = {IN_ENGLISH.language: IN_ENGLISH}
        return found | {pack.lists.language: pack.lists for pack in self._lint_packs() if pack.lists}

    def problems(self) -> list[Problem]:
        """Everything that is wrong in any of the files."""
        found = [problem for pack in self.all() for problem in pack.problems]
        return found + [problem for pack in self._lint_packs() for problem in pack.problems]

    def _lint_packs(self) -> list[LintPack]:
        return [read_lint(path) for folder in self._folders() if (path := folder / LINT_FILE).is_file()]
