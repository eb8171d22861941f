"""docs/security.md promises nothing that no test holds, and names every library; SECURITY.md says where it ends."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
MANUAL = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = re.compile(r"`([a-z_]+(?:/[a-z_]+)*\.py)(?:::(test_\w+))?`")


def requirements() -> dict[str, list[tuple[str, str]]]:
    """Each requirement of the table, and the tests it names: (file, test or "")."""
    rows = (line.split(" | ") for line in MANUAL.splitlines() if re.match(r"\| R\d+ \|", line))
    return {row[0].strip("| "): NAMED.findall(row[2]) for row in rows}


def missing(named: list[tuple[str, str]]) -> list[str]:
    """Those that are not there."""
    gone = []
    for file, test in named:
        path = TESTS / file
        text = path.read_text("utf-8") if path.is_file() else ""
        if not text or (test and f"def {test}(" not in text):
            gone.append(f"{file}::{test}")
    return gone


def test_every_requirement_has_a_row_with_a_test() -> None:
    assert list(requirements()) == [f"R{number}" for number in range(1, 23)]
    assert [name for name, named in requirements().items() if not named] == []


@pytest.mark.parametrize("name", list(requirements()))
def test_the_tests_that_a_requirement_names_exist(name: str) -> None:
    assert missing(requirements()[name]) == []


def test_a_name_that_no_test_has_is_noticed() -> None:
    assert missing([("security/test_manual.py", "test_nobody_wrote"), ("security/test_nothing.py", "")]) == [
        "security/test_manual.py::test_nobody_wrote",
        "security/test_nothing.py::",
    ]


def test_every_dependency_has_a_sentence_of_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    wanted = [*project["dependencies"], *extras]
    names = {re.split(r"[\[<>=~! ]", each, maxsplit=1)[0].lower() for each in wanted}
    assert sorted(names - set(re.findall(r"^\| `([a-z0-9-]+)` \| .{10,}", MANUAL, re.MULTILINE))) == []


@pytest.mark.parametrize("who", ["root", "administrator", "provider", "plugin", "backup"])
def test_the_threat_model_names_whom_it_cannot_stop(who: str) -> None:
    assert who in (ROOT / "SECURITY.md").read_text("utf-8")
