"""The first configuration: it works at once, keeps its token apart, and never takes the place of another."""

from __future__ import annotations

import json
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.cli.init import starter_demo
from ritualsd.cli.main import cli
from ritualsd.config.starter import Someone, demo, ids_of, starter
from ritualsd.core.recur import next_slot
from ritualsd.core.when import parse
from tests.config.home import Home

BERLIN = "Europe/Berlin"


def run(home: Home, *arguments: str, typed: str = "") -> Result:
    command = ["--config", str(home.config), "--state", str(home.folder / "state"), "init", *arguments]
    return CliRunner().invoke(cli, command, input=typed, env={"TZ": BERLIN})


@pytest.mark.parametrize("names", [["Ana"], ["Ana", "Ben"], ["Zoë", "李", "Ana", "ana", "Everyone"]])
def test_the_starter_is_read_without_a_remark(home: Home, names: list[str]) -> None:
    settings = home.settings(starter([Someone(name=name) for name in names], BERLIN, date(2026, 5, 4)))
    assert [person.name for person in settings.household.people.values()] == names
    assert len(settings.household.rituals) == 2
    assert home.load().problems == ()


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_every_name_gets_an_id_of_its_own(names: list[str]) -> None:
    ids = ids_of([Someone(name=name) for name in names])
    assert len(set(ids)) == len(names)
    assert not {"everyone", "turns", "others", ""} & set(ids)


@pytest.mark.parametrize("second", [0, 1, 30, 50, 51, 59])
def test_the_demo_is_due_within_minutes_and_not_before_it_can_start(home: Home, second: int) -> None:
    now = datetime(2026, 3, 4, 5, 6, second, tzinfo=ZoneInfo(BERLIN))
    household = home.settings(demo(now, BERLIN)).household
    (ritual,) = household.rituals.values()
    slot = next_slot(parse(ritual.when), ZoneInfo(BERLIN), now)
    assert slot is not None
    assert timedelta(seconds=9) <= slot.due_utc - now.astimezone(UTC) <= timedelta(seconds=70)
    assert [channel.url.reveal() for person in household.people.values() for channel in person.channels] == ["inbox://"]


def test_the_demo_file_is_written_and_works(home: Home) -> None:
    starter_demo(home.config)
    assert home.load().settings is not None
    assert home.load().problems == ()


def test_init_asks_for_names_zone_and_one_channel(home: Home) -> None:
    answer = run(home, typed="Ana, Ben\n\nAmerica/New_York\n")
    assert answer.exit_code == 0, answer.output
    settings = home.load().settings
    assert settings is not None
    assert [person.name for person in settings.household.people.values()] == ["Ana", "Ben"]
    assert settings.household.zone == "America/New_York"
    assert "check" in answer.output


def test_init_needs_no_answer_when_told_so(home: Home) -> None:
    assert run(home, "--yes").exit_code == 0
    settings = home.load().settings
    assert settings is not None
    assert settings.household.zone == BERLIN


def test_the_channel_is_kept_in_a_private_file_of_its_own(home: Home) -> None:
    answer = run(home, "--yes", "--name", "Zoë", "--channel", "json://localhost/kanarie", "--no-test")
    assert answer.exit_code == 0, answer.output
    secret = home.folder / "secrets" / "zoe_phone"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700
    assert "kanarie" not in home.config.read_text("utf-8") + answer.output
    settings = home.load().settings
    assert settings is not None
    assert settings.household.people["zoe"].channels[0].url.reveal() == "json://localhost/kanarie"


def test_a_channel_that_cannot_work_is_refused_before_anything_is_written(home: Home) -> None:
    answer = run(home, "--yes", "--channel", "nfty://kanarie")
    assert answer.exit_code == 2
    assert 'did you mean "ntfys"?' in answer.output or 'did you mean "ntfy"?' in answer.output
    assert "kanarie" not in answer.output
    assert list(home.folder.iterdir()) == []


def test_a_name_that_cannot_be_one_is_refused(home: Home) -> None:
    answer = run(home, "--yes", "--name", "a\u202eb")
    assert answer.exit_code == 2
    assert "cannot be seen" in answer.output


def test_a_zone_that_does_not_exist_is_refused_with_the_one_that_was_meant(home: Home) -> None:
    answer = run(home, "--yes", "--zone", "Europe/Berln")
    assert answer.exit_code == 2
    assert "Europe/Berlin" in answer.output


@pytest.mark.parametrize("options", [["--yes"], ["--demo"]])
def test_a_file_that_is_there_is_never_touched(home: Home, options: list[str]) -> None:
    home.write("# mine\n")
    answer = run(home, *options)
    assert getattr(answer.exception, "exit_code", None) == 2
    assert home.config.read_text("utf-8") == "# mine\n"


def test_a_place_that_cannot_be_written_says_so(home: Home) -> None:
    home.write("a file", "folder")
    answer = CliRunner().invoke(cli, ["--config", str(home.folder / "folder" / "config.toml"), "init", "--yes"])
    assert "this could not be written" in str(answer.exception)


def test_without_a_named_place_it_is_the_persons_own_folder(tmp_path: Path) -> None:
    answer = CliRunner().invoke(cli, ["init", "--yes"], env={"XDG_CONFIG_HOME": str(tmp_path), "RITUALSD_CONFIG": None})
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "ritualsd" / "config.toml").exists()


def test_the_starter_passes_check(home: Home) -> None:
    assert run(home, "--yes", "--name", "Ana", "--name", "Ben").exit_code == 0
    answer = CliRunner().invoke(cli, ["--config", str(home.config), "check", "--json"])
    assert json.loads(answer.stdout)["ok"] is True
