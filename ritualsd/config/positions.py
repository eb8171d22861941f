"""On which line each key of a TOML text stands. Of text that is no TOML it tells nothing useful, and never fails."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BARE = r"[A-Za-z0-9_-]+"
_BASIC = r'"(?:[^"\\\n]|\\.)*"'
_LITERAL = r"'[^'\n]*'"
_PART = rf"(?:{_BARE}|{_BASIC}|{_LITERAL})"
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"

_STATEMENT = re.compile(rf"[ \t\n]*(?:#[^\n]*\n[ \t\n]*)*(?:(\[\[?)[ \t]*({_DOTTED})[ \t]*\]\]?|({_DOTTED})[ \t]*=)")
_SPLIT = re.compile(_PART)
_SIMPLE = re.compile(rf"[ \t]*(?:{_BASIC}(?!\")|{_LITERAL}(?!')|[^\"'\[{{\n#]*)[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    rf"|{_BASIC}|{_LITERAL}|#[^\n]*|[\[\]{{}}\n]"
)


MAX_PARTS = 100
"""A key of more dotted parts is refused: tomllib takes the square of their number."""


class TooDeep(Exception):
    """A dotted key without end, on this line."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Node:
    """One key: the line it stands on (1-based; 0 for the whole file) and the keys below it."""

    __slots__ = ("below", "line")

    def __init__(self, line: int) -> None:
        self.line = line
        self.below: dict[str, Node] = {}


class Positions:
    """The lines of every key of one text. Keys inside an inline table or an array give the line of the outer key.

    Raises TooDeep.
    """

    def __init__(self, text: str) -> None:
        self._root = Node(0)
        self._read(text)

    def line(self, path: Sequence[str | int]) -> int:
        """The line of the deepest part of `path` that is written in the file; 0 when none is."""
        node = self._root
        for part in path:
            found = node.below.get(str(part))
            if found is None:
                break
            node = found
        return node.line

    def rename(self, parent: Sequence[str | int], old: str, new: str) -> None:
        """Let a key be found under another name: it was read as what it was meant to be."""
        node = self._root
        for part in parent:
            found = node.below.get(str(part))
            if found is None:
                return
            node = found
        if old in node.below:
            node.below.setdefault(new, node.below[old])

    def _read(self, text: str) -> None:
        table, line, counted, at = self._root, 1, 0, 0
        while (match := _STATEMENT.match(text, at)) is not None:
            header, key = match.group(2), match.group(3)
            start = match.start(2) if header else match.start(3)
            line += text.count("\n", counted, start)
            counted = start
            if header:
                table = _descend(self._root, header, line)
                at = match.end()
            else:
                _descend(table, key, line)
                at = _after_value(text, match.end())


def _descend(node: Node, dotted: str, line: int) -> Node:
    parts = _SPLIT.findall(dotted)
    if len(parts) > MAX_PARTS:
        raise TooDeep(line)
    for part in parts:
        name = _plain(part)
        below = node.below.get(name)
        if below is None:
            below = node.below[name] = Node(line)
        node = below
    return node


def _plain(part: str) -> str:
    """The key a written part stands for; escapes are rare enough to leave to tomllib."""
    if part[0] == "'":
        return part[1:-1]
    if part[0] != '"':
        return part
    if "\\" not in part:
        return part[1:-1]
    import tomllib

    try:
        return next(iter(tomllib.loads(f"{part} = 0")))
    except tomllib.TOMLDecodeError:
        return part[1:-1]


def _after_value(text: str, at: int) -> int:
    """The offset just after the value that starts at `at`, wherever its brackets and quotes end."""
    simple = _SIMPLE.match(text, at)
    if simple is not None:
        return simple.end()
    depth = 0
    for token in _TOKEN.finditer(text, at):
        mark = token.group()
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark == "\n" and depth <= 0:
            return token.end()
    return len(text)
