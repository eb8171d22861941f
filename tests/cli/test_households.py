"""`ritualsd households`, and `--household` everywhere else: whom a command is about, and what it says otherwise."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ritualsd.cli.main import FOR_ALL, cli
from ritualsd.errors import ConfigError, NotFound, RitualsdError
from ritualsd.ports.households import Registered
from ritualsd.store import open_registry, open_store
from tests.daemon.village import household

NOW = datetime.now(UTC)
MAIN = 'timezone = "UTC"\nhouseholds = "homes"\n[web]\nenabled = false\n'


class Town:
    def __init__(self, folder: Path) -> None:
        self.folder, self.homes = folder, folder / "homes"
        self.homes.mkdir()
        (folder / "config.toml").write_text(MAIN)
        for name in ("oak", "elm"):
            (self.homes / f"{name}.toml").write_text(household(f"from the {name}"))

    def run(self, *words: str) -> Result:
        options = ["--config", str(self.folder / "config.toml"), "--state", str(self.folder / "state")]
        return CliRunner().invoke(cli, [*options, *words], standalone_mode=False)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_each_is_listed_before_and_after_anything_was_recorded(town: Town) -> None:
    listed = json.loads(town.run("households", "list", "--json").output)
    assert [(each["household"], each["state"]) for each in listed] == [("elm", "waiting"), ("oak", "waiting")]
    assert town.run("send", "thanks", "--household", "oak").exit_code == 0
    assert town.run("households", "list", "--refused").output == "None.\n"


def test_check_names_file_and_line_in_every_household_or_in_the_one_asked_for(town: Town) -> None:
    (town.homes / "ash.toml").write_text(household(at="25:00"))
    (town.homes / "Odd Name.toml").write_text("")
    found = json.loads(town.run("check", "--json").output)
    assert not found["ok"]
    places = {(Path(each["file"]).name, each["line"]) for each in found["problems"]}
    assert places == {("ash.toml", 5), ("homes", 0)}
    assert town.run("households", "check", "oak").output == "All is well.\n"
    assert town.run("households", "check", "ash").return_value == ConfigError.exit_code
    assert town.run("check", "--household", "oak").return_value == 0


def test_a_household_that_is_there_twice_is_listed_and_told_with_both_files(town: Town) -> None:
    (town.homes / "oak").mkdir()
    (town.homes / "oak" / "config.toml").write_text(household("from the folder"))
    listed = json.loads(town.run("households", "list", "--json").output)
    assert [(each["household"], each["state"]) for each in listed] == [("elm", "waiting"), ("oak", "refused")]
    assert "'oak' is there twice, as oak.toml and as oak/config.toml" in listed[1]["problem"].replace('"', "'")
    assert [each["household"] for each in json.loads(town.run("households", "list", "--refused", "--json").output)] == [
        "oak"
    ]
    for words in (("check",), ("check", "--household", "oak"), ("households", "check"), ("households", "check", "oak")):
        told = town.run(*words)
        assert told.return_value == ConfigError.exit_code
        assert told.output.count("as oak.toml and as oak/config.toml; keep one of the two") == 1
    assert town.run("households", "check", "elm").output == "All is well.\n"


def test_who_is_misspelt_is_nearly_found(town: Town) -> None:
    for words in (
        ("households", "check", "oka"), ("check", "--household", "oka"), ("next", "--household", "oka"),
        ("households", "pause", "oka"),
    ):  # fmt: skip
        error = town.run(*words).exception
        assert isinstance(error, NotFound)
        assert "did you mean 'oak'?" in str(error)


def test_a_command_that_names_nobody_is_told_a_few(town: Town) -> None:
    error = town.run("next").exception
    assert isinstance(error, RitualsdError)
    assert "--household NAME, such as elm or oak" in str(error)


def test_a_folder_that_is_not_there_is_a_problem_and_no_crash(town: Town) -> None:
    town.homes.rename(town.folder / "away")
    found = json.loads(town.run("check", "--json").output)
    assert [each["message"] for each in found["problems"]] == ["there is no such folder"]
    assert isinstance(town.run("households", "list").exception, ConfigError)


@pytest.mark.parametrize("command", sorted(FOR_ALL))
def test_what_is_about_the_whole_machine_does_nothing_for_one_household_alone(town: Town, command: str) -> None:
    error = town.run(command, "--household", "oak").exception
    assert isinstance(error, RitualsdError)
    assert f"{command} is about the whole machine" in str(error)
    assert not (town.folder / "state").exists()


def test_one_household_knows_no_others(tmp_path: Path) -> None:
    town = Town(tmp_path)
    (tmp_path / "config.toml").write_text('timezone = "UTC"\n' + household())
    for words in (
        ("next", "--household", "oak"), ("check", "--household", "oak"), ("households", "list"),
        ("households", "pause", "oak"),
    ):  # fmt: skip
        assert isinstance(town.run(*words).exception, NotFound)


def test_a_test_message_goes_to_the_channels_of_the_household_named(town: Town) -> None:
    text = household().replace('name = "Ana"', 'name = "Ana"\nchannels = { phone = "json://127.0.0.1:9/" }')
    (town.homes / "oak.toml").write_text(text)
    found = town.run("check", "--send-test", "--json", "--household", "oak")
    assert [test["channel"] for test in json.loads(found.output)["tested"]] == ["ana/phone"]
    assert found.return_value == 1  # nobody listens there
    assert "say which: --household NAME" in str(town.run("check", "--send-test").exception)


def test_what_is_done_while_no_daemon_runs_is_planned_as_soon_as_one_does(town: Town) -> None:
    store = open_store(town.folder / "state", clock_now=NOW)
    registry = open_registry(store)
    for name in ("oak", "elm"):
        asleep = Registered(household=name, source=name, hash="h", wake_utc=NOW + timedelta(days=6))
        registry.bring_in([(name, lambda _, asleep=asleep: asleep)], NOW)
    store.close()
    assert town.run("pause", "--ritual", "thanks", "--household", "oak").exit_code == 0
    store = open_store(town.folder / "state", clock_now=NOW)
    awake = open_registry(store).take_due(datetime.now(UTC), 9, NOW + timedelta(days=9))
    store.close()
    assert [each.household for each in awake] == ["oak"]


def test_a_command_for_a_household_runs_the_operators_plugins_and_none_of_its_own(town: Town) -> None:
    for folder, name in ((town.folder, "ours"), (town.homes / "oak", "theirs")):
        (folder / "plugins").mkdir(parents=True)
        text = f'from ritualsd import PluginInfo\nPLUGIN = PluginInfo(name="{name}")\n'
        (folder / "plugins" / f"{name}.py").write_text(text)
    told = town.run("plugins", "list", "--household", "oak").output
    assert "ours" in told
    assert "theirs" not in told


def test_listings_are_of_one_household_alone(town: Town) -> None:
    assert town.run("send", "thanks", "--household", "oak").exit_code == 0
    sent = json.loads(town.run("log", "--json", "--household", "oak").output)
    assert "thanks" in {each["ritual"] for each in sent}
    others = json.loads(town.run("log", "--json", "--household", "elm").output)
    assert "thanks" not in {each["ritual"] for each in others}
    assert "from the oak" in town.run("export", "--person", "ana", "--household", "oak").output
    assert "from the oak" not in town.run("export", "--person", "ana", "--household", "elm").output


def test_a_pause_is_of_one_household(town: Town) -> None:
    assert town.run("households", "pause", "oak").output == "Paused: oak.\n"
    for name, reason in (("oak", "paused"), ("elm", "")):
        coming = json.loads(town.run("next", "-n", "1", "--json", "--household", name).output)
        assert coming[0]["reason"] == reason
    assert town.run("households", "resume", "oak").output == "Resumed: oak.\n"
