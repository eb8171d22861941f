"""The ready-made schedules: files of rituals that explain themselves. Reads those that come with ritualsd; writes none.

In a file every date stands as if the schedule began on Monday 5 January 2026; it is moved to where it does begin.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from ritualsd.errors import NotFound

BEGINS = date(2026, 1, 5)
STARTER, ALONE = "starter", "alone"
A_DAY = {"six-hours": 4}
NAMES = (STARTER, ALONE, "gentle-start", "six-hours", "long-distance")

_DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One ready-made schedule: `summary` is its first line, `head` the comment above it all, `rituals` the text of each
    with its own comment, by id. `a_day` is how many messages a day each person should be ready for."""

    name: str
    summary: str
    head: str
    rituals: dict[str, str]
    a_day: int

    def text(self, today: date, taken: Collection[str] = ()) -> str:
        """The file to write for one who begins `today`, without the rituals whose ids are `taken`."""
        kept = [text for id_, text in self.rituals.items() if id_ not in taken]
        return moved("\n\n".join([self.head, *kept]) + "\n", today)


def schedule(name: str) -> Schedule:
    """The schedule of that name. Raises NotFound, with the one that was probably meant."""
    if name not in NAMES:
        from difflib import get_close_matches

        close = get_close_matches(name, NAMES, n=1)
        todo = f"did you mean {close[0]!r}" if close else f"there are: {', '.join(NAMES)}"
        raise NotFound(f"there are no ready-made rituals called {name!r}", todo=todo)
    text = (files("ritualsd") / "schedules" / f"{name}.toml").read_text("utf-8")
    head, *blocks = _blocks(text)
    summary = head.splitlines()[0].removeprefix("#").strip()
    rituals = {_id_of(block): block for block in blocks}
    return Schedule(name=name, summary=summary, head=head, rituals=rituals, a_day=A_DAY.get(name, 3))


def moved(text: str, today: date) -> str:
    """The text with each date as many weeks later as the Monday not before `today` is: weekdays and distances stay."""
    weeks = -((BEGINS - today) // _WEEK)
    return _DATE.sub(lambda found: (date.fromisoformat(found[0]) + weeks * _WEEK).isoformat(), text)


def _blocks(text: str) -> list[str]:
    """The comment at the top, then one block a ritual: blocks are parted by an empty line."""
    return [block.strip() for block in text.split("\n\n") if block.strip()]


def _id_of(block: str) -> str:
    (id_,) = tomllib.loads(block)["rituals"]
    return str(id_)
