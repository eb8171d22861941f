"""What authors see on the command line: commands of their own, a trace of each call, and strictness."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from ritualsd.cli.main import cli
from ritualsd.errors import PluginProblem

TIDE = """\
import click
from ritualsd import PluginInfo, hookimpl

@hookimpl
def ritualsd_commands(cli):
    @cli.command("tide")
    @click.option("--town", default="Bergen")
    def tide(town):
        '''When the water is high.'''
        click.echo(f"High water in {town}")

    @cli.command("check")
    def check():
        click.echo("never reached")

    @cli.command("storm")
    def storm():
        raise ValueError("TOPSECRET")

@hookimpl
def ritualsd_gratitude_prompts(ask):
    return ["What did the water bring?"]
"""
CONFIG = """\
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[rituals.thanks]
when = "every day at 08:00"
to = "ana"
prompt = "gratitude"
[rituals.surprise]
when = "every day at 09:00"
to = "ana"
prompt = "gesture"
secret_from = "others"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "tide.py").write_text(TIDE)
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    return path


def run(config: Path, *words: str, **env: str) -> Result:
    given = ["--config", str(config), "--state", str(config.parent / "state"), *words]
    return CliRunner().invoke(cli, given, standalone_mode=False, env=env)


@pytest.mark.parametrize("isolation", ["thread", "process"])
def test_a_plugin_adds_a_command(config: Path, isolation: str) -> None:
    config.write_text(CONFIG + f'[plugins.tide]\nisolation = "{isolation}"\n')
    assert run(config, "tide", "--town", "Oslo").stdout == "High water in Oslo\n"
    assert "When the water is high." in run(config, "tide", "--help").stdout


def test_it_cannot_take_the_place_of_one_of_ours(config: Path) -> None:
    assert "never reached" not in run(config, "check").stdout


def test_help_and_our_own_commands_load_no_plugin(config: Path) -> None:
    (config.parent / "plugins" / "loud.py").write_text("from pathlib import Path\nPath(__file__ + '.ran').touch()\n")
    assert run(config, "--help").exit_code == 0
    assert run(config, "explain", "every day at 08:00").exit_code == 0
    assert not (config.parent / "plugins" / "loud.py.ran").exists()


def test_what_breaks_in_it_is_told_as_the_plugins_doing(config: Path) -> None:
    error = run(config, "storm").exception
    assert isinstance(error, PluginProblem)
    assert str(error) == ("plugin tide: its command storm failed (ValueError); RITUALSD_STRICT=1 shows the details")
    assert isinstance(run(config, "storm", RITUALSD_STRICT="1").exception, ValueError)


def test_a_word_nobody_knows_is_still_an_error_with_a_suggestion(config: Path) -> None:
    error = run(config, "simulat").exception
    assert isinstance(error, click.UsageError)
    assert "Did you mean 'simulate'?" in str(error.message)
    assert isinstance(run(config, "--no-plugins", "tide").exception, click.UsageError)


def test_a_plugin_that_cannot_add_its_commands_is_named_and_the_others_are_there(config: Path) -> None:
    (config.parent / "plugins" / "zzz.py").write_text(
        "from ritualsd import hookimpl\n@hookimpl\ndef ritualsd_commands(cli):\n    raise OSError('no')\n"
    )
    told = run(config, "tide")
    assert told.stdout == "High water in Bergen\n"
    assert "plugin zzz could not add its commands: OSError: no" in told.stderr
    assert isinstance(run(config, "tide", RITUALSD_STRICT="1").exception, PluginProblem)


def test_a_broken_configuration_does_not_hide_that_the_word_is_unknown(config: Path) -> None:
    config.write_text("nonsense")
    assert isinstance(run(config, "tide").exception, click.UsageError)


# ── a trace of each call ──────────────────────────────────────────────────────────────────────


def test_a_trace_says_what_was_called_how_long_and_what_came(config: Path) -> None:
    told = run(config, "draw", "gratitude", "--trace-plugins")
    assert told.exception is None
    (line,) = [line for line in told.stderr.splitlines() if line.startswith("tide:")]
    assert line.startswith("tide: ritualsd_gratitude_prompts(gratitude)  ")
    assert line.endswith(" ms  1 prompt")
    assert "What did the water" not in told.stderr
    assert run(config, "draw", "gratitude").stderr == ""


def test_a_trace_of_a_simulation_leaves_surprises_out(config: Path) -> None:
    told = run(config, "simulate", "--days", "2", "--trace-plugins", "--json")
    assert told.exception is None
    assert "ritualsd_gratitude_prompts(gratitude)" in told.stderr
    assert "ritualsd_gesture_ideas" not in told.stderr
    assert told.stdout.startswith("{")


# ── strictness ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", [("draw", "gratitude"), ("simulate", "--days", "2"), ("decks", "list")])
def test_strict_raises_what_is_otherwise_listed(config: Path, words: tuple[str, ...]) -> None:
    (config.parent / "plugins" / "broken.py").write_text("import nothing_like_this\n")
    assert run(config, *words).exception is None
    error = run(config, *words, RITUALSD_STRICT="1").exception
    assert isinstance(error, PluginProblem)
    assert "nothing_like_this" in str(error)


def test_strict_raises_when_a_hook_fails(config: Path) -> None:
    (config.parent / "plugins" / "tide.py").write_text(TIDE.replace('["What did the water bring?"]', "1 / 0"))
    assert run(config, "draw", "gratitude").exception is None
    assert "ZeroDivisionError" in str(run(config, "draw", "gratitude", RITUALSD_STRICT="1").exception)
