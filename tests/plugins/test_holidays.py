"""The bundled holidays plugin: whose days it names, what it says when it cannot, and that nobody pays who has none."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ritualsd.content.host import ContentHost
from ritualsd.model import PluginTable
from tests.content.hosting import Yard, status

ROOT = Path(__file__).resolve().parents[2]
YEARS = (2026, 2027)


def host(yard: Yard, **settings: str) -> ContentHost:
    yard.tables["holidays"] = PluginTable(settings=settings, where="config.toml:3")
    return yard.host(no_plugins=True)


def days(found: ContentHost) -> set[date]:
    spans = found.calendars(YEARS).get("holidays", ())
    return {date.fromordinal(n) for first, last in spans for n in range(first.toordinal(), last.toordinal() + 1)}


def test_a_country_has_its_public_holidays_in_each_year(yard: Yard) -> None:
    found = days(host(yard, country="DE"))
    assert {date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1), date(2026, 4, 3)} <= found
    assert date(2026, 1, 6) not in found
    assert {day.year for day in found} == {2026, 2027}


def test_a_subdivision_has_days_of_its_own(yard: Yard) -> None:
    assert date(2026, 1, 6) in days(host(yard, country="DE", subdivision="BY"))


def test_without_a_country_it_offers_nothing_and_loads_nothing(yard: Yard) -> None:
    found = yard.host(no_plugins=True)
    assert found.calendars(YEARS) == {}
    assert status(found, "holidays").status == "active"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"country": "XX"}, 'no holidays are known for country = "XX"'),
        ({"country": "DE", "subdivision": "BX"}, 'DE has no subdivision = "BX"; '),
    ],
)
def test_a_place_nobody_knows_is_told_with_what_there_is(yard: Yard, settings: dict[str, str], said: str) -> None:
    found = host(yard, **settings)
    assert found.calendars(YEARS) == {}
    assert status(found, "holidays").status == "bad-config"
    assert said in status(found, "holidays").error


@pytest.mark.parametrize("settings", [{"country": "Germany"}, {"county": "DE"}, {"country": "DE", "subdivision": "?"}])
def test_settings_that_are_none_are_refused_when_it_is_admitted(yard: Yard, settings: dict[str, str]) -> None:
    assert status(host(yard, **settings), "holidays").status == "bad-config"


@pytest.fixture
def without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)


@pytest.mark.usefixtures("without_the_package")
def test_a_missing_package_is_said_with_the_way_to_install_it(yard: Yard) -> None:
    found = host(yard, country="DE")
    assert found.calendars(YEARS) == {}
    assert status(found, "holidays").status == "bad-config"
    assert "install ritualsd[holidays]" in status(found, "holidays").error


def test_the_slow_package_is_loaded_only_when_days_are_asked_for() -> None:
    code = (
        "import sys; from ritualsd.content.host import ContentHost; from ritualsd.model import *\n"
        "tables = {'holidays': PluginTable(settings={'country': 'DE'})}\n"
        "host = ContentHost(Settings(root='', household=Household(), plugins=tables), no_plugins=True, emit=print)\n"
        "host.start(); before = 'holidays' in sys.modules; host.calendars([2026])\n"
        "print(before, 'holidays' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.splitlines()[-1] == "False True", done.stderr
