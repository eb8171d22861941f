"""Public holidays of a country as the calendar `holidays`, for rituals that `skip` it. Needs the package of that name.

That package is slow to load, so it is loaded when days are asked for and not before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import partial
from importlib.util import find_spec
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ritualsd import PluginInfo, PluginMisconfigured, hookimpl


class Settings(BaseModel):
    """`[plugins.holidays]`; without a country the plugin offers nothing."""

    model_config = ConfigDict(extra="forbid")

    country: str = Field(default="", pattern="^([A-Z]{2})?$", description='Whose public holidays, such as "DE"')
    subdivision: str = Field(
        default="",
        pattern="^[A-Za-z0-9-]{0,10}$",
        description='The state or province, where it has days of its own, such as "BY"',
    )


PLUGIN = PluginInfo(name="holidays", summary="Public holidays to leave out", version="1.0.0", settings=Settings)

_chosen = Settings()


@hookimpl
def ritualsd_configure(settings: Settings) -> None:
    global _chosen
    _chosen = settings
    if settings.country and find_spec("holidays") is None:
        raise PluginMisconfigured("the package holidays is not installed; install ritualsd[holidays]")


@hookimpl
def ritualsd_calendars() -> dict[str, Any]:
    return {"holidays": partial(_days, _chosen)} if _chosen.country else {}


def _days(chosen: Settings, year: int) -> Iterator[date]:
    """The public holidays of one year, those moved to a working day included."""
    import holidays

    _check(chosen, holidays.list_supported_countries())
    yield from sorted(holidays.country_holidays(chosen.country, subdiv=chosen.subdivision or None, years=year))


def _check(chosen: Settings, known: Mapping[str, list[str]]) -> None:
    """Raises PluginMisconfigured for a place nobody knows the holidays of."""
    if chosen.country not in known:
        raise PluginMisconfigured(
            f'no holidays are known for country = "{chosen.country}"{_near(chosen.country, known)}'
        )
    parts = known[chosen.country]
    if chosen.subdivision and chosen.subdivision not in parts:
        near = _near(chosen.subdivision, parts)
        raise PluginMisconfigured(f'{chosen.country} has no subdivision = "{chosen.subdivision}"{near}')


def _near(word: str, known: Any) -> str:
    close = get_close_matches(word, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; known are {', '.join(sorted(known)[:20])}" if known else ""
