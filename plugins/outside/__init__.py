"""Outside: ideas that know the time of year and how long it is light. It asks no network and knows no weather."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from ritualsd import Ask, PluginInfo, Prompt, hookimpl

from .ideas import DATES, GESTURES, Idea
from .sky import Sky, sky


class Settings(BaseModel):
    """`[plugins.outside]`; without a place nothing is offered."""

    model_config = ConfigDict(frozen=True)

    lat: float | None = Field(None, ge=-90, le=90, description="Degrees north of the place", examples=[52.5])
    lon: float | None = Field(None, ge=-180, le=180, description="Degrees east of the place", examples=[13.4])


PLUGIN = PluginInfo(
    name="outside",
    summary="Ideas that know the season and the daylight",
    version="1.0.0",
    settings=Settings,
    kinds=frozenset({"date"}),
)

LONG_LIGHT = timedelta(hours=3)
SHORT_DAY = timedelta(hours=10)


@hookimpl
def ritualsd_gesture_ideas(ask: Ask) -> Iterator[Prompt]:
    return _fitting(GESTURES, ask)


@hookimpl
def ritualsd_content(ask: Ask) -> Iterator[Prompt]:
    return _fitting(DATES, ask)


def _fitting(ideas: tuple[Idea, ...], ask: Ask) -> Iterator[Prompt]:
    place = ask.settings
    if place.lat is None or place.lon is None:
        return
    above = sky(ask.at, place.lat, place.lon)
    now = frozenset(_signs(above, ask.at))
    for idea in ideas:
        if idea.when in now:
            yield idea.prompt(sunset=_about(above.sunset) if above.sunset else "", language=ask.language[:2])


def _signs(above: Sky, at: datetime) -> Iterator[str]:
    """Everything true of this day and hour that an idea may wait for."""
    if above.season:
        yield above.season
    if above.turning:
        yield above.turning
    if above.sunset is None:
        return
    left = above.sunset - at
    if left >= LONG_LIGHT and at.hour >= 14:
        yield "long-light"
    if timedelta(0) < left <= LONG_LIGHT and above.day_length > SHORT_DAY:
        yield "evening-sun"
    if above.day_length <= SHORT_DAY:
        yield "early-dark"


def _about(moment: datetime) -> str:
    """A time to the nearest five minutes: nobody sees the sun set to the minute."""
    nearest = moment + timedelta(minutes=2, seconds=30)
    return f"{nearest - timedelta(minutes=nearest.minute % 5):%H:%M}"
