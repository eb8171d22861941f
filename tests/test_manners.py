"""Small manners that keep the house readable: a file says what it is, and every silenced checker says why."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = [file for folder in ("ritualsd", "plugins", "bench") for file in sorted((ROOT / folder).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))

SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore)")
WITH_REASON = re.compile(r"#\s*noqa: [A-Z0-9, ]+ [-–:] \w|#\s*type: ignore\[[a-z-, ]+\]\s+#\s*\w")


def unexplained(file: Path) -> list[str]:
    return [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if SILENCED.search(line) and not WITH_REASON.search(line)
    ]


def test_every_file_opens_by_saying_what_it_is() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in CODE
        if file.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(file.read_text("utf-8")))
    ]
    assert silent == []


def test_every_silenced_checker_says_why() -> None:
    here = Path(__file__).resolve()
    assert [line for file in CODE + TESTS if file != here for line in unexplained(file)] == []


@pytest.mark.parametrize("line", ["x = 1  # noqa: E501", "x = 1  # noqa", "x = 1  # type: ignore[arg-type]"])
def test_a_planted_silence_without_a_reason_is_caught(line: str) -> None:
    assert SILENCED.search(line)
    assert not WITH_REASON.search(line)


def test_no_line_says_it_will_be_done_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX)\b")
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in CODE
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if later.search(line)
    ]
    assert found == []
