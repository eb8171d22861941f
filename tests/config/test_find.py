"""Where the configuration is looked for, and how a change of it shows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ritualsd.config import find, fingerprint, load
from ritualsd.errors import ConfigMissing
from tests.config.home import PEOPLE, Home


def test_a_file_named_on_the_command_line_comes_first(home: Home) -> None:
    own = home.write(PEOPLE, "own.toml")
    home.write(PEOPLE, "ritualsd/config.toml")
    env = {"RITUALSD_CONFIG": str(home.folder / "other.toml"), "XDG_CONFIG_HOME": str(home.folder)}
    assert find(own, env) == own


def test_the_environment_comes_before_the_usual_places(home: Home) -> None:
    own = home.write(PEOPLE, "own.toml")
    home.write(PEOPLE, "ritualsd/config.toml")
    assert find(None, {"RITUALSD_CONFIG": str(own), "XDG_CONFIG_HOME": str(home.folder)}) == own


def test_the_usual_place_is_the_persons_own_folder(home: Home) -> None:
    own = home.write(PEOPLE, "ritualsd/config.toml")
    assert find(None, {"XDG_CONFIG_HOME": str(home.folder)}) == own
    hidden = home.write(PEOPLE, ".config/ritualsd/config.toml")
    assert find(None, {"HOME": str(home.folder)}) == hidden


@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_file_that_was_named_is_never_passed_over_for_another(home: Home, by: str) -> None:
    home.write(PEOPLE, "ritualsd/config.toml")
    missing = home.folder / "missing.toml"
    env = {"XDG_CONFIG_HOME": str(home.folder)} | ({"RITUALSD_CONFIG": str(missing)} if by == "environment" else {})
    with pytest.raises(ConfigMissing, match=r"missing\.toml"):
        find(missing if by == "option" else None, env)


def test_no_file_at_all_says_where_it_looked_and_what_to_do(home: Home) -> None:
    with pytest.raises(ConfigMissing) as missing:
        find(None, {"XDG_CONFIG_HOME": str(home.folder)})
    assert str(home.folder / "ritualsd" / "config.toml") in str(missing.value)
    assert "/etc/ritualsd/config.toml" in str(missing.value)
    assert "ritualsd init" in str(missing.value)


def test_the_fingerprint_stays_while_nothing_changes(home: Home) -> None:
    home.write(PEOPLE)
    assert fingerprint(home.config) == fingerprint(home.config) != ""


@pytest.mark.parametrize("name", ["config.toml", "rituals.d/more.toml", "secrets/token"])
def test_the_fingerprint_changes_with_every_file_that_is_read(home: Home, name: str) -> None:
    home.write(PEOPLE)
    before = fingerprint(home.config)
    changed = home.write(PEOPLE + "# more\n", name)
    after = fingerprint(home.config)
    assert after != before
    os.replace(home.write(PEOPLE + "# less\n", "new"), changed)
    assert fingerprint(home.config) not in (before, after)


def test_the_fingerprint_of_a_vanished_file_is_empty(home: Home) -> None:
    assert fingerprint(home.config) == ""
    os.symlink(home.config, home.config)
    assert fingerprint(home.config) == ""
    assert fingerprint(Path("with\0nul")) == ""


def test_the_fingerprint_of_what_was_loaded_is_the_one_a_poll_sees(home: Home) -> None:
    home.write(PEOPLE)
    assert home.load().fingerprint == fingerprint(home.config)


def test_the_folder_of_a_relative_path_is_known_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text('[people.ana]\nname = "Ana"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    loaded = load(Path("config.toml"), {})
    assert loaded.settings is not None
    assert loaded.settings.root == str(tmp_path)
