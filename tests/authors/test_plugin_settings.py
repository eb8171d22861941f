"""The settings of a plugin are checked as well as our own: every problem, its line, what was meant, and no value."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ritualsd.cli.main import cli
from ritualsd.config import load
from ritualsd.content import open_content, problems
from ritualsd.model import Problem

PLUGIN = """
    from typing import Literal

    from pydantic import BaseModel, Field, SecretStr, field_validator
    from ritualsd import ConfigPath, Duration, PluginInfo, hookimpl

    class Home(BaseModel):
        lat: float = Field(description="Degrees north", ge=-90, le=90)

    class Settings(BaseModel):
        town: str = Field(description="The town to look up", examples=["Bergen"])
        token: SecretStr = Field(SecretStr(""), description="The key of the service")
        unit: Literal["metric", "imperial"] = Field("metric", description="Units")
        every: Duration = Field("30 minutes", description="How often", validate_default=True)
        file: ConfigPath | None = Field(None, description="A file")
        home: Home | None = Field(None, description="Where it is")
        days: int | list[int] = Field(3, description="How far ahead")

        @field_validator("town")
        @classmethod
        def no_stars(cls, value):
            if "*" in value:
                raise ValueError("a town has no star; write its plain name")
            return value

    PLUGIN = PluginInfo(name="weather", summary="Rain", settings=Settings)

    @hookimpl
    def ritualsd_gratitude_prompts(ask):
        own = ask.settings
        return [f"{own.town} {own.token.get_secret_value()[-3:]} {own.every} {own.file}"]
"""
CONFIG = """\
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[plugins.weather]
isolation = "{isolation}"
"""


@pytest.fixture(params=["thread", "process"])
def isolation(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def write(folder: Path, isolation: str, table: str) -> Path:
    (folder / "plugins").mkdir(exist_ok=True)
    (folder / "plugins" / "weather.py").write_text(dedent(PLUGIN))
    path = folder / "config.toml"
    path.write_text(CONFIG.format(isolation=isolation) + dedent(table).lstrip())
    return path


def told(folder: Path, isolation: str, table: str, env: dict[str, str] | None = None) -> list[Problem]:
    loaded = load(write(folder, isolation, table), env or {})
    assert loaded.settings is not None, loaded.problems
    return [problem for problem in problems(loaded.settings) if "weather" in problem.key]


@pytest.mark.parametrize(
    ("table", "line", "key", "says"),
    [
        ("", 4, "town", 'this is missing; write it like town = "Bergen"'),
        ("\ntwon = 'Bergen'", 6, "twon", "this is not a setting of this plugin; did you mean town?"),
        ("town = 7", 6, "town", 'this should be text in quotes; write it like town = "Bergen"'),
        ("town = 'B*'", 6, "town", "a town has no star; write its plain name"),
        ("town = 'B'\nunit = 'metrik'", 7, "unit", 'this should be "metric" or "imperial"; did you mean "metric"?'),
        ("town = 'B'\nunit = 1", 7, "unit", 'this should be "metric" or "imperial"'),
        ("town = 'B'\nevery = 'often'", 7, "every", 'this should be a length of time; write it like "30 minutes"'),
        ("town = 'B'\ndays = 'many'", 7, "days", "this should be a whole number or a list in square brackets"),
        ("town = 'B'\n[plugins.weather.home]\nlat = 91", 8, "home.lat", "this should be at most 90"),
        ("town = 'B'\n[plugins.weather.home]", 7, "home.lat", "this is missing"),
    ],
)
def test_each_mistake_has_its_line_and_says_what_to_write(
    tmp_path: Path, isolation: str, table: str, line: int, key: str, says: str
) -> None:
    (problem,) = told(tmp_path, isolation, table)
    assert str(problem) == f"{tmp_path / 'config.toml'}:{line}: plugins.weather.{key}: {says}"


def test_all_mistakes_are_told_at_once_and_no_value_is_quoted(tmp_path: Path, isolation: str) -> None:
    table = "twon = 'TOPSECRET'\ntoken = 5\nunit = 'TOPSECRET'\nsurprise = 'TOPSECRET'"
    found = told(tmp_path, isolation, table)
    assert [(problem.line, problem.key.rpartition(".")[2]) for problem in found] == [
        (9, "surprise"), (6, "twon"), (7, "token"), (8, "unit"),
    ]  # fmt: skip
    assert "TOPSECRET" not in str(found)


def answered(folder: Path, isolation: str, table: str, env: dict[str, str]) -> list[str]:
    from tests.content.hosting import ask

    settings = load(write(folder, isolation, table), env).settings
    assert settings is not None
    host = open_content(settings, no_plugins=False, emit=lambda _: None)
    try:
        return [each.text for each in host.offers(ask()).prompts if each.source == "plugin:weather"]
    finally:
        host.close()


def test_a_secret_is_read_by_its_name_and_handed_on(tmp_path: Path, isolation: str) -> None:
    table = 'town = "Bergen"\ntoken = "${weather_token}"\n'
    env = {"RITUALSD_SECRET_WEATHER_TOKEN": "TOPSECRET"}
    assert answered(tmp_path, isolation, table, env) == ["Bergen RET 0:30:00 None"]


def test_a_secret_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, "thread", 'town = "B"\ntoken = "${weather_token}"\n'), {})
    (problem,) = [each for each in loaded.problems if each.severity == "error"]
    assert (problem.line, problem.key) == (7, "plugins.weather.token")
    assert "the secret weather_token was not found" in problem.message


def test_a_path_starts_at_the_folder_of_the_configuration(tmp_path: Path, isolation: str) -> None:
    table = 'town = "B"\nfile = "dates.ics"\nevery = "2h"\n'
    assert answered(tmp_path, isolation, table, {}) == [f"B  2:00:00 {tmp_path / 'dates.ics'}"]


def run(config: Path, *words: str, **env: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(config), *words], standalone_mode=False, env=env)


def test_show_explains_each_setting_and_hides_what_was_given(tmp_path: Path, isolation: str) -> None:
    config = write(tmp_path, isolation, 'town = "Bergen"\ntoken = "${weather_token}"\n')
    shown = run(config, "plugins", "show", "weather", RITUALSD_SECRET_WEATHER_TOKEN="TOPSECRET").stdout
    assert 'town: The town to look up (needed, such as "Bergen")' in shown
    assert 'unit: Units (else "metric")' in shown
    assert "token: The key of the service" in shown
    assert "TOPSECRET" not in shown


def test_check_on_the_command_line_lists_them_with_everything_else(tmp_path: Path) -> None:
    result = run(write(tmp_path, "thread", "twon = 'Bergen'"), "check")
    assert result.return_value == 2
    assert (
        "config.toml:6: plugins.weather.twon: this is not a setting of this plugin; did you mean town?" in result.stdout
    )


def test_a_length_of_time_is_one(tmp_path: Path) -> None:
    from pydantic import TypeAdapter

    from ritualsd import Duration

    kind: Any = TypeAdapter(Duration)
    assert kind.validate_python("3 days") == timedelta(days=3)
    assert kind.validate_python(timedelta(hours=1)) == timedelta(hours=1)
