"""The wheel, installed on its own: what a person gets works outside the checkout, with bundled plugins and units."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.wheel

Ritualsd = Callable[..., subprocess.CompletedProcess[str]]


def run(*command: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **more)  # type: ignore[call-overload, no-any-return] # passed through as given


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from this checkout."""
    out = tmp_path_factory.mktemp("dist")
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def ritualsd(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Ritualsd:
    """The command from an environment that has the wheel and, beside it, only what this one has installed."""
    folder = tmp_path_factory.mktemp("installed")
    assert run(sys.executable, "-m", "venv", "--without-pip", folder / "venv").returncode == 0
    python = folder / "venv" / "bin" / "python"
    installed = run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel)
    assert installed.returncode == 0, installed.stderr
    borrow_libraries(folder / "venv")
    home = folder / "home"
    home.mkdir()
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run(folder / "venv" / "bin" / "ritualsd", *arguments, cwd=home, env=env)

    return command


def borrow_libraries(venv: Path) -> None:
    """Let the new environment see this one's libraries (not its ritualsd: the wheel comes first on the path)."""
    import click

    site = next((venv / "lib").glob("python*/site-packages"))
    (site / "borrowed.pth").write_text(str(Path(click.__file__).parents[1]) + "\n", "utf-8")


def test_the_wheel_holds_one_package_and_nothing_of_the_workshop(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"ritualsd"}
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


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
