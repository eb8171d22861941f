"""What a plugin answers, made safe: plain text of plain strings, fields in range, no more than was asked for.

Strict about the type of the whole answer, lenient about single prompts: a bad one is left out, not fatal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from ritualsd.core.words import prompt_id
from ritualsd.model import Message, Prompt

LONGEST = 2000
LONGEST_ID = 200  # it is part of a key in the record, which a server keeps only up to some length
LONGEST_RAW = 10 * LONGEST  # with everything that cannot be seen
LOOKED_AT = 10
"""How many items are looked at for each one asked for, so that an endless run of blanks ends."""

MOST_PATHS = 200
"""Deck files one plugin may bring."""

SEASONS = frozenset({"spring", "summer", "autumn", "winter"})
PLACES = frozenset({"home", "out", "apart"})
WHO = frozenset({"solo", "pair", "group"})

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")


def collect(answer: Any, *, plugin: str, limit: int, kept: list[Prompt]) -> int:
    """Append the usable prompts of `answer` to `kept`, up to `limit` of them. Returns how many there are then.

    What is already in `kept` when a generator stalls or raises is not lost. Raises TypeError for an answer, or an item,
    of the wrong type.
    """
    for prompt in usable(answer, plugin=plugin, limit=limit):
        kept.append(prompt)
    return len(kept)


def usable(answer: Any, *, plugin: str, limit: int) -> Iterator[Prompt]:
    """Each usable prompt of `answer` that is not the same as one before, up to `limit` of them; raises as `collect`.

    What comes out may go in again and comes out the same.
    """
    known: set[str] = set()
    for item in islice(several(answer, "prompts"), limit * LOOKED_AT):
        prompt = _prompt(item, plugin)
        if prompt and prompt.id not in known:
            known.add(prompt.id)
            yield prompt
        if len(known) >= limit:
            return


def several(answer: Any, of: str) -> Iterable[Any]:
    """An answer that is a list of some kind. Raises TypeError for a single thing, text and mappings included."""
    if isinstance(answer, str | bytes | Mapping) or not isinstance(answer, Iterable):
        raise TypeError(f"expected a list of {of}, got {type(answer).__name__}")
    return answer


def paths(answer: Any) -> Iterator[Path]:
    """The paths in an answer, as many as one plugin may bring. Raises TypeError for anything else."""
    return (Path(item) for item in islice(several(answer, "paths"), MOST_PATHS))


def _prompt(item: Any, plugin: str) -> Prompt | None:
    if isinstance(item, str):
        item = Prompt(text=item)
    if not isinstance(item, Prompt):
        raise TypeError(f"expected each prompt to be text or a Prompt, got {type(item).__name__}")
    text = clean(item.text)
    depth = _whole(item.depth, 1, 5)
    if not text or depth is None:  # without a depth nobody agreed to it
        return None
    return Prompt(
        text=text,
        id=_id(clean(item.id), text, plugin),
        tags=names(item.tags),
        depth=depth,
        effort=_whole(item.effort, 1, 3) or 1,
        cost=_whole(item.cost, 0, 3) or 0,
        minutes=_whole(item.minutes, 0, 1440) or 5,
        season=names(item.season) & SEASONS,
        place=names(item.place) & PLACES,
        who=names(item.who) & WHO,
        avoid=names(item.avoid),
        weight=_weight(item.weight),
        credit=clean(item.credit),
        source=f"plugin:{plugin}",
        language=clean(item.language),
    )


def _id(own: str, text: str, plugin: str) -> str:
    """An id is the plugin's own affair, so it is kept apart from those of others; without one, or with one that is too
    long, the words are it."""
    by_words = prompt_id(text)
    if own in ("", by_words):
        return by_words
    apart = own if own.startswith(f"{plugin}:") else f"{plugin}:{own}"
    return apart if len(apart) <= LONGEST_ID else by_words


def clean(text: Any) -> str:
    """A plain copy of a text without invisible characters; "" when it is none, blank, too long or not Unicode."""
    if not isinstance(text, str):
        return ""
    plain = "".join([text])  # a copy: a subclass of str may lie
    if len(plain) > LONGEST_RAW:
        return ""
    plain = _UNSEEN.sub("", plain.replace("\t", " ")).strip()
    try:
        plain.encode()
    except UnicodeEncodeError:
        return ""
    return plain if len(plain) <= LONGEST else ""


def reworded(answer: Any, before: Message, plugin: str) -> Message:
    """The message a rewording plugin answered. Raises TypeError when it is none, ValueError when it has no words."""
    if not isinstance(answer, Message):
        raise TypeError(f"expected a Message or None, got {type(answer).__name__}")
    title, body = clean(answer.title), clean(answer.body)
    if not body:
        raise ValueError("the reworded message has no words")
    return replace(before, title=title or before.title, body=body, source=f"{before.source}, reworded by {plugin}")


def _whole(value: Any, lowest: int, highest: int) -> int | None:
    return int(value) if isinstance(value, int) and lowest <= value <= highest else None


def _weight(value: Any) -> float:
    fair = isinstance(value, int | float) and math.isfinite(value) and value > 0
    return float(value) if fair else 1.0


def names(value: Any) -> frozenset[str]:
    """A set of lower-case names; a single text is one name, not its letters."""
    if isinstance(value, str):
        value = (value,)
    if not isinstance(value, Iterable):
        return frozenset()
    return frozenset(name for name in (clean(item).casefold() for item in islice(value, 50)) if name)
