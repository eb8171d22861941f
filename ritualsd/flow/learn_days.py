"""Learn: the days of calendars that plugins name, asked now and then and kept in the ledger.

What was learnt stands until there is another answer: a plugin that fails, or is gone, changes no plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ritualsd.core.calendars import Days, from_text, to_text
from ritualsd.ports import Content, Store

_KEY = "calendar:"


def remembered(store: Store, names: Sequence[str]) -> dict[str, Days]:
    """The days of these calendars, as far as they were ever learnt."""
    found = {name: from_text(store.recall(_KEY + name)) for name in names}
    return {name: days for name, days in found.items() if days is not None}


def learn_days(store: Store, content: Content, names: Sequence[str], now: datetime) -> bool:
    """Ask plugins for the days of these calendars around `now`, and keep them. True when one is not as it was."""
    offered = content.calendars(years_around(now, now))
    told = {name: to_text(offered[name]) for name in names if name in offered}
    news = {name: text for name, text in told.items() if store.recall(_KEY + name) != text}
    for name, text in news.items():
        store.remember(_KEY + name, text)
    return bool(news)


def years_around(first: datetime, last: datetime) -> range:
    """The years whose days matter to what happens between two moments: reminders and moves reach across new year."""
    return range(first.year - 1, last.year + 3)
