"""The prompt lint: what makes one prompt unkind, unclear or unusable. Pure; the rule numbers are those of the manual.

Decides about one prompt at a time. Twins and whole decks are `core.near` and `core.lint_deck`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from ritualsd.core.lint_words import IN_ENGLISH, WordLists
from ritualsd.core.reading import HARD_PROMPT, reading
from ritualsd.core.words import has_stray_brace, is_known, placeholders
from ritualsd.model import Prompt

Severity = Literal["error", "warning"]

SHORTEST, LONGEST = 12, 180
LONGEST_SENTENCE = 24
MOST_PLACEHOLDERS = 2

DEEPEST = {
    "gratitude": 2, "check-in": 5, "gesture": 1, "date": 1, "listening": 3, "note": 2, "reflection": 4, "affection": 2,
    "curiosity": 4, "repair": 4, "celebrate": 2, "quality-time": 1, "promise": 3, "boundaries": 3, "growth": 4,
}  # fmt: skip
"""How deep a prompt of each kind may go."""

ALWAYS_ERRORS = frozenset({"L10", "L11", "L12", "L17"})
"""Rules about form rather than tone: errors in anybody's deck."""

_SENTENCE = re.compile(r"(?<=[.?!…])\s+")
_ADDRESS = re.compile(r"https?://|www\.|\S+@\S+\.\S+|\+?\d[\d ()/-]{6,}\d")
_SHOUT = re.compile(r"\b[A-Z]{3,}\b")
_QUOTED = re.compile(r"[\"“„«]([^\"”“»]*)[\"”“»]")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule a prompt breaks: the rule, how much it matters in our own decks, what is wrong, what to do."""

    rule: str
    severity: Severity
    message: str
    hint: str = ""


def lint_prompt(prompt: Prompt, kind: str, *, written: str = "", lists: WordLists = IN_ENGLISH) -> list[Finding]:
    """Everything one prompt breaks. `written` is its text as it stands in the file, before it was cleaned; `lists` are
    those of its language."""
    return [
        *_form(prompt.text, lists),
        *_signs(prompt.text, kind),
        *_placeholders(prompt),
        *_depth(prompt, kind),
        *_characters(written or prompt.text),
        *lint_tone(prompt.text, lists),
        *_times(prompt, lists),
        *_reading(prompt.text, lists),
    ]


def _error(rule: str, message: str, hint: str = "") -> Finding:
    return Finding(rule=rule, severity="error", message=message, hint=hint)


def _warning(rule: str, message: str, hint: str = "") -> Finding:
    return Finding(rule=rule, severity="warning", message=message, hint=hint)


# ── form: L1, L2, L3 ──────────────────────────────────────────────────────────────────────────


def _form(text: str, lists: WordLists) -> Iterator[Finding]:
    longest = round(LONGEST * lists.longer)
    if not SHORTEST <= len(text) <= longest:
        yield _error("L1", f"has {len(text)} characters", f"keep it between {SHORTEST} and {longest}")
    sentences = _SENTENCE.split(text.strip())
    if len(sentences) > (3 if lists.hit("skip", text) else 2):
        yield _error("L2", f"has {len(sentences)} sentences", "keep it to two")
    if any(len(sentence.split()) > LONGEST_SENTENCE for sentence in sentences):
        yield _error("L2", "has a very long sentence", f"keep each under {LONGEST_SENTENCE + 1} words")
    if text.count("?") > 1:
        yield _error("L2", "asks more than one question", "ask one")


def _signs(text: str, kind: str) -> Iterator[Finding]:
    if "!" in text:
        yield _error("L3", "has an exclamation mark", "end calmly")
    if "…" in text and kind != "note":
        yield _error("L3", "trails off with …", "finish the sentence")
    if any(unicodedata.category(sign) == "So" for sign in text):
        yield _error("L3", "has an emoji or a symbol", "say it in words")
    if _SHOUT.search(text):
        yield _error("L3", "has a word in capitals", "write it in lower case")
    if _ADDRESS.search(text):
        yield _error("L3", "has an address or a number to call", "leave it out")


def _reading(text: str, lists: WordLists) -> Iterator[Finding]:
    if reading(text, lists) > HARD_PROMPT:
        yield _warning("L20", "is hard to read", "use shorter words and shorter sentences")


# ── tone: L4 to L9, L15 ───────────────────────────────────────────────────────────────────────

_TONE: tuple[tuple[str, Callable[[str, str, str], Finding], str, str, str], ...] = (
    ("guilt", _error, "L4", "presses or blames", "ask, or leave room to decline"),
    ("guilt_soft", _warning, "L4", "may sound like blame", "say it another way"),
    ("cliche", _error, "L5", "is a worn phrase", "say the plain thing"),
    ("assumed", _error, "L6", "assumes who is meant", "name nobody's gender, family or faith"),
    ("assumed_soft", _warning, "L6", "assumes a couple", "write {other}, or someone here"),
    ("aimed", _error, "L7", "makes the reader work on the other", "ask for the reader's own act"),
    ("comparing", _error, "L8", "compares or counts", "leave the counting out"),
    ("comparing_soft", _warning, "L8", "may compare", "say it without measuring"),
    ("absolute", _warning, "L15", "is an absolute", "soften it"),
)


def lint_tone(text: str, lists: WordLists) -> Iterator[Finding]:
    """What the words of a text break, whatever it is for: a prompt, or a phrase of our own."""
    for name, finding, rule, wrong, hint in _TONE:
        if hit := lists.hit(name, text):
            yield finding(rule, f'"{hit}" {wrong}', hint)
    if lists.hit("script_verb", text) and any(len(quote.split()) > 4 for quote in _QUOTED.findall(text)):
        yield _error("L9", "puts words in somebody's mouth", "let people use their own")


# ── fields: L10, L11, L16 ─────────────────────────────────────────────────────────────────────


def _placeholders(prompt: Prompt) -> Iterator[Finding]:
    used = placeholders(prompt.text)
    for name in sorted(used):
        if not is_known(name):
            yield _error("L10", f"has an unknown placeholder {{{name[:40]}}}", "write {name}, {other} or {others}")
    if has_stray_brace(prompt.text):
        yield _error("L10", "has a brace that opens or closes nothing", "write {{ for a brace")
    if len(used) > MOST_PLACEHOLDERS:
        yield _error("L10", f"has {len(used)} placeholders", f"use {MOST_PLACEHOLDERS} at most")
    if "other" in used and "solo" in prompt.who:
        yield _error("L10", "names {other} but is marked solo", 'take "solo" out of who')


def _depth(prompt: Prompt, kind: str) -> Iterator[Finding]:
    if prompt.depth > DEEPEST.get(kind, 5):
        yield _error("L11", f"is of depth {prompt.depth}, deeper than {kind} goes", f"at most {DEEPEST[kind]}")
    if prompt.depth == 5 and "pick-only" not in prompt.tags:
        yield _error("L11", "is of depth 5, which is never drawn", 'tag it "pick-only"')


def _times(prompt: Prompt, lists: WordLists) -> Iterator[Finding]:
    hit, tag = lists.untimed(prompt.text, prompt.tags)
    if hit:
        yield _error("L16", f'says "{hit}" without the tag {tag}', f'add the tag "{tag}"')


# ── characters: L17 ───────────────────────────────────────────────────────────────────────────


def _characters(text: str) -> Iterator[Finding]:
    if unicodedata.normalize("NFC", text) != text:
        yield _error("L17", "is not composed Unicode (NFC)", "save it with composed letters")
    if _INVISIBLE.search(text):
        yield _error("L17", "holds an invisible or direction-changing character", "type the line again")
    if any(len(_scripts(word)) > 1 for word in text.split()):
        yield _error("L17", "mixes two alphabets in one word", "type the word again")


def _scripts(word: str) -> set[str]:
    """The alphabets of a word's letters; Japanese mixes its own freely."""
    if word.isascii():
        return set()
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return names - {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "FEMININE", "MASCULINE", "MODIFIER", "MICRO"}
