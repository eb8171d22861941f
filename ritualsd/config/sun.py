"""Where astral is known: sunrise, sunset, dawn and dusk at one place, as the function the calendar is given.

Decides nothing about schedules. Loads astral when it is first asked, not when it is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from ritualsd.model import Sun


@lru_cache(maxsize=64)
def sun_at(latitude: float, longitude: float) -> Sun:
    """What the sun does at a place, in degrees north and east; dawn and dusk are the civil ones (6° below).

    None on a local date on which it does not happen: near the poles, or when it slips past midnight.
    """

    def event(day: date, zone: ZoneInfo, name: str) -> datetime | None:
        from astral import Observer, sun

        functions: dict[str, Callable[..., datetime]]
        functions = {"sunrise": sun.sunrise, "sunset": sun.sunset, "dawn": sun.dawn, "dusk": sun.dusk}
        try:
            return functions[name](Observer(latitude, longitude, 0.0), day, tzinfo=zone).astimezone(UTC)
        except ValueError:
            return None

    return event
