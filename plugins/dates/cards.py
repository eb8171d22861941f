"""Reads the yearly dates in a calendar (.ics) or in contacts (.vcf). Both are made of the same lines.

Reads carefully and little: a bounded file, dates that return every year, nothing that has to be worked out.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

LARGEST = 4 * 1024 * 1024
MOST_DATES = 2000
LONGEST_TITLE = 80

NAMED = {"BIRTHDAY", "ANNIVERSARY"}

_DATE = re.compile(r"(?:(\d{4})|--)-?(\d\d)-?(\d\d)(?!\d)")
_ESCAPED = re.compile(r"\\([\\,;nN])")
_UNKNOWN_YEAR = 1604  # what some address books write where the year is not known


class Unreadable(Exception):
    """A file that cannot be used; the text says why, without quoting it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yearly:
    """A date that comes back every year; `year` is when it first was, or None where that is not known.

    `kind` is "birthday" or "anniversary" where `title` is a name, and "" where it says all there is.
    """

    title: str
    month: int
    day: int
    kind: str = ""
    year: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One content line: NAME;PARAMETERS:value."""

    name: str
    parameters: str
    value: str


def read(path: Path) -> tuple[Yearly, ...]:
    """The yearly dates in a file, in its order. Raises Unreadable."""
    found: list[Yearly] = []
    for item in _items(_lines(_text(path))):
        found += _dates_of(item)
        if len(found) > MOST_DATES:
            raise Unreadable(f"holds more than {MOST_DATES:,} dates")
    return tuple(found)


# ── from bytes to lines ───────────────────────────────────────────────────────────────────────


def _text(path: Path) -> str:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Unreadable("is not a file")
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable((error.strerror or "cannot be read").lower()) from None
    if len(data) > LARGEST:
        raise Unreadable(f"is larger than {LARGEST // 1024 // 1024} MB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("is not UTF-8 text") from None


def _lines(text: str) -> Iterator[Line]:
    """Content lines, those that were folded made whole again."""
    whole = re.sub(r"\r?\n[ \t]", "", text)
    for raw in re.split(r"\r?\n|\r", whole):
        head, colon, value = raw.partition(":")
        name, _, parameters = head.partition(";")
        if colon:
            yield Line(name.rpartition(".")[2].strip().upper(), parameters.upper(), value.strip())


def _items(lines: Iterator[Line]) -> Iterator[dict[str, Line]]:
    """Each event or contact as its lines by name; the first of a name counts, what lies inside it does not."""
    item: dict[str, Line] | None = None
    inside = ""
    for line in lines:
        if line.name == "BEGIN" and line.value.upper() in ("VEVENT", "VCARD"):
            item = {"BEGIN": line}
        elif item is None:
            continue
        elif line.name == "BEGIN":
            inside = inside or line.value.upper()
        elif line.name == "END" and inside:
            inside = "" if line.value.upper() == inside else inside
        elif line.name == "END":
            yield item
            item = None
        elif not inside:
            item.setdefault(line.name, line)


# ── from lines to dates ───────────────────────────────────────────────────────────────────────


def _dates_of(item: dict[str, Line]) -> Iterator[Yearly]:
    if item["BEGIN"].value.upper() == "VEVENT":
        yield from _event(item)
        return
    name = _plain(item.get("FN") or item.get("N"))
    for field, kind in (("BDAY", "birthday"), ("ANNIVERSARY", "anniversary")):
        if name and field in item:
            yield from _yearly(name, item[field].value, kind=kind)


def _event(item: dict[str, Line]) -> Iterator[Yearly]:
    """An event counts when it comes every year, or says that it is a birthday or an anniversary."""
    rule = dict(part.partition("=")[::2] for part in _value(item, "RRULE").upper().split(";") if part)
    kinds = set(_value(item, "CATEGORIES").upper().split(","))
    start, gone = _value(item, "DTSTART"), _value(item, "STATUS").upper() == "CANCELLED"
    if gone or "RECURRENCE-ID" in item or not (_comes_every_year(rule, start) or (not rule and kinds & NAMED)):
        return
    yield from _yearly(_plain(item.get("SUMMARY")), start, rule)


def _comes_every_year(rule: dict[str, str], start: str) -> bool:
    """Whether a rule means the day it started on, every year. What is more than that is left to real calendars."""
    written = _DATE.match(start)
    same = {"BYMONTH": 2, "BYMONTHDAY": 3}
    return (
        rule.get("FREQ") == "YEARLY"
        and rule.get("INTERVAL", "1") == "1"
        and rule.keys() <= {"FREQ", "INTERVAL", "UNTIL", "COUNT", "WKST", *same}
        and all(written and rule.get(key, written[at]).zfill(2) == written[at] for key, at in same.items())
    )


def _yearly(title: str, value: str, rule: dict[str, str] | None = None, *, kind: str = "") -> Iterator[Yearly]:
    written = _DATE.match(value)
    if not title or not written:
        return
    year = int(written[1]) if written[1] and int(written[1]) != _UNKNOWN_YEAR else None
    month, day = int(written[2]), int(written[3])
    try:
        date(year or 2000, month, day)
        until = _until(rule or {}, year, month, day)
    except ValueError:  # no such day
        return
    yield Yearly(title=title, month=month, day=day, kind=kind, year=year, until=until)


def _until(rule: dict[str, str], year: int | None, month: int, day: int) -> date | None:
    """The last time it comes, where the rule says so. Raises ValueError for a date that is none."""
    last = _DATE.match(rule.get("UNTIL", ""))
    if last and last[1]:
        return date(int(last[1]), int(last[2]), int(last[3]))
    if year and rule.get("COUNT", "").isdigit():
        return date(min(year + int(rule["COUNT"][:6]) - 1, date.max.year), month, min(day, 28))
    return None


def _value(item: dict[str, Line], name: str) -> str:
    return item[name].value if name in item else ""


def _plain(line: Line | None) -> str:
    """The text of a line for people: unescaped, on one line, and not too long."""
    if line is None:
        return ""
    text = line.value
    if "QUOTED-PRINTABLE" in line.parameters:
        import quopri

        text = quopri.decodestring(text.encode()).decode("utf-8", "replace")
    if line.name == "N":  # family;given;…
        text = " ".join(reversed(text.split(";")[:2]))
    text = " ".join(_ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], text).split())
    return text if len(text) <= LONGEST_TITLE else f"{text[:LONGEST_TITLE].rstrip()}…"
