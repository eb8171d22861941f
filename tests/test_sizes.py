"""No file grows over 400 lines and no function over 50. It counts lines and judges nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE_LIMIT = 400
FUNCTION_LIMIT = 50


def sources() -> list[Path]:
    return sorted(file for folder in ("ritualsd", "plugins", "bench") for file in (ROOT / folder).rglob("*.py"))


def long_functions(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LIMIT:
                yield f"{file.relative_to(ROOT)}:{node.lineno} {node.name} has {lines} lines"


def test_no_file_is_longer_than_its_limit() -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines()) for file in sources()}
    assert {name: length for name, length in lengths.items() if length > FILE_LIMIT} == {}


def test_no_function_is_longer_than_its_limit() -> None:
    assert [line for file in sources() for line in long_functions(file)] == []
