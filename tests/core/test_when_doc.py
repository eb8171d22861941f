"""The manual's page on `when` is made from the productions, and everything it shows works."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from ritualsd.core.policy import Policy
from ritualsd.core.recur import next_slot
from ritualsd.core.when import canonical, parse
from ritualsd.core.when_doc import page
from ritualsd.core.when_productions import EXAMPLES
from ritualsd.core.zones import zone

PAGE = Path(__file__).resolve().parents[2] / "docs" / "when.md"
POLICY = Policy(
    sun=lambda day, zone, event: datetime.combine(day, time(18), zone), done_utc=datetime(2026, 1, 1, 9, tzinfo=UTC)
)


def test_the_page_is_what_the_productions_say() -> None:
    told = "make it again: python -m ritualsd.core.when_doc > docs/when.md"
    assert PAGE.read_text("utf-8") == page(), told


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_page_is_a_rule_that_comes_round(example: str) -> None:
    rule = parse(example)
    assert parse(canonical(rule)) == rule
    assert next_slot(rule, zone("Europe/Berlin"), datetime(2026, 1, 1, tzinfo=UTC), policy=POLICY) is not None


def test_every_toml_value_of_the_page_is_a_rule() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 6
    for block in blocks:
        assert parse(tomllib.loads(block)["when"])


def test_every_example_names_its_canonical_form_where_that_differs() -> None:
    shown = re.findall(r"^- `([^`]+)` is `([^`]+)`$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(shown) >= 6
    assert all(canonical(parse(example)) == form for example, form in shown)
