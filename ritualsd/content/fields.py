"""The fields of a deck entry: what each may hold, and how the trailing tags of a text deck spell the same.

Reads no files and judges no tone; a value out of its range is named, never guessed at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ritualsd.content.coerce import LONGEST_ID, PLACES, SEASONS, WHO, clean
from ritualsd.core.words import prompt_id
from ritualsd.model import Prompt

_LEVEL = re.compile(r"(depth|effort|cost)-(\d)")
_MINUTES = re.compile(r"(\d{1,4})-min")
_AVOID = re.compile(r"avoid-([a-z][a-z-]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One field that cannot be used: its key, what is wrong, what to write instead."""

    key: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    fits: Callable[[Any], bool]
    hint: str


def _whole(lowest: int, highest: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and lowest <= value <= highest


def _some(allowed: frozenset[str] | None = None) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        texts = isinstance(value, list) and all(isinstance(item, str) and clean(item) for item in value)
        return texts and (allowed is None or set(value) <= allowed)

    return fits


def _is_weight(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and 0 < value <= 100


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(clean(value))


def _is_id(value: Any) -> bool:
    return _is_text(value) and len(value) <= LONGEST_ID and clean(value) == value.strip()


def _listed(allowed: Iterable[str]) -> str:
    return "a list of " + ", ".join(f'"{name}"' for name in sorted(allowed))


FIELDS: Mapping[str, _Field] = {
    "text": _Field(fits=_is_text, hint='write text = "…", at most 2000 characters'),
    "id": _Field(fits=_is_id, hint=f'write id = "kind.some-words", at most {LONGEST_ID} characters; it is for ever'),
    "depth": _Field(fits=_whole(1, 5), hint="write a whole number from 1 (light) to 5 (raw)"),
    "effort": _Field(fits=_whole(1, 3), hint="write 1 (no preparation), 2 or 3 (planned)"),
    "cost": _Field(fits=_whole(0, 3), hint="write 0 (free), 1, 2 or 3 (saved up for)"),
    "minutes": _Field(fits=_whole(0, 1440), hint="write how many minutes it takes, at most 1440"),
    "season": _Field(fits=_some(SEASONS), hint=f"write {_listed(SEASONS)}"),
    "place": _Field(fits=_some(PLACES), hint=f"write {_listed(PLACES)}"),
    "who": _Field(fits=_some(WHO), hint=f"write {_listed(WHO)}"),
    "tags": _Field(fits=_some(), hint='write a list such as ["small", "evening"]'),
    "avoid": _Field(fits=_some(), hint='write a list such as ["grief"]'),
    "weight": _Field(fits=_is_weight, hint="write a number above 0, at most 100"),
    "credit": _Field(fits=lambda value: isinstance(value, str), hint="write a text"),
    "allow": _Field(fits=lambda value: isinstance(value, dict), hint='write allow = { L4 = "the reason" }'),
    "mirror_of": _Field(fits=_is_text, hint="write the id of the prompt it mirrors"),
}

_SETS = frozenset({"season", "place", "who", "tags", "avoid"})
_OF_THE_DECK = frozenset({"allow", "mirror_of"})


def wrongs(values: Mapping[str, Any]) -> list[Wrong]:
    """Everything in the fields of one entry that cannot be used."""
    found = [_unknown(key) for key in values if key not in FIELDS]
    if "text" not in values:
        found.append(Wrong(key="text", message="is missing", hint=FIELDS["text"].hint))
    for key, value in values.items():
        if key in FIELDS and not FIELDS[key].fits(value):
            found.append(Wrong(key=key, message="cannot be used", hint=FIELDS[key].hint))
    return found


def prompt_of(values: Mapping[str, Any], source: str) -> Prompt:
    """The prompt that fields without `wrongs` describe."""
    given = {key: value for key, value in values.items() if key not in _OF_THE_DECK}
    sets = {key: frozenset(name.casefold() for name in given[key]) for key in _SETS & given.keys()}
    text = clean(given["text"])
    return Prompt(**(given | sets | {"text": text, "id": given.get("id") or prompt_id(text), "source": source}))


def from_tags(tags: Iterable[str]) -> dict[str, Any]:
    """The fields that the trailing tags of a text line stand for: `depth-2`, `10-min`, `winter`, `solo`, `fun`."""
    values: dict[str, Any] = {}
    for tag in tags:
        if level := _LEVEL.fullmatch(tag):
            values[level[1]] = int(level[2])
        elif minutes := _MINUTES.fullmatch(tag):
            values["minutes"] = int(minutes[1])
        elif avoid := _AVOID.fullmatch(tag):
            values.setdefault("avoid", []).append(avoid[1])
        else:
            values.setdefault(_set_of(tag), []).append(tag)
    return values


def _set_of(tag: str) -> str:
    return "season" if tag in SEASONS else "place" if tag in PLACES else "who" if tag in WHO else "tags"


def _unknown(key: str) -> Wrong:
    close = get_close_matches(key, FIELDS, n=1)
    hint = f"did you mean {close[0]}?" if close else "leave it out"
    return Wrong(key=clean(key)[:60], message="is not a field of a prompt", hint=hint)
