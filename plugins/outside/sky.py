"""When the sun rises and sets, and which time of year it is, at one place. Knows nothing of the weather."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

TROPIC = 23.44
SEASONS = ("winter", "spring", "summer", "autumn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sky:
    """One day at one place. `sunset` is aware, in the zone asked for; None where the sun does not set, or not rise."""

    season: str
    """spring, summer, autumn or winter; "" between the tropics, where the year has other turns."""
    sunset: datetime | None
    day_length: timedelta
    turning: str
    """"longest", "shortest" or "equal": the days around a solstice or an equinox; else ""."""


def sky(at: datetime, latitude: float, longitude: float) -> Sky:
    """The sky on the local date of `at` (aware)."""
    times = _sun(at, latitude, longitude)
    return Sky(
        season=season(at.date(), latitude),
        sunset=times[1] if times else None,
        day_length=times[1] - times[0] if times else _without_end(at, latitude),
        turning=turning(at.date(), latitude),
    )


def season(day: date, latitude: float) -> str:
    if abs(latitude) < TROPIC:
        return ""
    return SEASONS[(day.month % 12 // 3 + (0 if latitude > 0 else 2)) % 4]


def turning(day: date, latitude: float) -> str:
    """Which turn of the year is at most three days away. Nobody sees one near the equator."""
    if abs(latitude) < TROPIC:
        return ""
    north = {(6, 21): "longest", (12, 21): "shortest", (3, 20): "equal", (9, 22): "equal"}
    for (month, number), turn in north.items():
        if abs((day - date(day.year, month, number)).days) <= 3:
            return _other_way_round(turn) if latitude < 0 else turn
    return ""


def _other_way_round(turn: str) -> str:
    return {"longest": "shortest", "shortest": "longest"}.get(turn, turn)


def _sun(at: datetime, latitude: float, longitude: float) -> tuple[datetime, datetime] | None:
    from astral import Observer  # slow to load, and needed only when asked
    from astral.sun import sunrise, sunset

    here = Observer(latitude, longitude)
    try:
        return (
            sunrise(here, date=at.date()).astimezone(at.tzinfo),
            sunset(here, date=at.date()).astimezone(at.tzinfo),
        )
    except ValueError:  # a polar day, or a polar night
        return None


def _without_end(at: datetime, latitude: float) -> timedelta:
    """A whole day of light, or none: which, the time of year tells."""
    light = season(at.date(), latitude) in ("summer", "spring")
    return timedelta(hours=24 if light else 0)
