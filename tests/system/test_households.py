"""The real daemon with many households: one that is broken harms none of the others, and commands name one."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.system.daemon import House, until

pytestmark = pytest.mark.process

MAIN = 'timezone = "UTC"\nhouseholds = "households"\n[web]\nenabled = false\n'
ONE = """
[people.ana]
name = "Ana"
[rituals.hello]
when = "every day at 04:00"
to = "ana"
message = "hello from the {name}"
"""


@pytest.fixture
def village(tmp_path: Path) -> Iterator[House]:
    folder = tmp_path / "households"
    folder.mkdir()
    for name in ("oak", "elm"):
        (folder / f"{name}.toml").write_text(ONE.replace("{name}", name))
    (folder / "ash.toml").write_text(ONE.replace("every day", "every blue moon"))
    house = House(tmp_path, MAIN, welcoming=True)
    yield house.start()
    house.close()


def said(house: House, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(house.words(*words), env=house.env, capture_output=True, text=True, timeout=60, check=False)


def listed(house: House, *words: str) -> Any:
    return json.loads(said(house, *words, "--json").stdout)


def test_the_rest_run_beside_a_broken_household_and_each_is_spoken_to_by_name(village: House) -> None:
    assert until(lambda: listed(village, "status")["households"]["count"] == 3)
    assert until(lambda: listed(village, "status")["households"]["in_force"] == 2)
    states = {each["household"]: each["state"] for each in listed(village, "households", "list")}
    assert states == {"ash": "refused", "elm": "in force", "oak": "in force"}
    assert "household.refused household=ash" in village.log.replace('"', "")
    broken = said(village, "check")
    assert broken.returncode == 2
    assert "ash.toml:5: rituals.hello.when" in broken.stdout

    nobody = said(village, "send", "hello")
    assert nobody.returncode == 1
    assert "--household NAME" in nobody.stderr
    assert said(village, "send", "hello", "--household", "oak").returncode == 0
    hello = ("log", "--ritual", "hello", "--household")
    assert until(lambda: [each["state"] for each in listed(village, *hello, "oak")] == ["sent"])
    assert listed(village, *hello, "elm") == []


def test_a_file_that_is_changed_where_it_lies_is_looked_at_soon(village: House) -> None:
    assert until(lambda: listed(village, "status")["households"]["in_force"] == 2)
    with (village.config.parent / "households" / "elm.toml").open("a") as file:
        file.write("not a table")
    assert until(lambda: "household=elm" in village.log.replace('"', "").partition("household.refused")[2])
