"""The plugin outside: what it offers on a day follows from the date and the place alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ritualsd.content.find import bundled_folder
from ritualsd.content.packs import read_lint
from ritualsd.core.lint import lint_prompt
from ritualsd.core.lint_words import IN_ENGLISH

pytest_plugins = "ritualsd.testing"

BERLIN = {"lat": 52.52, "lon": 13.40}
DUNEDIN = {"lat": -45.87, "lon": 170.50}
QUITO = {"lat": -0.18, "lon": -78.47}
TROMSO = {"lat": 69.65, "lon": 18.96}


@pytest.fixture
def found(load_plugin: Any, ask: Any) -> Any:
    """The ids on offer at a local time."""

    def look(when: str, kind: str = "date", zone: str = "Europe/Berlin", **place: float) -> dict[str, str]:
        plugin = load_plugin(bundled_folder() / "outside", **(place or BERLIN))
        at = datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(zone))
        return {prompt.id.partition(":")[2]: prompt.text for prompt in plugin.offers(ask(kind, at=at))}

    return look


def test_without_a_place_it_offers_nothing(load_plugin: Any, ask: Any) -> None:
    plugin = load_plugin(bundled_folder() / "outside")
    assert plugin.offers(ask("date")) == plugin.offers(ask("gesture")) == ()


@pytest.mark.parametrize(
    ("when", "there", "not_there"),
    [
        ("2026-04-10T12:00", {"first-flower"}, {"shade", "steam", "one-leaf", "lit-windows"}),
        ("2026-07-10T17:00", {"shade", "long-way"}, {"first-flower", "first-lamp", "early-dark"}),
        ("2026-07-10T20:00", {"first-lamp", "long-shadows"}, {"long-way"}),
        ("2026-10-10T12:00", {"one-leaf"}, {"shade"}),
        ("2026-12-20T16:30", {"steam", "lit-windows", "shortest"}, {"longest", "first-lamp"}),
        ("2026-06-21T12:00", {"longest", "shade"}, {"shortest"}),
        ("2026-03-20T12:00", {"equal"}, {"longest"}),
    ],
)
def test_ideas_follow_the_season_and_the_light(found: Any, when: str, there: set[str], not_there: set[str]) -> None:
    ids = set(found(when))
    assert there <= ids
    assert not not_there & ids


def test_the_time_of_sunset_is_told_to_five_minutes(found: Any) -> None:
    assert "about 21:25" in found("2026-07-10T17:00")["long-way"]
    assert "about 15:55" in found("2026-12-20T16:30", "gesture")["lamp-on"]


def test_south_of_the_equator_the_seasons_are_the_other_way_round(found: Any) -> None:
    south = found("2026-06-21T12:00", zone="Pacific/Auckland", **DUNEDIN)
    assert {"shortest", "steam", "lit-windows"} <= set(south)
    assert "long-way" in found("2026-12-27T16:00", zone="Pacific/Auckland", **DUNEDIN)


def test_between_the_tropics_there_is_light_and_no_season(found: Any) -> None:
    assert found("2026-07-10T12:00", zone="America/Guayaquil", **QUITO) == {}
    assert set(found("2026-07-10T17:00", zone="America/Guayaquil", **QUITO)) == {"first-lamp", "long-shadows"}


@pytest.mark.parametrize("when", ["2026-06-21T12:00", "2026-12-21T12:00"])
def test_where_the_sun_does_not_set_or_rise_no_sunset_is_spoken_of(found: Any, when: str) -> None:
    ideas = found(when, zone="Europe/Oslo", **TROMSO)
    assert ideas
    assert not [text for text in ideas.values() if re.search(r"\d\d:\d\d|SUNSET", text)]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_idea_passes_the_lint_on_some_day_of_the_year(load_plugin: Any, ask: Any, language: str) -> None:
    plugin = load_plugin(bundled_folder() / "outside", **BERLIN)
    lists = read_lint(bundled_folder() / "german" / "lint.toml").lists if language == "de" else IN_ENGLISH
    seen = {}
    for day in range(0, 366, 3):
        for hour in (12, 16, 20):
            at = datetime(2026, 1, 1, hour, tzinfo=ZoneInfo("Europe/Berlin")) + timedelta(days=day)
            for kind in ("date", "gesture"):
                offers = plugin.offers(ask(kind, at=at, language=language))
                seen |= {(kind, prompt.id): prompt for prompt in offers}
    assert len(seen) == 31
    for (kind, _), prompt in seen.items():
        assert "SUNSET" not in prompt.text
        assert prompt.language == language
        assert [str(each) for each in lint_prompt(prompt, kind, lists=lists)] == []


def test_it_keeps_the_contract(conforms: Any) -> None:
    conforms(bundled_folder() / "outside", **BERLIN)
    conforms(bundled_folder() / "outside")


def test_half_a_place_offers_nothing_and_a_wrong_one_is_named(load_plugin: Any, ask: Any) -> None:
    assert load_plugin(bundled_folder() / "outside", lat=52.5).offers(ask("date")) == ()
    with pytest.raises(Exception, match=r"lat: this should be at most 90"):
        load_plugin(bundled_folder() / "outside", lat=91, lon=0)
