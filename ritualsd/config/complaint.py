"""pydantic's errors in our words: what is wrong at one place, and what to write there instead. Never shows a value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from ritualsd.config.findings import dotted, nearest, quoted
from ritualsd.config.inline import inline
from ritualsd.config.inline import key as toml_key
from ritualsd.config.shape import field, known_keys

_EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "an ordinary number",
    "bool_type": "true or false",
    "list_type": "a list in square brackets",
    "dict_type": "a table",
    "model_type": "a table",
}
_BOUNDS = {
    "Input should be greater than or equal to ": "this should be at least ",
    "Input should be less than or equal to ": "this should be at most ",
}
_ID_RULE = "an id is made of lower-case letters, digits, - and _, starts with a letter or digit, and is at most 64 long"


def complaint(
    model: type[BaseModel],
    path: Sequence[str | int],
    details: Sequence[ErrorDetails],
    value: object,
    better: str,
    *,
    of_key: bool,
) -> tuple[str, str]:
    """The message and the hint for what is wrong at `path`. `better` is the key it was probably meant to be, or ""."""
    kind = details[0]["type"]
    if of_key or kind == "string_pattern_mismatch":
        return _ID_RULE, _id_hint(path, better) if of_key else ""
    if kind == "extra_forbidden":
        return _unknown(model, path, better)
    if kind == "missing":
        return "this is missing", _example(model, path)
    if kind == "value_error":
        message, _, hint = details[0]["msg"].removeprefix("Value error, ").partition("; ")
        return message, hint
    for theirs, ours in _BOUNDS.items():
        if details[0]["msg"].startswith(theirs):
            return details[0]["msg"].replace(theirs, ours), _example(model, path)
    return _wrong_kind(model, path, details, value, better)


def _unknown(model: type[BaseModel], path: Sequence[str | int], better: str) -> tuple[str, str]:
    message = f"nothing here is called {quoted(str(path[-1]))}"
    if better:
        return message, f'did you mean "{better}"'
    known = known_keys(model, path[:-1])
    return message, f"remove it, or use one of: {', '.join(known)}" if known else "remove it"


def _wrong_kind(
    model: type[BaseModel],
    path: Sequence[str | int],
    details: Sequence[ErrorDetails],
    value: object,
    better: str,
) -> tuple[str, str]:
    expected = " or ".join(dict.fromkeys(_expected(detail) for detail in details))
    message = f"this should be {expected}" if expected else "this value cannot be used"
    close = better or nearest(value if isinstance(value, str) else "", re.findall(r'"([^"]+)"', expected))
    return message, f'did you mean "{close}"' if close else _example(model, path)


def _expected(detail: ErrorDetails) -> str:
    if detail["type"] == "literal_error":
        return detail["msg"].removeprefix("Input should be ").replace("'", '"')
    return _EXPECTED.get(detail["type"], "")


def _example(model: type[BaseModel], path: Sequence[str | int]) -> str:
    found = field(model, path)
    if found is None or not found.examples:
        return f"write it as a table, [{dotted(path)}]" if found is None else ""
    name = next(part for part in reversed(path) if isinstance(part, str))
    return f"write it like {toml_key(name)} = {inline(found.examples[0])}"


def _id_hint(path: Sequence[str | int], better: str) -> str:
    return f"write [{dotted([*path[:-1], better])}]" if better else "choose another one"


def slug(name: str) -> str:
    """The id a name was probably meant to be, or "" when nothing of it can stay."""
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-_")[:64]
