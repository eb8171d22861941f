"""The process that reads one iCalendar file and may be killed: a question on standard input, an answer on the output.

Whatever the file makes it do, it has little memory and little time, and holds nothing worth stealing.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from datetime import date
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from ritualsd.core.busy import to_numbers
from ritualsd.core.calendars import to_text
from ritualsd.core.zones import zone
from ritualsd.errors import NotFound

MEMORY = 512 << 20
CPU_S = 10  # the last resort, should nobody be left to kill us


def confine() -> None:
    """Give up what reading a file does not need."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_NPROC, 0)):
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (most if hard < 0 else min(most, hard),) * 2)


def answer(question: BinaryIO) -> dict[str, Any]:
    """The first line says which days matter and where home is; the rest is the file."""
    from ritualsd.config.ics_events import Horizon, Refusal, days_of, times_of

    asked = json.loads(question.readline())
    first, last = date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"])
    horizon = Horizon(first=first, last=last, home=_zone(asked["home"]))
    data = question.read()
    try:
        if asked.get("times"):
            return {"times": to_numbers(times_of(data, horizon))}
        return {"days": to_text(days_of(data, horizon))}
    except Refusal as refusal:
        return {"what": refusal.what, "todo": refusal.todo, "event": refusal.event}


def _zone(name: str) -> ZoneInfo:
    """Where home is. A zone that is none was reported already, and keeps nobody from reading the file."""
    try:
        return zone(name)
    except NotFound:
        return ZoneInfo("UTC")


def main(confine: Callable[[], None] = confine) -> None:
    confine()
    try:
        found = answer(sys.stdin.buffer)
    except (MemoryError, RecursionError):
        found = {"what": f"it takes more than {MEMORY >> 20} MB of memory to read", "todo": "", "event": 0}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
