"""The options every command shares may stand before the command or after it."""

from __future__ import annotations

import pytest

from ritualsd.cli.main import shared_first

HERE = ["--config", "a.toml", "--state", "s", "--no-plugins"]


@pytest.mark.parametrize(
    "typed",
    [
        [*HERE, "run"],
        ["run", *HERE],
        ["--config", "a.toml", "run", "--state", "s", "--no-plugins"],
    ],
)
def test_they_come_first_wherever_they_were_typed(typed: list[str]) -> None:
    assert shared_first(typed) == [*HERE, "run"]


def test_a_value_behind_an_equals_sign_is_kept_with_it() -> None:
    assert shared_first(["next", "-n", "3", "--state=s"]) == ["--state=s", "next", "-n", "3"]


def test_what_follows_two_dashes_is_not_ours() -> None:
    assert shared_first(["explain", "--", "--config", "x"]) == ["explain", "--", "--config", "x"]


def test_a_missing_value_is_left_for_click_to_complain_about() -> None:
    assert shared_first(["run", "--config"]) == ["--config", "run"]


def test_other_options_are_left_alone() -> None:
    assert shared_first(["pause", "--ritual", "thanks", "--json"]) == ["pause", "--ritual", "thanks", "--json"]
