"""What ritualsd itself says to a receiver, in their language. Looks words up and fills them in; reads no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ritualsd.core.english import PHRASES as ENGLISH
from ritualsd.core.words import fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The phrases of one language. A key that a pack leaves out is said in English."""

    language: str = "en"
    texts: Mapping[str, str]

    def say(self, key: str, **values: str) -> str:
        """The phrase under `key` with its placeholders filled once. An unknown key is a KeyError: a mistake of ours."""
        return fill(self.texts.get(key) or ENGLISH[key], values)


IN_ENGLISH = Phrases(texts=ENGLISH)
