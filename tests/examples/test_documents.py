"""Everything README and manual show is done, in the order they show it, and the manual leaves no command out."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from ritualsd.cli.main import COMMANDS, cli
from tests.examples.session import ROOT, Session, blocks, missing, steps

DOCUMENTS = [
    "README.md",
    "docs/manual.md",
    "docs/systemd.md",
    "docs/calendars.md",
    "docs/seasons.md",
    "docs/households.md",
    "docs/keeping.md",
    "docs/progress.md",
]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_a_document_shows_is_what_happens(name: str, tmp_path: Path) -> None:
    session, problems = Session(tmp_path), []
    for block in blocks(ROOT / name):
        if block.file:
            session.write(block)
        elif block.language == "console":
            problems += [f"{name}:{block.line}: {problem}" for step in steps(block) for problem in session.run(step)]
    assert problems == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_piece_of_configuration_in_a_document_is_toml(name: str) -> None:
    for block in blocks(ROOT / name):
        if block.language == "toml":
            tomllib.loads(block.text)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_manual_names_every_command(command: str) -> None:
    assert f"ritualsd {command}" in (ROOT / "docs/manual.md").read_text("utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_shows_an_example(command: str) -> None:
    told = CliRunner().invoke(cli, [command, "--help"])
    assert told.exit_code == 0
    assert "Example:" in told.output


def test_the_manual_knows_every_exit_code() -> None:
    from ritualsd import errors

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")]
    table = dict(re.findall(r"^\| (\d+) \| (.+?) \|$", (ROOT / "docs/manual.md").read_text("utf-8"), re.MULTILINE))
    assert {str(kind.exit_code) for kind in kinds} | {"0", "130"} <= set(table)


def test_every_link_between_documents_leads_somewhere() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    broken = [
        f"{document.name}: {target}"
        for document in documents
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_a_shown_line_that_is_not_printed_is_caught() -> None:
    assert missing(("one", "…", "th…ee"), ["zero", "one", "two", "three"]) == []
    assert missing(("two", "one"), ["one", "two"]) == ["one"]
