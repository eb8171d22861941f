"""`explain`: what a phrase means, its next times, why one moved, and what is said about a phrase that is none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from ritualsd.cli.main import cli
from ritualsd.errors import ConfigError, ConfigMissing, WhenError

NIGHT = ["--zone", "Europe/Berlin", "--from", "2026-03-28"]


def run(*arguments: str, config: Path | None = None, home: Path | None = None, text: str = "", **how: Any) -> Result:
    options = ["--config", str(config)] if config else []
    return CliRunner().invoke(
        cli,
        [*options, "explain", *arguments],
        input=text,
        env={"HOME": str(home or "/nonexistent"), "XDG_CONFIG_HOME": "", "RITUALSD_CONFIG": "", "TZ": "Asia/Tokyo"},
        **how,
    )


def rows(*arguments: str, **where: Any) -> list[dict[str, str]]:
    result = run(*arguments, "--json", **where)
    assert result.exit_code == 0, result.output
    found: list[dict[str, str]] = json.loads(result.stdout)
    return found


def test_the_canonical_form_stands_first_and_then_the_next_times() -> None:
    told = run("every day at 2:30 am", *NIGHT, "-n", "2").stdout.splitlines()
    assert told == [
        "every day at 02:30",
        "  Sat 28 Mar 2026 02:30  2026-03-28T01:30:00Z",
        "  Sun 29 Mar 2026 02:30  2026-03-29T01:00:00Z  the clock skips 02:30 that day: moved to 03:00",
    ]


def test_json_has_the_shape_of_the_contract() -> None:
    assert rows("every day at 02:30", *NIGHT, "-n", "1") == [
        {"slot_local": "2026-03-28T02:30", "zone": "Europe/Berlin", "due_utc": "2026-03-28T01:30:00Z", "note": ""}
    ]


def test_quotes_may_be_left_out() -> None:
    assert run("every", "day", "at", "07:30").stdout.startswith("every day at 07:30\n")


def test_from_counts_itself_and_a_naive_one_is_local() -> None:
    assert rows("every day at 07:30", "--zone", "UTC", "--from", "2026-03-28T07:30", "-n", "1")[0]["slot_local"] == (
        "2026-03-28T07:30"
    )
    assert rows("every day at 07:30", "--zone", "Europe/Berlin", "--from", "2026-03-28T06:30Z", "-n", "1")[0][
        "due_utc"
    ] == ("2026-03-28T06:30:00Z")


def test_an_rrule_begins_at_from() -> None:
    local = [
        row["slot_local"] for row in rows("rrule:FREQ=DAILY;COUNT=2", "--zone", "UTC", "--from", "2026-03-28T09:00")
    ]
    assert local == ["2026-03-28T09:00", "2026-03-29T09:00"]


def test_a_time_that_was_left_out_is_told_with_the_next_one() -> None:
    got = rows("every day at 02:00 and 02:30", "--zone", "Europe/Berlin", "--from", "2026-03-29", "-n", "2")
    assert got[1]["slot_local"] == "2026-03-30T02:00"
    assert "2026-03-29 02:30 left out" in got[1]["note"]


def test_what_ends_says_so_and_what_never_comes_too() -> None:
    assert "and then no more" in run("on 2026-12-31 at 23:55", *NIGHT).stdout
    assert "never" in run("on 2020-12-31 at 23:55", *NIGHT).stdout
    assert rows("on 2020-12-31 at 23:55", *NIGHT) == []


def test_the_sun_is_asked_about_at_the_place() -> None:
    got = rows("30 minutes before sunrise", "--place", "52.52,13.405", *NIGHT, "-n", "1")
    assert got[0]["due_utc"].startswith("2026-03-28T04:2")


def test_the_sun_without_a_place_is_an_error_that_says_how_to_give_one() -> None:
    result = run("at sunset", *NIGHT)
    assert isinstance(result.exception, ConfigError)
    assert "--place 52.52,13.40" in str(result.exception)


def test_zone_and_place_come_from_the_configuration_and_nothing_else_is_checked(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('timezone = "America/New_York"\nplace = { lat = 40.7, lon = -74 }\nnonsense = 1\n')
    assert rows("at sunset", "-n", "1", config=config)[0]["zone"] == "America/New_York"
    (tmp_path / ".config" / "ritualsd").mkdir(parents=True)
    config.rename(tmp_path / ".config" / "ritualsd" / "config.toml")
    assert rows("at sunset", "-n", "1", home=tmp_path)[0]["zone"] == "America/New_York"


def test_without_a_configuration_it_is_the_zone_of_the_machine(tmp_path: Path) -> None:
    assert rows("every day at 07:30", "-n", "1", home=tmp_path)[0]["zone"] == "Asia/Tokyo"


@pytest.mark.parametrize("content", ["timezone = ", "timezone = 7", 'timezone = "Europe"', "\0", "[" * 5000])
def test_a_broken_configuration_does_not_keep_a_phrase_from_being_explained(tmp_path: Path, content: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(content)
    assert rows("every day at 07:30", "-n", "1", config=config)[0]["zone"] == "Asia/Tokyo"


def test_a_configuration_that_was_named_but_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert isinstance(run("every day at 07:30", config=tmp_path / "no.toml").exception, ConfigMissing)


def test_an_error_shows_the_phrase_a_caret_and_what_to_write() -> None:
    command = [sys.executable, "-m", "ritualsd", "explain", "every sundy at 18:00"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == WhenError.exit_code == 2
    lines = ran.stderr.splitlines()
    at = lines.index("  every sundy at 18:00")
    assert lines[at + 1] == "        ^^^^^"
    assert lines[at + 2] == 'try "every Sunday at 18:00"'


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["every day at 07:30", "--zone", "europe/berlin"],
        ["every day at 07:30", "--zone", "../../etc/passwd"],
        ["every day at 07:30", "--place", "91,0"],
        ["every day at 07:30", "--place", "here"],
        ["every day at 07:30", "--place", "nan,nan"],
        ["every day at 07:30", "--from", "yesterday"],
        ["every day at 07:30", "--from", "0001-01-01"],
        ["every day at 07:30", "--from", "9999-12-31"],
        ["every day at 07:30", "-n", "0"],
    ],
)
def test_a_wrong_option_is_told_so(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == click.UsageError.exit_code
    assert "Error:" in result.stderr


def test_a_batch_answers_line_by_line_errors_included() -> None:
    lines = [
        '{"when": "every day at 07:30", "zone": "UTC", "from": "2026-03-28", "n": 1}',
        "",
        '{"when": {"cron": "0 9 * * *"}, "zone": "UTC", "from": "2026-03-28", "n": 1}',
        '{"when": "every sundy at 18:00"}',
        '{"when": "at sunset", "place": [52.5, 13.4], "n": 1}',
        '{"when": "every day at 07:30", "zone": "Europe"}',
        '{"when": "every day at 07:30", "n": true}',
        '{"when": "every day at 07:30", "place": 7}',
        '{"when": 7}',
        "[]",
        "{",
        "[" * 100_000,
    ]
    result = run("--batch", "-", text="\n".join(lines), standalone_mode=False)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.return_value == ConfigError.exit_code
    assert [answer["line"] for answer in answers] == [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert answers[0]["canonical"] == "every day at 07:30"
    assert answers[0]["slots"][0]["due_utc"] == "2026-03-28T07:30:00Z"
    assert answers[1]["canonical"] == "cron:0 9 * * *"
    assert answers[2]["suggestion"] == "every Sunday at 18:00"
    assert "slots" in answers[3]
    assert all("error" in answer for answer in answers[4:])


def test_a_batch_without_an_error_ends_well() -> None:
    line = '{"when": "every day at 07:30"}\n'
    assert run("--batch", "-", text=line, standalone_mode=False).return_value == 0
