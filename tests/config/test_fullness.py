"""A schedule that sends more than anyone wants says so before it runs."""

from datetime import UTC, datetime

from ritualsd.config.fullness import overloads
from tests.builders import person, ritual, settings

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def said(*rituals, **budget):
    found = overloads(settings(*rituals, people=(person("ana", **budget), person("ben"))), NOW)
    return [f"{problem.key}: {problem.message}" for problem in found]


def daily(count):
    return [ritual(f"r{n}", when=f"every day at {n + 8:02}:00") for n in range(count)]


def test_what_fits_is_worth_no_word():
    assert said(*daily(6)) == []
    assert said(*daily(2), max_per_day=2) == []


def test_more_than_a_person_wants_is_told_with_how_many_and_how_often():
    assert said(*daily(3), max_per_day=2) == [
        "people.ana.max_per_day: 28 of the next 28 days hold more than 2 messages for ana, up to 3"
    ]


def test_seven_a_day_are_a_lot_even_if_nobody_set_a_limit():
    assert said(*daily(7)) == ["people.ana.max_per_day: up to 7 messages a day come to ana, on 28 of the next 28 days"]


def test_rituals_that_never_meet_do_not_add_up():
    weekly = [ritual(f"w{n}", when=f"every {day} at 09:00") for n, day in enumerate(("Monday", "Tuesday", "Friday"))]
    assert said(*weekly, max_per_day=1) == []


def test_in_turns_only_ones_own_count():
    shared = [ritual(f"t{n}", when=f"every day at {n + 8:02}:00", to=("ana", "ben"), turns=True) for n in range(3)]
    (line,) = said(*shared, max_per_day=1)
    assert "up to 2" in line or "up to 3" in line
    assert said(*shared, max_per_day=3) == []


def test_every_twenty_minutes_is_noticed():
    (line,) = said(ritual(when="every 20 minutes between 09:00 and 17:00"))
    assert "up to 25 messages a day" in line
