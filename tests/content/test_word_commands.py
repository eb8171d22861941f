"""`decks`, `draw` and `plugins` on the command line, with and without a configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ritualsd.cli.main import cli
from ritualsd.errors import NotFound
from tests.content.hosting import FIVE_LINES


def run(config: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(config), *words], standalone_mode=False)


def as_json(config: Path, *words: str) -> Any:
    result = run(config, *words, "--json")
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_plugins_list_names_a_file_dropped_beside_the_configuration(config: Path) -> None:
    path = config.parent / "plugins" / "mine.py"
    path.parent.mkdir()
    path.write_text(FIVE_LINES)
    rows = {row["name"]: row for row in as_json(config, "plugins", "list")}
    assert rows["mine"] == {
        "name": "mine", "version": "", "status": "active", "hooks": ["ritualsd_gratitude_prompts"],
        "source": str(path), "error": "",
    }  # fmt: skip
    assert rows["gratitude"]["source"] == "bundled"
    assert "mine" in run(config, "plugins", "list").stdout


def test_plugins_list_shows_a_broken_one_and_why(config: Path) -> None:
    path = config.parent / "plugins" / "broken.py"
    path.parent.mkdir()
    path.write_text("print('noise')\nimport nothing_like_this\n")
    rows = {row["name"]: row for row in as_json(config, "plugins", "list")}
    assert rows["broken"]["status"] == "load-error"
    assert "broken: ModuleNotFoundError" in run(config, "plugins", "list").stdout
    without = CliRunner().invoke(
        cli, ["--config", str(config), "--no-plugins", "plugins", "list"], standalone_mode=False
    )
    assert "broken" not in without.stdout


def test_plugins_show_tells_about_one(config: Path) -> None:
    row = as_json(config, "plugins", "show", "gestures")
    assert (row["summary"], row["timeout_s"], row["settings"]) == ("One small act for someone", 5.0, {})
    assert "ritualsd_gesture_ideas" in run(config, "plugins", "show", "gestures").stdout
    error = run(config, "plugins", "show", "gesturs").exception
    assert isinstance(error, NotFound)
    assert "did you mean gestures?" in str(error)


def test_plugins_show_explains_settings(config: Path) -> None:
    path = config.parent / "plugins" / "weather.py"
    path.parent.mkdir()
    path.write_text(
        "from pydantic import BaseModel, Field\nfrom ritualsd import PluginInfo, hookimpl\n"
        "class Settings(BaseModel):\n    town: str = Field('Bergen', description='Town to look up')\n"
        "PLUGIN = PluginInfo(name='weather', settings=Settings)\n"
        "@hookimpl\ndef ritualsd_content(ask):\n    return []\n"
    )
    assert "town: Town to look up" in run(config, "plugins", "show", "weather").stdout


def test_decks_list_shows_yours_beside_the_bundled(config: Path) -> None:
    path = config.parent / "decks" / "gratitude" / "mine.txt"
    path.parent.mkdir(parents=True)
    path.write_text("What was good about this day?\n")
    rows = {row["name"]: row for row in as_json(config, "decks", "list")}
    assert (rows["mine"]["kind"], rows["mine"]["prompts"], rows["mine"]["plugin"]) == ("gratitude", 1, "")
    assert rows["small-things"]["plugin"] == "gratitude"
    assert "mine" in run(config, "decks", "list").stdout


def test_decks_check_ends_with_one_only_for_errors(config: Path) -> None:
    path = config.parent / "decks" / "gratitude" / "mine.txt"
    path.parent.mkdir(parents=True)
    path.write_text("You should be glad of this day.\n")
    warned = run(config, "decks", "check")
    assert warned.return_value == 0
    assert f'{path}:1: L4: "should" presses or blames' in warned.stdout
    assert warned.stdout.rstrip().endswith("(a warning)")
    path.write_text("What did {ohter} do about it today?\n")
    assert run(config, "decks", "check").return_value == 1
    found = as_json(config, "decks", "check", str(path))
    assert (found["ok"], found["problems"][0]["key"], found["problems"][0]["line"]) == (False, "L10", 1)


def test_draw_gives_as_many_different_prompts_as_asked(config: Path) -> None:
    rows = as_json(config, "draw", "gratitude", "-n", "40")
    assert len({row["id"] for row in rows}) == 40
    assert len(run(config, "draw", "check-in", "-n", "3").stdout.splitlines()) == 3


def test_draw_takes_the_name_of_a_deck_too(config: Path) -> None:
    assert {row["source"] for row in as_json(config, "draw", "how-are-we", "-n", "5")} == {"deck:how-are-we"}


def test_draw_of_a_kind_that_is_not_there_names_the_nearest(config: Path) -> None:
    error = run(config, "draw", "gestur").exception
    assert isinstance(error, NotFound)
    assert str(error) == 'nothing has prompts of the kind "gestur"; did you mean gesture?'


def test_draw_in_a_language_that_is_nowhere_says_so(config: Path) -> None:
    error = run(config, "draw", "gratitude", "--language", "xx").exception
    assert str(error) == 'nothing here is in "xx"; there is de, en'
    assert as_json(config, "draw", "gratitude", "--language", "de-AT")[0]["language"] == "de"


def test_draw_of_a_kind_that_a_language_has_not_says_so_beside_the_words(config: Path) -> None:
    pack = config.parent / "plugins" / "fr"
    pack.mkdir(parents=True)
    (pack / "phrases.toml").write_text('format = 1\nlanguage = "fr"\n')
    (pack / "__init__.py").write_text("")
    result = run(config, "draw", "gratitude", "--language", "fr")
    assert result.stderr == 'Nothing like this is said in "fr" yet.\n'
    assert len(result.stdout.splitlines()) == 1


def test_without_a_configuration_the_bundled_words_can_be_looked_at(tmp_path: Path) -> None:
    env = {"XDG_CONFIG_HOME": str(tmp_path), "RITUALSD_CONFIG": None, "HOME": str(tmp_path)}
    result = CliRunner().invoke(cli, ["draw", "gesture"], standalone_mode=False, env=env)
    assert result.exception is None
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    "words", [("decks",), ("decks", "list"), ("decks", "check"), ("draw",), ("plugins",), ("plugins", "show")]
)
def test_each_help_shows_an_example(config: Path, words: tuple[str, ...]) -> None:
    assert "Example:" in run(config, *words, "--help").stdout
