"""The machine's time zone, for those who name none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ritualsd.config import system
from tests.config.home import Home


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any zone; `localtime` and `timezone` can be put there."""
    monkeypatch.setattr(system, "LINK", str(tmp_path / "localtime"))
    monkeypatch.setattr(system, "FILE", str(tmp_path / "timezone"))
    return tmp_path


def test_a_machine_that_says_nothing_is_in_utc(machine: Path) -> None:
    assert system.system_zone({}) == "UTC"


def test_the_link_the_file_and_the_variable_are_understood(machine: Path) -> None:
    (machine / "timezone").write_text("Asia/Tokyo\n")
    assert system.system_zone({}) == "Asia/Tokyo"
    os.symlink("/usr/share/zoneinfo/Europe/Berlin", machine / "localtime")
    assert system.system_zone({}) == "Europe/Berlin"
    assert system.system_zone({"TZ": "America/New_York"}) == "America/New_York"
    assert system.system_zone({"TZ": ":Pacific/Apia"}) == "Pacific/Apia"


@pytest.mark.parametrize("nonsense", ["/etc/passwd", "Mars/Olympus", "CET-1CEST", "\x00", "localtime"])
def test_a_zone_that_is_none_is_passed_over(machine: Path, nonsense: str) -> None:
    (machine / "timezone").write_text(nonsense)
    assert system.system_zone({"TZ": nonsense}) == "UTC"


def test_a_link_into_another_tree_of_the_zones_is_understood(machine: Path) -> None:
    os.symlink("/usr/share/zoneinfo/posix/Europe/Paris", machine / "localtime")
    assert system.system_zone({}) in ("Europe/Paris", "UTC")


def test_a_configuration_without_a_zone_takes_the_machines(home: Home) -> None:
    household = home.settings("[people.ana]\n", {"TZ": "Asia/Tokyo"}).household
    assert (household.zone, household.people["ana"].zone) == ("Asia/Tokyo", "Asia/Tokyo")
