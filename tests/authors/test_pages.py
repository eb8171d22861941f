"""The pages for authors, followed as a new user would: from the wheel, in a home of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.session import ROOT, Session, blocks, steps
from tests.installing import install, run

pytestmark = pytest.mark.wheel

EXAMPLE = ROOT / "docs" / "example-plugin" / "ritualsd-weather"


@pytest.fixture(scope="module")
def ours(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `ritualsd` command of an environment into which plugins may be installed."""
    return install(wheel, tmp_path_factory.mktemp("ours"))


def problems(page: Path, session: Session) -> Iterator[str]:
    for block in blocks(page):
        if block.file:
            session.write(block)
        elif block.language == "console":
            for step in steps(block):
                yield from (f"{page.name}:{block.line}: {problem}" for problem in session.run(step))


@pytest.mark.parametrize("name", ["add-a-prompt", "add-a-kind", "add-a-language"])
def test_a_page_works_as_printed(name: str, installed: Path, tmp_path: Path) -> None:
    assert list(problems(ROOT / "docs" / f"{name}.md", Session(tmp_path / "home", installed))) == []


def test_the_page_for_authors_works_as_printed(ours: Path, tmp_path: Path) -> None:
    assert list(problems(ROOT / "docs" / "plugin-authors.md", Session(tmp_path / "home", ours))) == []


def test_the_example_package_is_built_installed_and_used(ours: Path, tmp_path: Path) -> None:
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", EXAMPLE)
    assert built.returncode == 0, built.stdout + built.stderr
    (package,) = (tmp_path / "dist").glob("ritualsd_weather-1.0.0-*.whl")
    python = ours.parent / "python"
    assert (
        run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", package).returncode == 0
    )

    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    tested = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", EXAMPLE / "tests", cwd=tmp_path, env=env)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "5 passed" in tested.stdout

    config = tmp_path / "config.toml"
    config.write_text('timezone = "Europe/Oslo"\n[people.ana]\nname = "Ana"\n[plugins.weather]\nlat = 60.4\nlon = 95\n')

    def ritualsd(*words: str) -> subprocess.CompletedProcess[str]:
        return run(ours, "--config", config, *words, cwd=tmp_path, env=env)

    rows = {row["name"]: row for row in json.loads(ritualsd("plugins", "list", "--json").stdout)}
    assert (rows["weather"]["status"], rows["weather"]["source"]) == ("active", "installed: ritualsd-weather 1.0.0")
    config.write_text(config.read_text() + 'url = "http://127.0.0.1:9/forecast"\n')
    drawn = ritualsd("draw", "gesture", "-n", "3")
    assert len(drawn.stdout.splitlines()) == 3  # without the service the decks speak
    assert "plugin weather failed" in drawn.stderr
    config.write_text(config.read_text().replace("lat", "latt"))
    told = ritualsd("check")
    assert told.returncode == 2
    assert "config.toml:5: plugins.weather.latt: this is not a setting of this plugin; did you mean lat?" in told.stdout
    assert str(tmp_path) in told.stdout


def test_every_configuration_of_the_plugins_we_ship_is_right(installed: Path, tmp_path: Path) -> None:
    session = Session(tmp_path / "home", installed)
    (session.folder / "birthdays.ics").write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    configs = [block for block in blocks(ROOT / "docs" / "plugins.md") if block.file == "config.toml"]
    assert len(configs) == 3
    for block in configs:
        session.write(block)
        (step,) = steps(block.__class__("console", "", "$ ritualsd check\n", 0))
        assert session.run(step) == []
