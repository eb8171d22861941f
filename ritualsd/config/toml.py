"""TOML text to plain data, with the line of every key. Says what is wrong with the syntax in words, and where."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from ritualsd.config.files import Unreadable
from ritualsd.config.findings import dotted
from ritualsd.config.positions import MAX_PARTS, Positions, TooDeep

MAX_DIGITS = 400

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_TWICE = re.compile(r"Cannot declare \((.*)\) twice")
_QUOTE = "close the text with the quote it began with"
_IN_WORDS = {
    "Cannot overwrite a value": ("this key is written twice", "keep one of the two"),
    "Invalid value": ("this value is not TOML", 'put text in quotes: key = "text"'),
    "Expected '=' after a key in a key/value pair": ("an equals sign is missing", 'write it as key = "value"'),
    "Unterminated string": ("a closing quote is missing", _QUOTE),
    "Illegal character '\\n'": ("a closing quote is missing on this line", _QUOTE),
    "Expected newline or end of document after a statement": ("something stands behind the value", "start a new line"),
    'Expected "\'"': ("a closing quote is missing", _QUOTE),
    "Expected \"'''\"": ("a closing quote is missing", _QUOTE),
    "Unclosed inline table": ("an inline table is not closed", "close it with }"),
    "Unclosed array": ("a list is not closed", "close it with ]"),
    "Invalid statement": ("this line is neither a key nor a table", 'write key = "value", or [table]'),
}


def parse(text: str) -> tuple[dict[str, Any], Positions]:
    """The data and the lines of its keys. Raises Unreadable for anything that is not TOML we can use."""
    try:
        where = Positions(text)  # first, for it refuses what tomllib would ponder for long
        return tomllib.loads(text), where
    except TooDeep as error:
        raise _too_deep(error.line) from None
    except tomllib.TOMLDecodeError as error:
        raise _syntax(str(error), text) from None
    except RecursionError:
        raise _too_deep(_deepest_line(text)) from None
    except ValueError:
        raise Unreadable("a number is far too long", "write a shorter one", _longest_number_line(text)) from None


def _syntax(said: str, text: str) -> Unreadable:
    place = _PLACE.search(said)
    line = int(place.group(1)) if place and place.group(1) else text.rstrip("\n").count("\n") + 1
    bare = _PLACE.sub("", said)
    twice = _TWICE.search(bare)
    if twice:
        path = re.findall(r"'([^']*)'", twice.group(1))
        first = Positions(text).line(path)
        what = f"[{dotted(path)}] is written twice, first on line {first}"
        return Unreadable(what, "merge the two, or give one another name", line)
    what, todo = _IN_WORDS.get(bare, (f"this is not valid TOML ({bare})", "see https://toml.io for how it is written"))
    return Unreadable(what, todo, line)


def _too_deep(line: int) -> Unreadable:
    return Unreadable("brackets or dotted keys are nested far too deep", f"nest at most {MAX_PARTS} levels", line)


def _deepest_line(text: str) -> int:
    for number, line in enumerate(text.split("\n"), 1):
        if max(line.count("["), line.count("{")) > MAX_PARTS:
            return number
    return 0


def _longest_number_line(text: str) -> int:
    found = re.search(rf"[0-9_]{{{MAX_DIGITS}}}", text)
    return text.count("\n", 0, found.start()) + 1 if found else 0
