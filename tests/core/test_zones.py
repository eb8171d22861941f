"""Zones by name: the real ones, and what is said about those that are none."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from ritualsd.core.zones import zone
from ritualsd.errors import NotFound


def test_every_zone_of_the_installed_tzdata_is_known_by_its_name() -> None:
    names = available_timezones() - {"localtime", "Factory"}
    assert all(zone(name).key == name for name in names)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("EUROPE/BERLIN", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Europ/Berln", "Europe/Berlin"),
        ("Europe/Berlin ", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("right/Europe/Berlin", "Europe/Berlin"),
    ],
)
def test_a_near_miss_is_answered_with_the_name_that_was_meant(name: str, meant: str) -> None:
    with pytest.raises(NotFound) as caught:
        zone(name)
    assert f'did you mean "{meant}"?' in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["", "Europe", "../../etc/passwd", "/etc/localtime", "localtime", "posixrules", "posix/Europe/Berlin", "Factory",
     "zone.tab", "tzdata.zi", ".", "..", "Europe/", "\0", "Europe/Berlin\n", "x" * 5000, "Mars/Olympus", "+02:00", "☺"],
)  # fmt: skip
def test_a_name_that_is_no_zone_is_told_so_and_never_opened(name: str) -> None:
    with pytest.raises(NotFound) as caught:
        zone(name)
    assert len(str(caught.value)) < 200
    assert str(caught.value).isprintable()
