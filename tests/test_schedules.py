"""The ready-made schedules, lived for three months: how many messages there are, and that none has a hole."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ritualsd.config import load
from ritualsd.config.schedules import NAMES, schedule
from ritualsd.core.quiet import quiet_until
from ritualsd.core.words import placeholders
from ritualsd.errors import NotFound
from ritualsd.flow.simulate import Simulation, simulate
from ritualsd.model import Settings
from ritualsd.store import memory_store
from tests.shelf import shelf

START = date(2026, 2, 20)
PEOPLE = ("ana", "ben", "cleo", "dan", "eve")
WEEK = timedelta(weeks=1)

# How many messages a person gets a week, in circles of one, two and five: at least and at most.
COUNTS = {
    "starter": {1: (1.9, 2.2), 2: (1.9, 2.2), 5: (1.9, 2.2)},
    "alone": {1: (1.4, 1.7)},
    "gentle-start": {1: (2.6, 3.5), 2: (2.5, 3.3), 5: (2.3, 3.1)},
    "six-hours": {1: (24, 27), 2: (17, 20), 5: (13, 15)},
    "long-distance": {1: (4.4, 5.3), 2: (4.4, 5.3), 5: (4.4, 5.3)},
}
CIRCLES = [(name, people) for name in NAMES for people in COUNTS[name]]
LONG = 90
SHORT = 28  # days of the fullest schedule where its counts hang on nothing but the size of the circle


def settings(name: str, people: int, start: date, folder: Path) -> Settings:
    """The first lives in New York, the others in Berlin; all have quiet hours and at most four messages a day."""
    zones = {"ana": 'timezone = "America/New_York"'}
    tables = [
        f'[people.{who}]\nname = "{who.capitalize()}"\nquiet = "22:30-07:30"\nmax_per_day = 4\n{zones.get(who, "")}\n'
        for who in PEOPLE[:people]
    ]
    config = folder / "config.toml"
    config.write_text("\n".join(['timezone = "Europe/Berlin"', *tables, schedule(name).text(start)]), "utf-8")
    loaded = load(config, {})
    assert loaded.settings is not None, loaded.problems
    return loaded.settings


def lived(told: Settings, start: date, days: int) -> Simulation:
    at = datetime(start.year, start.month, start.day, tzinfo=UTC)
    return simulate(told, shelf(), memory_store(secret=b"s" * 32), start=at, days=days)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schedules")


@pytest.mark.parametrize(("name", "people"), CIRCLES)
def test_a_schedule_sends_as_much_as_it_says_and_nothing_with_a_hole(name: str, people: int, folder: Path) -> None:
    days = SHORT if name == "six-hours" and people != 2 else LONG
    told = lived(settings(name, people, START, folder), START, days)
    counts = Counter(entry.occurrence.person for entry in told.sent)
    least, most = COUNTS[name][people]
    for person in PEOPLE[:people]:
        assert least <= counts[person] / (days / 7) <= most, person
    a_day = Counter((entry.occurrence.person, entry.occurrence.slot_local.date()) for entry in told.sent)
    assert max(a_day.values()) <= 4
    assert [entry.occurrence.body for entry in told.sent if placeholders(entry.occurrence.body)] == []
    assert [(entry.occurrence.name, entry.occurrence.reason) for entry in told.not_sent] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("changed", [date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)])
def test_a_schedule_keeps_quiet_hours_on_the_days_a_clock_changes(name: str, changed: date, folder: Path) -> None:
    told = settings(name, 2, changed - WEEK, folder)
    for entry in lived(told, changed - timedelta(days=2), 4).sent:
        person = told.household.people[entry.occurrence.person]
        for delivery in entry.deliveries:
            assert delivery.sent_utc is not None
            assert quiet_until(person.quiet, ZoneInfo(person.zone), delivery.sent_utc) is None


@pytest.mark.parametrize("name", NAMES)
def test_dates_of_a_schedule_lie_ahead_and_keep_their_weekdays(name: str) -> None:
    for today in (date(2026, 1, 5), date(2026, 11, 22), date(2031, 2, 28)):
        dates = [date.fromisoformat(each.strip('"')) for each in iso_dates(schedule(name).text(today))]
        before = [date.fromisoformat(each.strip('"')) for each in iso_dates(schedule(name).text(date(2026, 1, 5)))]
        assert all(today < each for each in dates)
        assert [each.weekday() for each in dates] == [each.weekday() for each in before]


def iso_dates(text: str) -> list[str]:
    return [word.strip('"') for word in text.split() if word[:3] in ("202", "203") and word.count("-") == 2]


@pytest.mark.parametrize("name", NAMES)
def test_every_ritual_of_a_schedule_says_what_it_is_for(name: str) -> None:
    chosen = schedule(name)
    assert chosen.summary.endswith(".")
    assert chosen.head.startswith("#")
    assert sum(text.startswith("#") for text in chosen.rituals.values()) >= len(chosen.rituals) - 1


def test_a_schedule_that_is_not_there_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(NotFound, match="did you mean 'gentle-start'"):
        schedule("gentlestart")
