"""Gesture ideas that know whether it rains. An example to read: settings, a bounded request, a small cache, and staying
calm when the service is away."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from ritualsd import Ask, Duration, PluginInfo, PluginUnavailable, Prompt, hookimpl


class Settings(BaseModel):
    """`[plugins.weather]`"""

    model_config = ConfigDict(frozen=True)

    lat: float = Field(description="Degrees north of the place", ge=-90, le=90, examples=[60.4])
    lon: float = Field(description="Degrees east of the place", ge=-180, le=180, examples=[5.3])
    url: str = Field("https://api.open-meteo.com/v1/forecast", description="A service that answers as Open-Meteo does")
    token: SecretStr = Field(SecretStr(""), description="The key of the service, where it wants one")
    refresh: Duration = Field(timedelta(hours=1), description="How long an answer is good for")

    @field_validator("url")
    @classmethod
    def is_web_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError('this is not a web address; write it like "https://api.example.org/forecast"')
        return value


PLUGIN = PluginInfo(
    name="weather", summary="Gestures that know whether it rains", settings=Settings, timeout=8.0, version="1.0.0"
)

WAIT_S = 3.0
LONGEST_ANSWER = 64 * 1024
RAIN_MM = 0.1

WET = (
    Prompt(id="umbrella", text="Put an umbrella by the door for whoever goes out next.", place=frozenset({"home"})),
    Prompt(id="dry-towel", text="Have a dry towel ready for someone who comes in wet.", place=frozenset({"home"})),
)
DRY = (
    Prompt(id="air-bedding", text="Hang the bedding out to air while it stays dry.", place=frozenset({"home"})),
    Prompt(id="fetch", text="Meet someone half-way on their way home.", place=frozenset({"out"}), minutes=20),
)

_kept: dict[tuple[str, float, float], tuple[float, float]] = {}
"""What the service said last for a place: when (monotonic seconds), and the rain in millimetres."""


@hookimpl
def ritualsd_gesture_ideas(ask: Ask) -> tuple[Prompt, ...]:
    return WET if rain(ask.settings) >= RAIN_MM else DRY


def rain(settings: Settings) -> float:
    """Millimetres of rain at this hour. Raises PluginUnavailable where nobody says."""
    place = (settings.url, settings.lat, settings.lon)
    said_at, amount = _kept.get(place, (float("-inf"), 0.0))
    if time.monotonic() - said_at > settings.refresh.total_seconds():
        amount = _asked(settings)
        _kept[place] = (time.monotonic(), amount)
    return amount


def _asked(settings: Settings) -> float:
    where = urlencode({"latitude": settings.lat, "longitude": settings.lon, "current": "precipitation"})
    request = Request(f"{settings.url}?{where}")  # noqa: S310 - the settings let only web addresses through
    if settings.token.get_secret_value():
        request.add_header("Authorization", f"Bearer {settings.token.get_secret_value()}")
    try:
        with urlopen(request, timeout=WAIT_S) as answer:  # noqa: S310 - the same address
            return float(json.loads(answer.read(LONGEST_ANSWER))["current"]["precipitation"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        # Only the kind of error: its text may quote the address, and with it where somebody lives.
        raise PluginUnavailable(f"the weather service gave no answer ({type(error).__name__})") from None
