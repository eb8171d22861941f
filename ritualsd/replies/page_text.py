"""The text of an HTML mail: a block is a line, a quoted one begins with ">". Pure, and linear in what it is given.

The parser of the standard library takes the square of the length of a hostile page; this reads far less of HTML.
"""

from __future__ import annotations

import re
from html import unescape

# A comment that never ends hides the rest, as in a browser. What was taken as a tag is not tried again in halves.
_PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>|(?P<words>[^<]+)|<", re.DOTALL
)
_LINES = frozenset({"br", "p", "div", "li", "tr", "blockquote", "hr"})
_UNSEEN = frozenset({"style", "script", "head", "title"})


def page_text(html: str) -> str:
    """What a reader would see, without its looks."""
    said: list[str] = []
    quotes = unseen = 0
    for piece in _PIECE.finditer(html):
        words, tag = piece["words"], (piece["tag"] or "").lower()
        step = -1 if piece["end"] else 1
        unseen = max(unseen + step * (tag in _UNSEEN), 0)
        quotes = max(quotes + step * (tag == "blockquote"), 0)
        if tag in _LINES:
            said.append("\n> " if quotes else "\n")
        elif words and not unseen:
            said.append(re.sub(r"\s+", " ", unescape(words)))
    return "".join(said)
