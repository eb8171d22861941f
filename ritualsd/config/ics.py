"""Calendar files of other programs: read like any file of the configuration, understood by a process we can kill.

What a file came to is kept as long as this process lives, by its content: a reload or another ritual costs nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from ritualsd.config.files import Unreadable, read_bytes
from ritualsd.config.ics_events import MOST_EVENTS
from ritualsd.core.busy import Busy
from ritualsd.core.calendars import Days, from_text

LARGEST = 1024 * 1024
PATIENCE_S = 5.0
HORIZON = timedelta(400)
"""How far before and after this month events are looked for."""

MOST_KEPT = 100
COMMAND = (sys.executable, "-P", "-m", "ritualsd.config.ics_reader")

_LONGEST_MONTH = timedelta(31)
_BEGIN = b"BEGIN:VEVENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the days of one file depend on: its content, the month it is, and where home is."""

    digest: str
    month: date
    home: str
    times: bool = False  # not the days of its events, but the times they take


Found = Days | Busy | Unreadable
_KEPT: dict[Question, Found] = {}


def days_in(path: Path, home: str, today: date) -> Days:
    """The days of every event in the file, from 400 days before this month until 400 days after, in the zone `home`.

    Raises Unreadable, with the line of the event that is refused.
    """
    return _in_file(path, home, today, times=False)


def times_in(path: Path, home: str, today: date) -> Busy:
    """The times that the events in the file take, over the same days. Raises Unreadable as well."""
    return cast(Busy, _in_file(path, home, today, times=True))


def _in_file(path: Path, home: str, today: date, *, times: bool) -> Days:
    data = read_bytes(path, LARGEST)
    if data.upper().count(_BEGIN) > MOST_EVENTS:
        raise Unreadable(f"it holds more than {MOST_EVENTS:,} events", "keep days away in a calendar of their own")
    question = Question(digest=sha256(data).hexdigest(), month=today.replace(day=1), home=home, times=times)
    if question not in _KEPT:
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        _KEPT[question] = _read(data, question)
    found = _KEPT[question]
    if isinstance(found, Unreadable):
        raise found
    return found


def _read(data: bytes, question: Question) -> Found:
    """What the file says, or why it is not taken. Raises Unreadable for what may go better another time."""
    first, last = question.month - HORIZON, question.month + _LONGEST_MONTH + HORIZON
    asked = json.dumps(
        {"first": first.isoformat(), "last": last.isoformat(), "home": question.home, "times": question.times}
    )
    answer = _ask(asked.encode() + b"\n" + data)
    if isinstance(answer.get("times"), list):
        return tuple((_at(begin), _at(end)) for begin, end in answer["times"])
    days = from_text(str(answer.get("days")))
    if days is not None:
        return days
    event = int(answer.get("event", 0))
    return Unreadable(str(answer.get("what")), str(answer.get("todo")), _line_of(data, event))


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _ask(question: bytes) -> dict[str, Any]:
    """The answer of a process of its own. Raises Unreadable when there is none in time."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, no input in it
            COMMAND, input=question, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PATIENCE_S,
            env=_environment(), cwd="/", check=False,
        )  # fmt: skip
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise Unreadable(
            f"reading it takes longer than {PATIENCE_S:.0f} seconds", "keep days away in a calendar of their own"
        ) from None
    except (OSError, ValueError):
        raise Unreadable("the process that reads it ended early", "export it again as iCalendar (.ics)") from None
    return answer if isinstance(answer, dict) else {}


def _environment() -> dict[str, str]:
    """All that the process sees of ours: where its modules are."""
    root = str(Path(__file__).parents[2])
    path = [os.path.abspath(entry) for entry in sys.path if entry]  # it works in another folder
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join([root, *path])}


def _line_of(data: bytes, event: int) -> int:
    """The line on which an event begins, by its number; 0 for the whole file."""
    begins = (number for number, line in enumerate(data.upper().splitlines(), 1) if line.strip() == _BEGIN)
    return next((line for count, line in enumerate(begins, 1) if count == event), 0)
