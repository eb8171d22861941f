"""`plugins new` and `plugins check`: what is generated passes its own tests, and every check finds what it is for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner, Result

import ritualsd
from ritualsd.cli.main import cli
from ritualsd.content.conform import Verdict, conformance
from ritualsd.content.find import candidate_at, find
from ritualsd.content.scaffold import new_file, new_package
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.model import Household, Settings

ROOT = Path(ritualsd.__file__).parents[1]


def run(config: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(config), *words], standalone_mode=False)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('timezone = "Europe/Berlin"\n[people.ana]\nname = "Ana"\n')
    return path


def findings(path: Path) -> dict[str, tuple[str, ...]]:
    """The checks a plugin fails, with what they say."""
    return {verdict.check: verdict.failed for verdict in conformance(candidate_at(path), {}) if verdict.failed}


# ── new ───────────────────────────────────────────────────────────────────────────────────────


def test_a_new_file_is_in_use_at_once(config: Path) -> None:
    told = run(config, "plugins", "new", "tide-table").stdout
    path = config.parent / "plugins" / "tide_table.py"
    assert str(path) in told
    assert f"Next: ritualsd plugins check {path}" in told
    assert len(json.loads(run(config, "draw", "tide-table", "-n", "2", "--json").stdout)) == 2
    assert findings(path) == {}


def test_a_new_package_passes_its_own_tests(tmp_path: Path) -> None:
    new_package("tide-table", tmp_path)
    package = tmp_path / "ritualsd-tide-table"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=package, env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{package}"}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout
    assert findings(package / "ritualsd_tide_table") == {}


def test_nothing_is_written_over(tmp_path: Path) -> None:
    new_file("tide", tmp_path)
    new_package("tide", tmp_path)
    for again in (new_file, new_package):
        with pytest.raises(RitualsdError, match="exists already; choose another name"):
            again("tide", tmp_path)


@pytest.mark.parametrize("name", ["Weather", "require", "../x", "9lives", "a--b", "", "x" * 61])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound, match="use lower-case letters, digits and -"):
        new_file(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


# ── check ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name", [each.name for each in find(Settings(root="", household=Household()), no_plugins=True)]
)
def test_every_bundled_plugin_passes(name: str) -> None:
    found = {each.name: each for each in find(Settings(root="", household=Household()), no_plugins=True)}
    failed = [str(verdict) for verdict in conformance(found[name], {}) if verdict.failed]
    if name == "holidays" and any("No module named" in each or "holidays" in each for each in failed):
        pytest.skip("needs the extra [holidays]")
    assert failed == []


HEAD = "from ritualsd import Ask, PluginInfo, Prompt, hookimpl\nfrom pydantic import BaseModel, Field\n"
HOOK = "@hookimpl\ndef ritualsd_gratitude_prompts(ask):\n"
FINE = HOOK + "    return ['What was good?']\n"

BAD = {
    "it is imported in less than a second": (HEAD + "import time\ntime.sleep(1.1)\n" + FINE, "importing it took 1."),
    "it leaves the network alone while it is imported": (
        HEAD + "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), 0.1)\nexcept OSError:\n    pass\n"
        + FINE,
        "used the network while it was imported (socket.",
    ),
    "it is silent on standard output": (HEAD + "import os\nos.write(1, b'hello')\n" + FINE, "wrote on standard output"),
    "it speaks a plugin API this ritualsd knows": (
        HEAD + "PLUGIN = PluginInfo(name='mine', api=99)\n" + FINE, "needs plugin API 99",
    ),
    "its hooks are known and well shaped": (
        HEAD + "@hookimpl\ndef ritualsd_gratitud_prompts(ask):\n    return []\n",
        "did you mean ritualsd_gratitude_prompts?",
    ),
    "its settings are described, and the defaults are valid": (
        HEAD + "class S(BaseModel):\n    town: int = 'bad'\nPLUGIN = PluginInfo(name='mine', settings=S)\n" + FINE,
        "the setting town has no description",
    ),
    "a wrong setting is answered with its name": (
        HEAD + "from pydantic import field_validator\n"
        "class S(BaseModel):\n    town: str = Field('x', description='A town')\n"
        "    @field_validator('town', mode='before')\n    @classmethod\n"
        "    def upper(cls, value):\n        return value.upper()\n"
        "PLUGIN = PluginInfo(name='mine', settings=S)\n" + FINE,
        "ends in AttributeError; raise ValueError in a validator",
    ),
    "it answers in time and without an error": (
        HEAD + "PLUGIN = PluginInfo(name='mine', timeout=0.2)\nimport time\n" + HOOK + "    time.sleep(5)\n",
        "no answer within 0.2 seconds",
    ),
    "it offers no more than it is asked for": (
        HEAD + HOOK + "    n = 0\n    while True:\n        n += 1\n        yield 'word ' + chr(97 + n % 26) * n\n",
        "more than ask.limit (50) prompts",
    ),
    "its prompts can be used": (HEAD + HOOK + "    return ['', 'What did {otter} do?']\n", "nobody fills {otter}"),
    "the same ask works twice": (
        HEAD + "ONCE = iter(['What was good?'] * 1)\n" + HOOK + "    return ONCE\n", "nothing the second time",
    ),
    "it leaves no thread behind": (
        HEAD + "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), name='mill').start()\n" + FINE,
        "the thread mill would keep ritualsd from ending",
    ),
}  # fmt: skip


@pytest.mark.parametrize("check", BAD)
def test_each_check_finds_what_it_is_for(tmp_path: Path, check: str) -> None:
    source, says = BAD[check]
    path = tmp_path / "mine.py"
    path.write_text(dedent(source))
    found = findings(path)
    assert check in found, found
    assert any(says in line for line in found[check]), found[check]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import os\nos._exit(7)\n", "it ended the process it was checked in (exit 7)"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3"),
        ("def broken(:\n", "SyntaxError"),
        ("import nothing_like_this\n", "No module named 'nothing_like_this'"),
    ],
)
def test_a_plugin_that_cannot_be_imported_is_told_apart(tmp_path: Path, source: str, says: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(source)
    (failed,) = findings(path).values()
    assert says in failed[0]


def test_check_tries_a_plugin_with_its_settings_from_the_configuration(config: Path) -> None:
    run(config, "plugins", "new", "tide")
    path = config.parent / "plugins" / "tide.py"
    assert run(config, "plugins", "check", str(path)).return_value == 0
    config.write_text(config.read_text() + "[plugins.tide]\ntown = 'Bergen'\n")
    told = run(config, "plugins", "check", "tide")
    assert told.return_value == 1
    assert "plugins.tide.town: this is not a setting of this plugin" in told.stdout


def test_check_as_json_and_of_an_unknown_name(config: Path) -> None:
    told = json.loads(run(config, "plugins", "check", "gratitude", "--json").stdout)
    assert (told["ok"], len(told["checks"])) == (True, 12)
    error = run(config, "plugins", "check", "gratitud").exception
    assert "did you mean gratitude?" in str(error)


def test_a_secret_setting_in_an_exception_is_masked(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        HEAD + "class S(BaseModel):\n    token: str = Field('', description='A token')\n"
        "PLUGIN = PluginInfo(name='mine', settings=S)\n" + HOOK + "    raise OSError(ask.settings.token)\n"
    )
    told = "".join(str(verdict) for verdict in conformance(candidate_at(path), {"token": "TOPSECRET"}))
    assert "OSError: ***" in told
    assert "TOPSECRET" not in told


def test_a_verdict_reads_as_lines() -> None:
    assert str(Verdict(check="it is kind")) == "ok  it is kind"
    assert str(Verdict(check="it is kind", failed=("no",))) == "not ok  it is kind\n        no"
