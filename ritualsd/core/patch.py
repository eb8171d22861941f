"""A unified diff of a TOML file for a few proposals, with comments and everything else kept. Pure; it edits nothing.

It shows no line but those of rituals its reader knows of, so that no surprise stands in the lines around a change.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from ritualsd.core.proposals import Proposal

AROUND = 3  # lines of context, as everybody prints them

_HEADER = re.compile(r"\s*\[{1,2}\s*([^\]]+?)\s*\]")
_WHEN = re.compile(r"""(?P<before>(?:^|[{,])\s*when\s*=\s*)(?P<value>"[^"\\\n]*"|'[^'\n]*')""")
_ENABLED = re.compile(r"(?P<before>(?:^|[{,])\s*enabled\s*=\s*)true\b")
_END_OF_INLINE = re.compile(r"\s*\}(?=\s*(?:#.*)?$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """From line `at` (counted from 0) on, `take` lines give way to `put`."""

    at: int
    take: int
    put: tuple[str, ...]


def patch(path: str, text: str, proposals: Iterable[Proposal], where: Mapping[str, int], known: Collection[str]) -> str:
    """What `patch -p1` and `git apply` take, for `path` from the folder it is used in; "" where nothing can be changed
    so plainly. `where` is the line (from 1) of each ritual in the file, `known` those its reader may see."""
    lines = text.split("\n")
    ended = lines[-1] == ""
    lines = lines[:-1] if ended else lines
    shown = _shown(lines, [where[name] - 1 for name in known if name in where])
    found = (_whole(lines, edit, shown) if not ended else edit for edit in _edits(lines, proposals, where))
    edits = _joined(sorted((edit for edit in found if edit), key=lambda edit: edit.at))
    hunks, moved, from_line = [], 0, 0
    for place, edit in enumerate(edits):
        ahead = edits[place + 1].at if place + 1 < len(edits) else len(lines)
        around = _context(lines, edit, shown, from_line, ahead)
        if around is None:
            continue
        hunks.append(_hunk(lines, edit, *around, moved, ended))
        moved += len(edit.put) - edit.take
        from_line = edit.at + edit.take + around[1]
    return "".join([f"--- a/{path}\n+++ b/{path}\n", *hunks]) if hunks else ""


def _edits(lines: Sequence[str], proposals: Iterable[Proposal], where: Mapping[str, int]) -> Iterable[Edit]:
    for each in proposals:
        edit = _edit(lines, each, where)
        if edit is not None and _does(lines, edit, each):
            yield edit


def _edit(lines: Sequence[str], proposal: Proposal, where: Mapping[str, int]) -> Edit | None:
    if proposal.table:
        return Edit(at=len(lines), take=0, put=("", *proposal.table))
    start = where.get(proposal.ritual, 0) - 1
    if start < 0:
        return None
    if proposal.idea == "retire":
        return _switched_off(lines, start)
    if not proposal.when:
        return None
    return _changed(lines, start, _WHEN, lambda found: f'{found["before"]}"{proposal.when}"')


def _switched_off(lines: Sequence[str], start: int) -> Edit | None:
    written = _changed(lines, start, _ENABLED, lambda found: f"{found['before']}false")
    if written is not None:
        return written
    if _HEADER.match(lines[start]):
        return Edit(at=start + 1, take=0, put=("enabled = false" + ("\r" if lines[start].endswith("\r") else ""),))
    inline, count = _END_OF_INLINE.subn(", enabled = false }", lines[start], count=1)
    return Edit(at=start, take=1, put=(inline,)) if count else None


def _changed(
    lines: Sequence[str], start: int, what: re.Pattern[str], into: Callable[[re.Match[str]], str]
) -> Edit | None:
    """The one line of a ritual's own table on which that stands, changed."""
    for at in _own(lines, start):
        line, count = what.subn(into, lines[at], count=1)
        if count:
            return Edit(at=at, take=1, put=(line,))
    return None


def _own(lines: Sequence[str], start: int) -> range:
    """The lines of the table that begins there, but for what stands before the next one; of an inline one, its line."""
    if not _HEADER.match(lines[start]):
        return range(start, start + 1)
    body = list(takewhile(lambda line: not _HEADER.match(line), lines[start + 1 :]))
    while body and (not body[-1].strip() or body[-1].lstrip().startswith("#")):
        body.pop()
    return range(start, start + 1 + len(body))


def _does(lines: Sequence[str], edit: Edit, proposal: Proposal) -> bool:
    """Whether the file would say then what is proposed: within a text of many lines a line only looks like a key."""
    text = "\n".join([*lines[: edit.at], *edit.put, *lines[edit.at + edit.take :], ""])
    try:
        table = tomllib.loads(text.replace("\r\n", "\n"))["rituals"][proposal.ritual]
    except (tomllib.TOMLDecodeError, KeyError):
        return False
    return bool(proposal.table) or (table.get("enabled") is False or table.get("when") == proposal.when)


def _whole(lines: Sequence[str], edit: Edit, shown: Collection[int]) -> Edit | None:
    """What comes after a last line that no line break ends changes that line as well."""
    last = len(lines) - 1
    if edit.at <= last:
        return edit
    return Edit(at=last, take=1, put=(lines[last], *edit.put)) if last in shown else None


def _joined(edits: Sequence[Edit]) -> list[Edit]:
    """Edits of lines next to each other as one."""
    found: list[Edit] = []
    for edit in edits:
        last = found[-1] if found else None
        if last is not None and last.at + last.take == edit.at:
            found[-1] = replace(last, take=last.take + edit.take, put=last.put + edit.put)
        else:
            found.append(edit)
    return found


def _shown(lines: Sequence[str], starts: Iterable[int]) -> frozenset[int]:
    blank = {at for at, line in enumerate(lines) if line.strip() in ("", "[rituals]")}
    return frozenset(blank.union(*(_own(lines, start) for start in starts)))


def _context(lines: Sequence[str], edit: Edit, shown: Collection[int], first: int, last: int) -> tuple[int, int] | None:
    """How many lines to show before and after. As many on both sides, but at an end of the file: both programs take
    that for granted. None where there is no room."""
    end = edit.at + edit.take
    before = len(list(takewhile(lambda at: at in shown, range(edit.at - 1, max(first, edit.at - AROUND) - 1, -1))))
    after = len(list(takewhile(lambda at: at in shown, range(end, min(last, end + AROUND)))))
    if end == len(lines):
        return before, 0
    both = min(before, after)
    if before == edit.at and after:  # from the first line of all
        return (before, after) if before <= after else (both, both)
    return (both, both) if both else None


def _hunk(lines: Sequence[str], edit: Edit, before: int, after: int, moved: int, ended: bool) -> str:
    begin, end = edit.at - before, edit.at + edit.take + after
    old, new = end - begin, end - begin - edit.take + len(edit.put)
    body = [f" {line}" for line in lines[begin : edit.at]]
    body += [f"-{line}" for line in lines[edit.at : edit.at + edit.take]]
    body += [f"+{line}" for line in edit.put]
    body += [f" {line}" for line in lines[edit.at + edit.take : end]]
    if not ended and end == len(lines):
        body.insert(len(body) if after else edit.at - begin + edit.take, "\\ No newline at end of file")
    first = begin + (1 if old else 0)
    return "\n".join([f"@@ -{first},{old} +{begin + moved + (1 if new else 0)},{new} @@", *body]) + "\n"
