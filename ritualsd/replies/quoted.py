"""What a person wrote in an e-mail, without what it answers and without the signature. Pure; nothing is guessed twice.

Quotes are recognised as mail programs write them in English and German; what looks like neither is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_QUOTED = re.compile(r"\s?>")
_SIGNATURE = re.compile(r"-- ?")
_RULE = re.compile(r"_{8,}")
_COPY = re.compile(
    r"-{2,}\s*(original message|forwarded message|ursprüngliche nachricht|originalnachricht|original-nachricht"
    r"|weitergeleitete nachricht)\s*-{2,}",
    re.IGNORECASE,
)
_OPENS = re.compile(r"(on|am|le|el|il)\b.*\d", re.IGNORECASE)
_WROTE = re.compile(r".*\b(wrote|writes|schrieb|schreibt|geschrieben|a écrit|escribió|ha scritto)\b.*:", re.IGNORECASE)
_FROM = re.compile(r"\*?(from|von):\*?\s", re.IGNORECASE)
_HEADER = re.compile(r"\*?(sent|date|to|subject|gesendet|datum|an|betreff):\*?\s", re.IGNORECASE)
_DEVICE = re.compile(
    r"(sent (from|with|via) .{1,40}|get outlook for .{1,20}|von meinem .{1,40} gesendet|gesendet (von|mit) .{1,40}"
    r"|diese nachricht wurde von .{1,40} gesendet|outlook für .{1,20} (beziehen|herunterladen))",
    re.IGNORECASE,
)
_INTRO_LINES = 3
"""So many lines a mail program takes at most to say who wrote what follows, and when."""

_LONGEST = 300  # characters of such a line; what is longer was written by a person


def own_words(text: str) -> str:
    """The words of the writer alone, "" where there are none."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if _ends(lines, at):
            break
        intro = _intro(lines, at)
        if intro and not _quote_follows(lines, at + intro):
            break
        at += intro or 1
        if not intro and not _QUOTED.match(line) and not _is_device(line, kept):
            kept.append(lines[at - 1].rstrip())
    return "\n".join(kept).strip()


def _ends(lines: Sequence[str], at: int) -> bool:
    """Whether nothing from this line on is the writer's: a signature, or a copy of the mail that is answered."""
    line = lines[at].rstrip("\r")
    bare = line.strip()
    if _SIGNATURE.fullmatch(line) or _RULE.fullmatch(bare) or _COPY.fullmatch(bare):
        return True
    following = [later.strip() for later in lines[at + 1 : at + 4]]
    return bool(_FROM.match(bare)) and any(_HEADER.match(later) for later in following)


def _intro(lines: Sequence[str], at: int) -> int:
    """How many lines from here on say "on that day somebody wrote:"; 0 where they do not."""
    if not _OPENS.match(_joined(lines[at : at + _INTRO_LINES])):
        return 0
    for count in range(1, _INTRO_LINES + 1):
        said = _joined(lines[at : at + count])
        if said.endswith(":"):
            return count if _OPENS.match(said) and _WROTE.fullmatch(said) else 0
    return 0


def _joined(lines: Sequence[str]) -> str:
    return " ".join(line.strip()[:_LONGEST] for line in lines)


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    """Whether the next line with something on it is a marked quote, after which the writer may go on."""
    following = next((line for line in lines[at:] if line.strip()), "")
    return bool(_QUOTED.match(following))


def _is_device(line: str, kept: Sequence[str]) -> bool:
    """Whether a mail program speaks of itself, in a paragraph of its own."""
    return bool(_DEVICE.fullmatch(line.rstrip("."))) and not (kept and kept[-1].strip())
