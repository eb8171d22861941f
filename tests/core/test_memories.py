"""Which days of earlier years come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ritualsd.core.kept import is_private
from ritualsd.core.memories import spans
from tests.builders import person, ritual


def test_each_earlier_year_brings_back_the_days_around_the_same_date() -> None:
    found = list(spans(datetime(2026, 3, 4, 12, tzinfo=UTC)))
    assert found[-1] == (datetime(2025, 3, 1, 12, tzinfo=UTC), datetime(2025, 3, 7, 12, tzinfo=UTC))
    assert [since.year for since, _ in found] == list(range(2016, 2026))


def test_a_leap_day_looks_back_at_the_28th() -> None:
    found = {since.year: since for since, _ in spans(datetime(2028, 2, 29, 12, tzinfo=UTC))}
    assert found[2027] + timedelta(days=3) == datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert found[2024] + timedelta(days=3) == datetime(2024, 2, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("over", "private"),
    [
        ({"secret_from": "others"}, True),
        ({"secret_from": frozenset({"ben"})}, True),
        ({}, False),
        ({"to": ("ana", "ben"), "secret_from": "others"}, False),
        ({"to": ("ana", "ben"), "secret_from": "others", "turns": True}, True),
    ],
)
def test_private_is_what_one_person_gets_and_nobody_else_may_see(over: dict[str, object], private: bool) -> None:
    assert is_private(ritual(**over), "ana", ("ana", "ben")) is private


def test_alone_at_home_everything_is_private() -> None:
    assert is_private(ritual(), person("ana").id, ("ana",))
