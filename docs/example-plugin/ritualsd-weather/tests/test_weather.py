"""What the plugin offers in rain and in the dry, and how it behaves when the service does not."""

from __future__ import annotations

import pytest
from ritualsd.errors import PluginProblem

import ritualsd_weather

PLACE = {"lat": 60.4, "lon": 5.3}


def ids(plugin, ask) -> list[str]:
    return [prompt.id for prompt in plugin.offers(ask("gesture"))]


def test_rain_and_dry_have_ideas_of_their_own(load_plugin, ask, service) -> None:
    plugin = load_plugin(ritualsd_weather, url=service.url, refresh="1 minute", **PLACE)
    service.rain = 2.5
    assert "weather:umbrella" in ids(plugin, ask)


def test_a_dry_day_brings_people_out(load_plugin, ask, service) -> None:
    assert "weather:fetch" in ids(load_plugin(ritualsd_weather, url=service.url, **PLACE), ask)


def test_the_service_is_asked_once_an_hour(load_plugin, ask, service) -> None:
    plugin = load_plugin(ritualsd_weather, url=service.url, **PLACE)
    for _ in range(5):
        ids(plugin, ask)
    assert service.asked == 1


def test_a_service_that_is_away_or_talks_nonsense_is_told_without_its_address(load_plugin, ask, service) -> None:
    service.rain = "a lot"
    for url in (service.url, "http://127.0.0.1:9/forecast"):
        with pytest.raises(PluginProblem) as raised:
            ids(load_plugin(ritualsd_weather, url=url, **PLACE), ask)
        assert "gave no answer" in str(raised.value)
        assert "127.0.0.1" not in str(raised.value)


def test_it_keeps_the_contract(conforms, service) -> None:
    conforms(ritualsd_weather, url=service.url, **PLACE)
