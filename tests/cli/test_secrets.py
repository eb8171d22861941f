"""A secret on every listing: named once without a viewer, whole for its owner, and not there for anybody else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ritualsd.errors import NotFound
from tests.cli.home import TWO, Home

LISTINGS = [
    ("next", "-n", "50"),
    ("log", "-n", "50"),
    ("why",),
    ("simulate", "--days", "5"),
]
WITHOUT_SECRET = TWO[: TWO.index("[rituals.plan]")] + TWO[TWO.index("[rituals.asleep]") :]


def rows_of(document: Any) -> list[dict[str, Any]]:
    if isinstance(document, list):
        return document
    return [*document["messages"], *document["not_sent"]]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda parts: parts[0])
def test_without_a_viewer_a_secret_is_named_once_and_nothing_else_is_told(
    lived: Home, listing: tuple[str, ...]
) -> None:
    mine = [row for row in rows_of(lived.json(*listing)) if row["ritual"] == "plan"]
    assert len(mine) == 1
    told = {value for key, value in mine[0].items() if key != "ritual"}
    assert told <= {None, "kept secret"}
    text = lived.text(*listing)
    assert "CANARY" not in text
    assert [line for line in text.splitlines() if "plan" in line] == ["plan  kept secret"]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda parts: parts[0])
def test_its_owner_sees_all_of_it(lived: Home, listing: tuple[str, ...]) -> None:
    mine = [row for row in rows_of(lived.json(*listing, "--for", "ana")) if row["ritual"] == "plan"]
    assert mine
    assert all(row["person"] == "ana" for row in mine)


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda parts: parts[0])
def test_for_anybody_else_it_is_as_if_it_did_not_exist(lived: Home, listing: tuple[str, ...]) -> None:
    with_it = lived.json(*listing, "--for", "ben")
    text = lived.text(*listing, "--for", "ben")
    lived.write(WITHOUT_SECRET)
    assert with_it == lived.json(*listing, "--for", "ben")
    assert text == lived.text(*listing, "--for", "ben")
    assert "plan" not in json.dumps(with_it)
    assert "CANARY" not in json.dumps(with_it)


def test_whether_a_secret_happened_changes_nothing_on_the_screen(home: Home) -> None:
    home.text("send", "tea")
    before = home.text("log", "-n", "2"), home.text("why")
    home.text("send", "plan")
    assert (home.text("log", "-n", "2"), home.text("why")) == before


def test_an_occurrence_of_anothers_secret_is_called_nothing(lived: Home) -> None:
    name = next(row["occurrence"] for row in lived.json("log", "--for", "ana") if row["ritual"] == "plan")
    asked = [lived.run("why", each, "--for", "ben").exception for each in (name, "plan@2020-01-01/ana")]
    assert all(isinstance(error, NotFound) for error in asked)
    assert str(asked[0]).replace(name, "") == str(asked[1]).replace("plan@2020-01-01/ana", "")
    assert isinstance(lived.run("why", name).exception, NotFound)
    assert lived.json("why", name, "--for", "ana")


@pytest.mark.parametrize(
    ("until", "reply", "is_told"),
    [
        ("2020-01-01", None, True),
        ("2099-01-01", None, False),
        ('"after done"', None, False),
        ('"after done"', "skip", False),
        ('"after done"', "done", True),
    ],
)
def test_a_secret_may_end_on_a_day_or_once_it_is_done(home: Home, until: str, reply: str | None, is_told: bool) -> None:
    home.write(TWO.replace('secret_from = "others"', f'secret_from = "others"\nsecret_until = {until}'))
    home.text("send", "plan")
    name = next(row["occurrence"] for row in home.json("log", "--for", "ana") if row["ritual"] == "plan")
    if reply:
        home.text("reply", name, reply, "--as", "ana")
    told = [row for row in home.json("log") if row["ritual"] == "plan" and row["occurrence"]]
    assert bool(told) == is_told
    assert (home.run("why", name).exception is None) == is_told
    assert "plan" not in home.text("log", "--for", "ben")
    ahead = [row["note"] for row in home.json("next", "-n", "9") if row["ritual"] == "plan"]
    assert ("kept secret" in ahead) == (until != "2020-01-01")  # the next one is a secret again
