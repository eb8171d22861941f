"""Lengths of time as people type them."""

from datetime import timedelta

import pytest

from ritualsd.core.duration import duration


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2h", 120),
        ("2 hours", 120),
        ("1 hr", 60),
        ("90 min", 90),
        ("90m", 90),
        ("1h30m", 90),
        ("1 h 30 min", 90),
        ("1 Day 6 Hours", 1800),
        ("3 weeks", 30240),
        (" 0 days ", 0),
    ],
)
def test_a_length_is_what_it_says(text, minutes):
    assert duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["", "2", "h", "2x", "2 h 3", "-2h", "2.5h", "two hours", "1000000h", "2h later", "1m 1m 1m 1m 1m", "٢h"]
)
def test_nothing_is_guessed(text):
    assert duration(text) is None
