"""`ritualsd next` and its small calendar."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
import pytest

from ritualsd.cli.month import month
from ritualsd.errors import NotFound
from tests.cli.home import Home

ROOT = Path(__file__).resolve().parents[2]
JUNE = ("--from", "2026-06-01")


def test_it_lists_what_is_coming_in_order_of_time(home: Home) -> None:
    rows = home.json("next", *JUNE, "-n", "4", "--ritual", "tea")
    assert [row["due_utc"] for row in rows] == sorted(row["due_utc"] for row in rows)
    assert rows[0] == {
        "ritual": "tea",
        "person": "ben",
        "slot_local": "2026-06-01T16:30",
        "zone": "Europe/Berlin",
        "due_utc": "2026-06-01T14:30:00Z",
        "note": "",
        "reason": "",
    }


def test_each_person_gets_it_at_their_own_local_time(home: Home) -> None:
    rows = home.json("next", *JUNE, "-n", "2", "--ritual", "tea")
    assert {(row["person"], row["slot_local"][11:]) for row in rows} == {("ana", "16:30"), ("ben", "16:30")}


def test_until_ends_the_list_and_n_cuts_it(home: Home) -> None:
    assert len(home.json("next", *JUNE, "--until", "2026-06-04", "--for", "ben", "-n", "99")) == 3
    assert len(home.json("next", *JUNE, "--for", "ben", "-n", "2")) == 2


def test_a_ritual_that_is_switched_off_is_not_coming(home: Home) -> None:
    assert home.json("next", "--ritual", "asleep") == []
    assert "Nothing is coming" in home.text("next", "--ritual", "asleep")


def test_a_pause_is_shown_where_it_falls(home: Home) -> None:
    home.text("pause", "--ritual", "tea")
    assert {row["reason"] for row in home.json("next", "--for", "ben", "-n", "3")} == {"paused"}
    assert "not sent: paused" in home.text("next", "--for", "ben", "-n", "1")


def test_a_pause_that_never_ends_does_not_keep_the_list_waiting(home: Home) -> None:
    home.write(TURNS)
    home.text("pause", "--for", "ana")
    home.json("next", "--for", "ben", "-n", "400")


TURNS = """
timezone = "UTC"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[rituals.walk]
when = "every day at 09:00"
to = "turns"
message = "Choose a way to walk."
"""


def test_a_name_nobody_has_is_an_error_with_a_near_miss(home: Home) -> None:
    error = home.run("next", "--for", "ann").exception
    assert isinstance(error, NotFound)
    assert 'did you mean "ana"' in str(error)


@pytest.mark.parametrize("text", ["tomorrow", "", "2026-13-01", "9999-12-31", "0001-01-01", "-3 days"])
def test_a_time_that_is_none_is_refused_with_what_to_write(home: Home, text: str) -> None:
    result = home.run("next", f"--from={text}")
    assert result.exit_code == 2
    assert "is no time; write" in result.output


def test_before_the_first_start_it_says_that_drawn_moments_are_not_settled(home: Home) -> None:
    home.write(TURNS.replace("every day at 09:00", "once a week between 11:00 and 20:00"))
    assert "settled when ritualsd first runs" in home.run("next").stderr
    home.text("pause")
    assert "settled" not in home.run("next").stderr


def test_the_list_agrees_with_simulate_before_the_first_start_too(home: Home) -> None:
    home.write(TURNS.replace("every day at 09:00", "once a week between 11:00 and 20:00"))
    ahead = [(row["due_utc"], row["person"]) for row in home.json("next", *JUNE, "-n", "4")]
    sent = [(row["at_utc"], row["person"]) for row in home.json("simulate", *JUNE, "--days", "28")["messages"]]
    assert ahead == sent


def test_the_calendar_marks_the_days_without_needing_colour() -> None:
    drawn = month(date(2026, 6, 1), {date(2026, 6, 1), date(2026, 6, 30)}).plain
    assert drawn.splitlines()[0] == "June 2026"
    assert drawn.splitlines()[2].startswith("  1•  2 ")
    assert " 30•" in drawn
    assert drawn.count("•") == 2


@pytest.mark.parametrize("text", ["3 days", "2 hours", "2026-12-24", "2026-12-24T18:00", "2026-12-24T18:00+01:00"])
def test_every_form_the_help_names_is_read(text: str) -> None:
    from ritualsd.cli.moment import moment

    now = datetime.fromisoformat("2026-06-01T12:00:00+00:00")
    assert moment(text, "Europe/Berlin", now).tzinfo is not None
    with pytest.raises(click.BadParameter):
        moment(text + "?", "Europe/Berlin", now)


def test_on_a_terminal_it_draws_the_month_above_the_list(home: Home) -> None:
    with terminal() as (keyboard, screen):
        arguments = ["--config", str(home.folder / "config.toml"), "--state", str(home.state), "next", *JUNE]
        run = [sys.executable, "-m", "ritualsd", *arguments]
        env = {"HOME": str(home.folder), "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}
        subprocess.run(run, stdin=keyboard, stdout=keyboard, env=env, timeout=60, check=True)
        drawn = os.read(screen, 65536).decode()
    assert "June 2026" in drawn
    assert "•" in drawn
    assert drawn.index("June 2026") < drawn.index("tea") < drawn.index("kept secret")


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """A terminal of the kernel's: what a program writes to, and where a person looks."""
    screen, keyboard = pty.openpty()
    try:
        yield keyboard, screen
    finally:
        os.close(keyboard)
        os.close(screen)
