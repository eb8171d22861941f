"""`busy` of a person: only when their calendar takes time, never by what; read like any calendar file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ritualsd.config import fingerprint, ics
from tests.config.home import Home
from tests.config.test_ics import event, file

NOW = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
DAY = f"{NOW + timedelta(days=3):%Y%m%d}"
CONFIG = """
timezone = "UTC"
[people.ana]
timezone = "Europe/Berlin"
busy = "ana.ics"
[people.ben]
[rituals.date]
when = "every day at 18:00"
to = "everyone"
together = true
message = "Dinner?"
"""


def at(hour: int) -> datetime:
    return NOW + timedelta(days=3, hours=hour)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not look like a hostile file."""
    monkeypatch.setattr(ics, "PATIENCE_S", 60.0)


def busy(home: Home, *events: str) -> tuple[tuple[datetime, datetime], ...]:
    home.write(file(*events), "ana.ics")
    return home.settings(CONFIG).household.people["ana"].busy


def test_an_event_takes_its_time_and_one_that_says_it_takes_none_does_not(home: Home) -> None:
    takes = event(f"DTSTART:{DAY}T170000Z", f"DTEND:{DAY}T190000Z", "SUMMARY:CANARY choir")
    free = event(f"DTSTART:{DAY}T080000Z", f"DTEND:{DAY}T090000Z", "TRANSP:TRANSPARENT")
    assert busy(home, takes, free) == ((at(17), at(19)),)


def test_what_has_no_zone_is_meant_where_its_owner_lives(home: Home) -> None:
    (taken,) = busy(home, event(f"DTSTART:{DAY}T170000", f"DTEND:{DAY}T180000"))
    berlin = taken[0].astimezone(ZoneInfo("Europe/Berlin"))
    assert (berlin.hour, taken[1] - taken[0]) == (17, timedelta(hours=1))


def test_it_is_repeated_united_and_followed_over_the_days_that_matter(home: Home) -> None:
    weekly = event(f"DTSTART:{DAY}T170000Z", f"DTEND:{DAY}T180000Z", "RRULE:FREQ=WEEKLY;COUNT=3")
    next_to_it = event(f"DTSTART:{DAY}T180000Z", f"DTEND:{DAY}T183000Z").replace("UID:one", "UID:two")
    found = busy(home, weekly, next_to_it)
    assert found[0] == (at(17), at(18) + timedelta(minutes=30))
    assert [begin - at(17) for begin, _ in found] == [timedelta(weeks=number) for number in range(3)]


def test_what_a_calendar_is_about_is_nowhere_in_the_settings(home: Home) -> None:
    busy(home, event(f"DTSTART:{DAY}T170000Z", f"DTEND:{DAY}T190000Z", "SUMMARY:CANARY", "LOCATION:CANARY"))
    assert "CANARY" not in repr(home.settings(CONFIG))


def test_a_file_that_cannot_be_used_is_a_problem_of_that_person(home: Home) -> None:
    home.write(file(event(f"DTSTART:{DAY}T170000Z", "RRULE:FREQ=SECONDLY")), "ana.ics")
    (said,) = home.said(CONFIG)
    assert said.startswith('config.toml:5: people.ana.busy: "ana.ics", line 4: the VEVENT there: FREQ=SECONDLY')
    (home.folder / "ana.ics").unlink()
    (said,) = home.said(CONFIG)
    assert said.startswith('config.toml:5: people.ana.busy: "ana.ics": ')


def test_a_changed_calendar_shows_in_the_fingerprint(home: Home) -> None:
    busy(home, event(f"DTSTART:{DAY}T170000Z", f"DTEND:{DAY}T190000Z"))
    before = fingerprint(home.config)
    home.write(file(event(f"DTSTART:{DAY}T160000Z", f"DTEND:{DAY}T190000Z")), "ana.ics")
    assert fingerprint(home.config) != before
