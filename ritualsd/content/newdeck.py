"""Writes the start of a deck, or of a whole language. Never writes over anything.

A language starts as a plugin without code: everything there is to say, in English and commented out, line by line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ritualsd.content.deck import NAME, Deck
from ritualsd.content.packs import LINT_FILE, PHRASES_FILE
from ritualsd.core.english import PHRASES
from ritualsd.core.languages import ENGLISH
from ritualsd.core.lint_english import LISTS
from ritualsd.errors import RitualsdError

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

EXAMPLES = {
    "evening": "words such as “tonight”: a prompt with one needs the tag evening",
    "skip": "words that say a question may be left out: with one a prompt may have a third sentence",
    "stop": "words that say nothing about a topic; without them no two prompts can be found alike",
}


def new_deck(kind: str, name: str, folder: Path) -> list[Path]:
    """Write `folder/decks/KIND/NAME.txt` with a line to begin with.

    Raises RitualsdError for a name that cannot be used, and where it exists.
    """
    for each in (kind, name):
        if not NAME.fullmatch(each):
            raise RitualsdError(f"'{each:.60}' cannot be a deck's name", todo="use lower-case letters, digits and -")
    path = folder / "decks" / kind / f"{name}.txt"
    return [_written(path, "# One prompt a line. Lines that begin with # are for you; tags stand at a line's end.\n")]


def new_language(language: str, decks: Iterable[Deck], folder: Path) -> list[Path]:
    """Write `folder/plugins/LANGUAGE/` with phrases, word lists and a twin of every English deck, all of it commented
    out. Raises as `new_deck`."""
    if not _LANGUAGE.fullmatch(language) or language == ENGLISH:
        raise RitualsdError(f"'{language:.60}' is no language to add", todo='write one like "fr" or "pt-BR"')
    place = folder / "plugins" / language.lower()
    if place.exists():
        raise RitualsdError("exists already", where=str(place), todo="go on there, or move it away")
    written = [_written(place / name, text) for name, text in _pack(language).items()]
    for deck in decks:
        if deck.language == ENGLISH and deck.plugin and deck.path.endswith(".toml"):
            path = place / "decks" / deck.kind / f"{deck.name}.{language}.toml"
            written.append(_written(path, "\n".join(_twin(deck, language)) + "\n"))
    return written


def _pack(language: str) -> Mapping[str, str]:
    head = f'format = 1\nlanguage = "{language}"\n'
    phrases = "\n".join(f"# {_text(key)} = {_text(text)}" for key, text in PHRASES.items())
    return {
        "__init__.py": f'"""The language {language}: see phrases.toml, lint.toml and decks/."""\n',
        PHRASES_FILE: f"# Take the # off a line and say it in your language; what is left out is said in English.\n"
        f"\n{head}\n[phrases]\n{phrases}\n",
        LINT_FILE: f"# What `ritualsd decks check` listens for. The English lists are only examples of what is meant.\n"
        f"\n{head}longer = 1.0     # how much longer than English a prompt may be\n"
        f"long_word = 7    # letters from which a word counts as long\n\n[lists]\n{_lists()}\n",
    }


def _lists() -> str:
    return "\n".join(f"# {EXAMPLES.get(name, _some(words))}\n# {name} = []" for name, words in LISTS.items())


def _some(words: Iterable[str]) -> str:
    return ", ".join(list(words)[:4])


def _twin(deck: Deck, language: str) -> Iterator[str]:
    yield "# Take the # off the three lines of a prompt and say it in your language: no word for word, the same holes."
    yield f'\nformat = 1\nkind = "{deck.kind}"\nlanguage = "{language}"'
    for prompt in deck.prompts:
        yield f"\n# [[prompts]]\n# id = {_text(prompt.id)}\n# text = {_text(prompt.text)}"


def _text(text: str) -> str:
    """As TOML writes it; for what stands in decks and phrases that is as JSON does."""
    return json.dumps(text, ensure_ascii=False)


def _written(path: Path, text: str) -> Path:
    if path.exists():
        raise RitualsdError("exists already", where=str(path), todo="choose another name, or move it away")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path
