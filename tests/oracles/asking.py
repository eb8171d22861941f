"""Asks the real `explain` command many questions at once, and reads the oracle files beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from ritualsd.cli.main import cli

DATA = Path(__file__).parent / "data"
Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    """The cases of one oracle file that are meant to be scored."""
    return [case for case in json.loads((DATA / f"{name}.json").read_text("utf-8")) if case["score"]]


def explain(questions: list[Case]) -> list[list[Case]]:
    """The slots that `explain --batch` names for each question, in the order of the questions."""
    lines = "\n".join(json.dumps(question) for question in questions)
    result = CliRunner().invoke(cli, ["explain", "--batch", "-"], input=lines, catch_exceptions=False)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer for answer in answers if "error" in answer] == []
    return [answer["slots"] for answer in answers]
