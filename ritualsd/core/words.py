"""Words with holes: which placeholders a text has, how they are filled, and what makes two texts the same prompt.

A placeholder is only ever replaced by text from a mapping; nothing here formats, evaluates or looks up attributes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from hashlib import blake2b

from ritualsd.core.facts import KEYS, PREFIX

PLACEHOLDERS = frozenset({"name", "other", "others", "years", "ritual", "when"})
"""What may stand between braces, beside `fact.KEY`."""

FACTS = frozenset(PREFIX + key for key in KEYS)

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_LETTERS = re.compile(r"[^\W\d_]+")


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each placeholder that has a value replaced by it, once: a value is never scanned again.

    `{{` and `}}` become single braces. A placeholder without a value stays as it is written.
    """
    return _BRACES.sub(lambda match: _filled(match, values), text)


def _filled(match: re.Match[str], values: Mapping[str, str]) -> str:
    if match[1] is None:
        return match[0][0]
    return values.get(match[1], match[0])


def placeholders(text: str) -> frozenset[str]:
    """Every name between single braces in `text`, known or not."""
    if "{" not in text:
        return frozenset()
    return frozenset(match[1] for match in _BRACES.finditer(text) if match[1] is not None)


def is_known(placeholder: str) -> bool:
    """Whether a placeholder is on the fixed list, or is a fact that can be told."""
    return placeholder in PLACEHOLDERS or placeholder in FACTS


def has_stray_brace(text: str) -> bool:
    """Whether a brace is left over once placeholders and doubled braces are taken out."""
    return any(brace in _BRACES.sub("", text) for brace in "{}")


def words(text: str) -> list[str]:
    """The words of a text: runs of letters, NFC, casefolded, apostrophes dropped."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("'", "").replace("’", "")
    return _LETTERS.findall(plain)


def normalise(text: str) -> str:
    """What two spellings of one prompt share: its words, so that mending a comma or a capital changes nothing."""
    return " ".join(words(text))


def prompt_id(text: str) -> str:
    """The identity of a prompt that was given none: a hash of its words (of the text itself when it has no word)."""
    same = normalise(text) or text.strip()
    return "text." + blake2b(same.encode("utf-8", "replace"), digest_size=8).hexdigest()
