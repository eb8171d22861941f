"""Calendars of plugins: every fair way to name days, none of the unfair ones, at home here or in another process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from textwrap import indent

import pytest

from ritualsd.core.calendars import Days
from tests.content.hosting import Yard, status

YEARS = (2026, 2027)
CHRISTMAS = tuple((date(year, 12, 25), date(year, 12, 26)) for year in YEARS)


@pytest.fixture(params=["thread", "process"])
def yard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Yard]:
    yard = Yard(root=tmp_path, isolation=request.param)
    yield yard
    yard.close()


def plugin(body: str, arguments: str = "") -> str:
    return (
        "from datetime import date, datetime, timedelta\nfrom itertools import count\nfrom ritualsd import hookimpl\n\n"
        f"@hookimpl\ndef ritualsd_calendars({arguments}):\n{indent(body, '    ')}\n"
    )


def calendars(yard: Yard, body: str, arguments: str = "") -> dict[str, Days]:
    yard.plugin("days", plugin(body, arguments), timeout_s=20.0)
    return dict(yard.host().calendars(YEARS))


@pytest.mark.parametrize(
    "body",
    [
        "return {'off': [(date(2026, 12, 25), date(2026, 12, 26)), (date(2027, 12, 25), date(2027, 12, 26))]}",
        "return [('off', lambda year: [date(year, 12, 26), date(year, 12, 25)])]",
        "return {'off': lambda year: {date(year, 12, 25): 'one', date(year, 12, 26): 'two'}}",
        "return {'off': lambda year: (date(year, 12, 20) + timedelta(n) for n in (5, 6))}",
        "yield 'off', [[f'{year}-12-25', f'{year}-12-26'] for year in range(2020, 2040)]",
        "return {'off': [datetime(year, 12, day, 7) for year in (2026, 2027) for day in (25, 26)]}",
    ],
)
def test_days_may_be_named_in_many_ways(yard: Yard, body: str) -> None:
    assert calendars(yard, body) == {"off": CHRISTMAS}


def test_the_years_may_be_taken_as_an_argument(yard: Yard) -> None:
    assert calendars(yard, "return {'off': [(date(y, 12, 25), date(y, 12, 26)) for y in years]}", "years") == {
        "off": CHRISTMAS
    }


def test_days_outside_the_years_are_cut_off(yard: Yard) -> None:
    assert calendars(yard, "return {'off': [(date(1, 1, 1), date(2026, 1, 2)), date(2030, 1, 1)]}") == {
        "off": ((date(2026, 1, 1), date(2026, 1, 2)),)
    }


@pytest.mark.parametrize(
    "body",
    [
        "return 'off'",
        "return {'Off Days': []}",
        "return {'off': 7}",
        "return {'off': [7]}",
        "return {'off': [(date(2026, 1, 2), date(2026, 1, 1))]}",
        "return {'off': ['tomorrow']}",
        "return {'off': [(date(2026, 1, 1),) * 3]}",
        "return {'off': lambda year: 1 / 0}",
        "raise SystemExit",
    ],
)
def test_an_answer_that_names_no_days_is_a_strike_and_no_calendar(yard: Yard, body: str) -> None:
    yard.plugin("days", plugin(body), timeout_s=20.0)
    host = yard.host()
    assert host.calendars(YEARS) == {}
    assert status(host, "days").error.startswith("ritualsd_calendars: ")


def test_days_without_end_are_cut_short(yard: Yard) -> None:
    found = calendars(yard, "return {'off': (date(2026, 1, 1) + timedelta(n % 9) for n in count())}")
    assert found == {"off": ((date(2026, 1, 1), date(2026, 1, 9)),)}


def test_of_two_calendars_with_one_name_the_nearer_plugin_counts(yard: Yard) -> None:
    yard.plugin("a", plugin("return {'off': []}"), timeout_s=20.0)
    yard.plugin("b", plugin("return {'off': [date(2026, 5, 1)]}"), timeout_s=20.0)
    assert yard.host().calendars(YEARS) == {"off": ((date(2026, 5, 1), date(2026, 5, 1)),)}


def test_a_plugin_that_hangs_costs_its_own_calendar_only(yard: Yard) -> None:
    yard.plugin("a", plugin("import time; time.sleep(30)"), timeout_s=0.3)
    yard.plugin("b", plugin("return {'off': [date(2026, 5, 1)]}"), timeout_s=20.0)
    assert set(yard.host().calendars(YEARS)) == {"off"}
