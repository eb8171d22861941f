"""pydantic's errors in our words: what is wrong at one place, and what to write there instead. Never shows a value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic_core import ErrorDetails

from ritualsd.config.findings import Path, dotted, nearest, quoted
from ritualsd.config.shape import field, known_keys
from ritualsd.core.inline import inline
from ritualsd.core.inline import key as toml_key
from ritualsd.core.mistakes import bound, expected, own_words

_ID_RULE = "an id is made of lower-case letters, digits, - and _, starts with a letter or digit, and is at most 64 long"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mistake:
    """What pydantic found at one place of the data: several details where no branch of a union fits.

    `of_key`: the key itself cannot be one.
    """

    path: Path
    of_key: bool
    details: list[ErrorDetails]

    @property
    def kind(self) -> str:
        return self.details[0]["type"]

    @property
    def key(self) -> str:
        return str(self.path[-1]) if self.path else ""


def complaint(mistake: Mistake, value: object, better: str) -> tuple[str, str]:
    """The message and the hint. `value` is what stands there; `better` the key that was probably meant, or ""."""
    if mistake.of_key or mistake.kind == "string_pattern_mismatch":
        return _ID_RULE, _id_hint(mistake, better)
    if mistake.kind == "extra_forbidden":
        return f"nothing here is called {quoted(mistake.key)}", _meant(better) or _choice(mistake.path)
    if mistake.kind == "missing":
        return "this is missing", _example(mistake.path)
    said = mistake.details[0]["msg"]
    if mistake.kind == "value_error":
        return own_words(said)
    if outside := bound(said):
        return outside, _example(mistake.path)
    return _wrong_kind(mistake, value, better)


def _wrong_kind(mistake: Mistake, value: object, better: str) -> tuple[str, str]:
    wanted = expected((detail["type"], detail["msg"]) for detail in mistake.details)
    close = better or (nearest(value, re.findall(r'"([^"]+)"', wanted)) if isinstance(value, str) else "")
    return f"this should be {wanted}", _meant(close) or _example(mistake.path)


def _meant(close: str) -> str:
    return f'did you mean "{close}"?' if close else ""


def _choice(path: Path) -> str:
    known = known_keys(path[:-1])
    return f"remove it, or use one of: {', '.join(known)}" if known else "remove it"


def _example(path: Path) -> str:
    """What to write instead, from the examples of the schema itself."""
    found = field(path)
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    if found is not None and found.examples:
        return f"write it like {toml_key(name)} = {inline(found.examples[0])}"
    return f"write it as a table, [{dotted(path)}]"


def _id_hint(mistake: Mistake, better: str) -> str:
    if mistake.of_key and better:
        return f"write {dotted([*mistake.path[:-1], better])}"
    return "choose another one" if mistake.of_key else "write the id of a person or thing, as it stands in [brackets]"
