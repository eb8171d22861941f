"""Makes words fit for one kind of channel: no control characters, no longer than the service takes. Pure.

Cuts in plain sight, and never a link: a link stands bare on a line of its own and stays whole, as the last line.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

ELLIPSIS = "…"

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, and what turns the direction of the text after it around.
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\ufeff\ufff9-\ufffb]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_HALF_A_CHARACTER = "\u200d\ufe0e\ufe0f"  # joiners that mean nothing at the end of a text


def _ntfy_bytes(text: str) -> int:
    """What ntfy counts: bytes on its server, and bytes after `\\u` escaping on the way there, of which 1.5 times
    as many fit."""
    return max(len(text.encode()), (len(json.dumps(text)) - 2) * 2 // 3)


def _bytes(text: str) -> int:
    return len(text.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a service takes, in its own measure. `title` 0: it has none, so the title opens the body."""

    body: int
    title: int
    size: Callable[[str], int] = len


DEFAULT = Limits(body=32_768, title=250)

_NTFY = Limits(body=4_000, title=200, size=_ntfy_bytes)  # its server turns more than 4,096 bytes into an attachment
_IRC = Limits(body=380, title=0, size=_bytes)

LIMITS: dict[str, Limits] = {"ntfy": _NTFY, "ntfys": _NTFY, "irc": _IRC, "ircs": _IRC}
"""By scheme, where the figure Apprise gives is in characters and the service counts something else."""


def render(scheme: str, title: str, body: str, otherwise: Limits = DEFAULT, *, last_line: str = "") -> tuple[str, str]:
    """The title and body to hand to a service that takes `otherwise`, unless `LIMITS` knows better.

    Both plain text; body "" when there is nothing to say. `last_line` follows words bare and whole: a link, or what an
    answer is known by.
    """
    limits = LIMITS.get(scheme.lower(), otherwise)
    title, body = one_line(title), clean(body)
    if last_line and body:
        room = limits.body - limits.size(f"\n{last_line}") - (limits.size(f"{title}\n") if limits.title <= 0 else 0)
        body = f"{cut(body, room, limits.size)}\n{last_line}"
    if body and title and limits.title <= 0:
        title, body = "", f"{title}\n{body}"
    return cut(title, limits.title, limits.size), cut(body, limits.body, limits.size)


def clean(text: str) -> str:
    """Text without control characters, half characters or trailing space; every line end is a newline."""
    text = _LINE_ENDS.sub("\n", text)
    return _SURROGATE.sub("\ufffd", _UNWANTED.sub("", text)).strip()


def one_line(text: str) -> str:
    """The same for a title, which has no lines: a line end there could start a mail header."""
    return " ".join(clean(text).split())


def cut(text: str, limit: int, size: Callable[[str], int] = len) -> str:
    """At most `limit` of `size`, ending in "…" where words were lost. Links stay whole and move to the end."""
    if size(text) <= limit:
        return text
    lines = text.split("\n")
    links = [line for line in lines if _LINK.fullmatch(line)]
    words = "\n".join(line for line in lines if not _LINK.fullmatch(line))
    tail = "".join(f"\n{link}" for link in links)
    kept = _beginning(words, limit, lambda part: size(f"{part}{ELLIPSIS}{tail}"))
    return f"{kept}{ELLIPSIS}{tail}" if kept else tail.lstrip("\n")


def _beginning(words: str, limit: int, size: Callable[[str], int]) -> str:
    """The longest beginning whose `size` fits, up to the end of a word where one is near."""
    fits = bisect_right(range(len(words) + 1), limit, key=lambda length: size(words[:length])) - 1
    part = words[: max(fits, 0)]
    at_word = re.sub(r"\s+\S{0,30}$", "", part) if fits < len(words) and not words[fits : fits + 1].isspace() else part
    return (at_word or part).rstrip().rstrip(_HALF_A_CHARACTER)
