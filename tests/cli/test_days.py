"""Calendars that a plugin names, in the previews and in `check`."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ritualsd.flow.learn_days import learn_days
from ritualsd.store import open_store
from ritualsd.testing import ListContent
from tests.cli.home import Home

DAILY = """
timezone = "Europe/Berlin"
[people.ana]
[rituals.walk]
when    = "every day at 09:00"
to      = "ana"
message = "Round the pond."
skip    = ["school"]
"""
TERM = """
from datetime import date
from ritualsd import hookimpl

@hookimpl
def ritualsd_calendars(years):
    return {"school": [(date(2026, 6, 2), date(2026, 6, 3))]}
"""
FROM = ("--from", "2026-06-01")
DAYS = ((date(2026, 6, 2), date(2026, 6, 3)),)


@pytest.fixture
def term(home: Home) -> Home:
    home.write(DAILY)
    (home.folder / "plugins").mkdir()
    (home.folder / "plugins" / "term.py").write_text(TERM, "utf-8")
    return home


def test_next_leaves_out_the_days_a_plugin_names(term: Home) -> None:
    rows = term.json("next", *FROM, "-n", "4")
    assert [(row["slot_local"][8:10], row["reason"]) for row in rows] == [
        ("01", ""), ("02", "away"), ("03", "away"), ("04", ""),
    ]  # fmt: skip


def test_simulate_leaves_them_out_as_well(term: Home) -> None:
    told = term.json("simulate", "--days", "4", *FROM)
    assert len(told["messages"]) == 2
    assert {each["reason"] for each in told["not_sent"]} == {"away"}


def test_without_the_plugin_the_preview_goes_by_what_the_daemon_learnt(term: Home) -> None:
    term.state.mkdir(mode=0o700)
    now = datetime(2026, 6, 1, tzinfo=UTC)
    store = open_store(term.state, clock_now=now)
    learn_days(store, ListContent(days={"school": DAYS}), ["school"], now)
    store.close()
    rows = term.json("--no-plugins", "next", *FROM, "-n", "3")
    assert [row["reason"] for row in rows] == ["", "away", "away"]


def test_check_is_content_with_a_calendar_that_a_plugin_names(term: Home) -> None:
    assert term.text("check") == "All is well: 1 person, 1 ritual.\n"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("schol", 'did you mean "school"?'),
        ("hollidays", 'did you mean "holidays"?'),
        ("holidays", "`ritualsd plugins show holidays` says what to write under [plugins.holidays]"),
        ("zzz", 'write [calendars.zzz] with dates = ["2026-12-24..2027-01-03"]'),
    ],
)
def test_check_asks_which_calendar_was_meant(term: Home, name: str, hint: str) -> None:
    term.write(DAILY.replace("school", name))
    told = term.text("check")
    assert f'rituals.walk.skip: there is no calendar called "{name}", here or in a plugin; {hint}' in told
