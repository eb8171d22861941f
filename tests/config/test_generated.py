"""What is made from the schema is what the repository holds: the example, the reference page, the ready-made rules."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydantic
import pytest
from click.testing import CliRunner

from ritualsd.cli.main import cli
from ritualsd.config import compiled
from ritualsd.config.example import example
from ritualsd.config.reference import _TABLES, reference
from ritualsd.config.schema import ConfigFile, json_schema
from ritualsd.config.shape import fields
from ritualsd.core.keys import key_text
from tests.config.home import Home
from tests.config.test_problems import EVERYTHING_WRONG

ROOT = Path(__file__).resolve().parents[2]


def test_the_example_is_the_one_the_schema_makes() -> None:
    assert (ROOT / "config.example.toml").read_text("utf-8") == example(), "run python -m ritualsd.config.example"


def test_the_reference_page_is_the_one_the_schema_makes() -> None:
    assert (ROOT / "docs/reference.md").read_text("utf-8") == reference(), "run python -m ritualsd.config.reference"


def test_the_ready_made_rules_are_those_of_the_models() -> None:
    held = json.loads(compiled.FILE.read_text("utf-8"))
    if held["pydantic"] != pydantic.VERSION:
        pytest.skip(f"made with pydantic {held['pydantic']}; another version words the same rules another way")
    assert held == compiled.compiled(), "run python -m ritualsd.config.compiled"


def test_the_ready_made_rules_find_the_same_mistakes_as_the_models() -> None:
    for text in (EVERYTHING_WRONG, example()):
        data = tomllib.loads(text)
        assert mistakes_of(compiled.validate, data) == mistakes_of(ConfigFile.model_validate, data)


def mistakes_of(validate: Callable[[dict[str, Any]], object], data: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        validate(data)
    except pydantic.ValidationError as error:
        return sorted((str(detail["loc"]), detail["type"]) for detail in error.errors(include_url=False))
    return []


def test_rules_that_this_pydantic_cannot_read_are_made_from_the_models(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "FILE", home.write('{"rules": {"type": "from another age"}}', "rules.json"))
    compiled._validator.cache_clear()
    try:
        assert home.settings(example()).household.people["ana"].name == "Ana"
    finally:
        compiled._validator.cache_clear()


def test_the_example_works_as_it_is_without_a_warning(home: Home) -> None:
    household = home.settings(example()).household
    assert home.said(example()) == []
    assert len({person.zone for person in household.people.values()}) == 2
    assert {ritual.kind for ritual in household.rituals.values()} >= {"gratitude", "gesture", "check-in"}
    assert any(ritual.turns and ritual.secret_from == "others" for ritual in household.rituals.values())


def test_the_example_and_the_reference_show_every_key() -> None:
    for name, table in _TABLES:
        for key, info in fields(table):
            assert info.description, f"{name}.{key} has no description"
            if info.examples:
                assert re.search(rf"\b{key} = ", example()), f"{name}.{key} is not in the example"
                assert f"| `{key}` |" in reference()
            else:
                assert re.search(rf"`\[{key}[].]", reference()), f"{name}.{key} has neither an example nor a section"


def test_every_line_behind_a_hash_works_where_it_stands(home: Home) -> None:
    env = {"RITUALSD_SECRET_ANA_TOKEN": "x", "RITUALSD_SECRET_ANA_MAIL": "mailtos://localhost", "TZ": "UTC"}
    env |= {"RITUALSD_SECRET_DB_USER": "x", "RITUALSD_SECRET_DB_PASSWORD": "x"}
    env |= {"RITUALSD_SECRET_RITUALSD_KEY": key_text(bytes(32))}
    env |= {"RITUALSD_SECRET_MAIL_USER": "x", "RITUALSD_SECRET_MAIL_PASSWORD": "x", "RITUALSD_SECRET_NTFY_TOKEN": "x"}
    env |= {
        "RITUALSD_SECRET_ANA_REPLY_TOPIC": "a-long-and-random-topic",
        "RITUALSD_SECRET_TELEGRAM_BOT": f"123456:{'A' * 24}",
    }
    text = example().replace("#channels = {", "# channels = {")  # the table below says the same
    for key in ("households", "deck", "message", "ics", "busy"):  # what excludes another key, or names a file
        text = text.replace(f"#{key} = ", f"# {key} = ")
    everything = re.sub(r"(?m)^#(?=\S)", "", text)
    home.write(everything.replace('secret_from = "others"\n\n', 'secret_from = "others"\n', 1))
    loaded = home.load(env)
    assert [str(problem) for problem in loaded.problems if problem.severity == "error"] == []


def test_the_json_schema_names_every_table_and_forbids_the_rest() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert {"people", "rituals", "circles", "plugins", "web"} <= schema["properties"].keys()
    assert "from" in schema["$defs"]["RitualTable"]["properties"]
    assert schema["$defs"]["RitualTable"]["properties"]["when"]["description"]


def test_the_schema_command_prints_it() -> None:
    answer = CliRunner().invoke(cli, ["schema"])
    assert json.loads(answer.stdout) == json.loads(json.dumps(json_schema()))


def test_reading_a_file_without_mistakes_never_builds_the_models(home: Home) -> None:
    home.write(example())
    code = (
        "import sys; from pathlib import Path; from ritualsd.config import load\n"
        f"assert load(Path({str(home.config)!r}), {{}}).settings\n"
        "print([name for name in sys.modules if name in ('pydantic.main', 'ritualsd.config.schema', 'asyncio')])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=os.environ)
    assert answer.stdout.strip() == "[]", answer.stderr
