"""The wheel, installed on its own: what a person gets works outside the checkout, with bundled plugins and units."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.installing import run

pytestmark = pytest.mark.wheel

Ritualsd = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ritualsd(installed: Path, tmp_path: Path) -> Ritualsd:
    """The installed command, in an empty home."""
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run(installed, *arguments, cwd=tmp_path, env=env)

    return command


def test_the_wheel_holds_one_package_and_nothing_of_the_workshop(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"ritualsd"}
    assert not [name for name in names if "__pycache__" in name or ("/tests/" in name and "/templates/" not in name)]


@pytest.mark.parametrize(
    "inside",
    [
        "py.typed",
        "config.example.toml",
        "web/templates/inbox.html",
        "web/templates/style.css",
        "bundled_systemd/ritualsd.service",
    ],
)
def test_the_wheel_carries_what_runs_from_it(wheel: Path, inside: str) -> None:
    assert f"ritualsd/{inside}" in zipfile.ZipFile(wheel).namelist()


def test_the_wheel_carries_the_bundled_plugins(wheel: Path) -> None:
    assert [name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("ritualsd/bundled/")]


def test_it_tells_its_version(ritualsd: Ritualsd) -> None:
    told = ritualsd("--version")
    assert (told.returncode, "0.1.0" in told.stdout) == (0, True)


def test_a_first_hour_works(ritualsd: Ritualsd) -> None:
    assert (started := ritualsd("init", "--yes")).returncode == 0, started.stderr
    assert (checked := ritualsd("check", "--json")).returncode == 0, checked.stdout
    assert json.loads(checked.stdout)["ok"] is True
    assert len(json.loads(ritualsd("draw", "gratitude", "-n", "3", "--json").stdout)) == 3
    assert json.loads(ritualsd("next", "-n", "2", "--json").stdout)


def test_explain_works_without_any_configuration(ritualsd: Ritualsd) -> None:
    told = ritualsd("explain", "every Sunday at 18:00", "--zone", "Europe/Berlin", "--json")
    assert all(row["slot_local"].endswith("T18:00") for row in json.loads(told.stdout))


def test_the_systemd_unit_can_be_printed(ritualsd: Ritualsd) -> None:
    told = ritualsd("service", "install", "--user", "--print")
    assert (told.returncode, "ExecStart=" in told.stdout) == (0, True), told.stderr
