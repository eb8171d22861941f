"""What a validator found wrong with a value, in our words: what should stand there instead. Never shows the value.

The kinds and sentences it reads are those of pydantic, which is not needed for that.
"""

from __future__ import annotations

from collections.abc import Iterable

_EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "an ordinary number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list in square brackets",
    "tuple_type": "a list in square brackets",
    "set_type": "a list in square brackets",
    "frozen_set_type": "a list in square brackets",
    "dict_type": "a table",
    "model_type": "a table",
}
_BOUNDS = {
    "Input should be greater than or equal to ": "this should be at least ",
    "Input should be less than or equal to ": "this should be at most ",
    "Input should be greater than ": "this should be more than ",
    "Input should be less than ": "this should be less than ",
}


def own_words(said: str) -> tuple[str, str]:
    """The message and the hint of a validator that raised ValueError with a sentence of ours, "what; what to do"."""
    message, _, hint = said.removeprefix("Value error, ").partition("; ")
    return message, hint


def bound(said: str) -> str:
    """The sentence for a number out of its bounds, or "" for any other mistake."""
    for theirs, ours in _BOUNDS.items():
        if said.startswith(theirs):
            return said.replace(theirs, ours)
    return ""


def expected(found: Iterable[tuple[str, str]]) -> str:
    """What should stand there, from (kind, sentence) of every branch that was tried: "text in quotes or a table"."""
    *some, last = dict.fromkeys(_one(kind, said) for kind, said in found)
    return f"{', '.join(one.replace(' or ', ', ') for one in some)} or {last}" if some else last


def _one(kind: str, said: str) -> str:
    if kind == "literal_error":
        return said.removeprefix("Input should be ").replace("'", '"')
    return _EXPECTED.get(kind, "something else")
