"""What a configuration says about days away, reminders, the sun and common moments, down to the slots it comes to."""

from __future__ import annotations

from datetime import UTC, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from ritualsd.config.forecast import forecast
from ritualsd.core.upcoming import Upcoming, upcoming
from tests.config.home import PEOPLE, Home

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAILY = 'when = "every day at 09:00"\nto = "ana"\nmessage = "hi"\n'


def ahead(home: Home, text: str, count: int) -> list[Upcoming]:
    return list(islice(upcoming(home.settings(text), NOW, secret=b"s" * 32, counts={}, pauses=[], done={}), count))


def test_skip_remind_and_since_are_acted_on_without_a_warning(home: Home) -> None:
    keys = 'skip = ["away"]\non_skip = "after"\nremind = ["2 days before", "on the day"]\nsince = 2015\n'
    calendar = '[calendars.away]\ndates = ["2026-03-04..2026-03-05"]\n'
    assert home.said(f"{PEOPLE}[rituals.r]\n{DAILY}{keys}{calendar}") == []


@pytest.mark.parametrize("lead", ["2 hours before", "30 minutes before", "400 days before", "53 weeks before", "soon"])
def test_a_reminder_is_whole_days_ahead_and_at_most_a_year(home: Home, lead: str) -> None:
    (said,) = home.ritual(f'{DAILY}remind = ["{lead}"]')
    assert said.startswith("config.toml:10: rituals.r.remind: ")


def test_days_away_without_end_cannot_be_moved_off(home: Home) -> None:
    calendar = '[calendars.away]\ndates = ["2026-01-01..2027-06-01"]\n'
    skip = 'skip = ["away"]\non_skip = "before"\n'
    (said,) = home.said(f"{PEOPLE}[rituals.r]\n{DAILY}{skip}{calendar}")
    assert said.startswith("config.toml:11: rituals.r.on_skip: its calendars leave 366 days in a row out")
    assert home.said(f"{PEOPLE}[rituals.r]\n{DAILY}{skip}{calendar}".replace('"before"', '"skip"')) == []


def test_the_sun_comes_from_the_place(home: Home) -> None:
    place = "place = { lat = 52.52, lon = 13.40 }\n"
    dusk = DAILY.replace("every day at 09:00", "30 minutes before sunset")
    for each in ahead(home, f"{place}{PEOPLE}[rituals.r]\n{dusk}", 2):
        assert time(17, 10) < each.slot.local.time() < time(17, 25), "the sun sets at about a quarter to six"
    (clamped,) = ahead(home, f'{place}{PEOPLE}[rituals.r]\n{dusk}earliest = "18:00"\n', 1)
    assert f"{clamped.slot.local:%H:%M}" == "18:00"
    assert any("sunset depends on where you live" in line for line in home.said(f"{PEOPLE}[rituals.r]\n{dusk}"))


FAR = """\
timezone = "Europe/Berlin"
[people.ana]
quiet = "22:00-08:00"
[people.ben]
timezone = "Pacific/Auckland"
quiet = "{quiet}"
[rituals.r]
when = "every day at 09:00"
to = "everyone"
message = "hi"
together = true
"""


def test_a_common_moment_is_shown_alike_for_everyone(home: Home) -> None:
    found = ahead(home, FAR.replace("{quiet}", "00:00-07:00"), 4)
    assert {(each.person, each.slot.zone) for each in found} == {("ana", "Europe/Berlin"), ("ben", "Europe/Berlin")}
    assert [each.slot.due_utc for each in found[::2]] == [each.slot.due_utc for each in found[1::2]]
    assert not any(each.reason for each in found)


def test_days_without_a_common_moment_are_warned_about(home: Home) -> None:
    assert forecast(home.settings(FAR.replace("{quiet}", "00:00-07:00")).household, NOW) == ()
    (said,) = forecast(home.settings(FAR.replace("{quiet}", "13:00-11:00")).household, NOW)
    assert (said.severity, said.key) == ("warning", "rituals.r.together")
    assert said.message.endswith("times are left out: somebody has quiet hours at every moment")


def test_zone_makes_it_one_instant_for_everyone(home: Home) -> None:
    text = FAR.replace("{quiet}", "22:00-08:00").replace("together = true", 'zone = "Asia/Tokyo"')
    assert {(each.person, each.slot.due_utc) for each in ahead(home, text, 2)} == {
        ("ana", NOW), ("ben", NOW),
    }  # fmt: skip


def test_a_window_in_a_fixed_zone_spares_the_quiet_hours_of_those_who_live_elsewhere(home: Home) -> None:
    text = FAR.replace("{quiet}", "21:00-09:00").replace("together = true", 'zone = "Europe/Berlin"')
    for each in ahead(home, text.replace("every day at 09:00", "every day between 08:00 and 22:00"), 120):
        there = each.slot.due_utc.astimezone(ZoneInfo("Pacific/Auckland")).time()
        assert time(9) <= there < time(21)
