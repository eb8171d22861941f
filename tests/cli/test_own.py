"""`ready`, `facts` and what `why` tells of a draw: each person says their own, and nobody is shown another's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ritualsd.core.facts import KEYS
from ritualsd.core.words import prompt_id
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.model import Taste, Verdict
from ritualsd.store import open_store
from tests.cli.home import Home

TALK = """
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[rituals.talk]
when = "every Sunday at 18:00"
to = "everyone"
prompt = "check-in"
depth = 4
"""


@pytest.fixture
def talk(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.write(TALK)
    return made


def test_how_deep_is_said_and_shown_to_oneself(talk: Home) -> None:
    assert "You are ready for 2: personal." in talk.text("ready", "--as", "ana")
    assert "Noted, for you alone. You are ready for 3" in talk.text("ready", "3", "--as", "ana")
    assert talk.json("ready", "--as", "ana") == {
        "ok": True, "by": "command", "person": "ana", "level": 3, "touch": None,
    }  # fmt: skip
    assert talk.json("ready", "--touch", "maybe", "--for", "ana")["touch"] == "maybe"
    assert talk.json("ready", "--as", "ben")["level"] == 2


@pytest.mark.parametrize("arguments", [("9", "--as", "ana"), ("3",), ("--touch", "sometimes", "--as", "ana")])
def test_what_is_no_level_and_nobody_in_particular_is_refused(talk: Home, arguments: tuple[str, ...]) -> None:
    assert talk.run("ready", *arguments).exit_code == 2


def test_a_stranger_has_no_level_and_no_facts(talk: Home) -> None:
    for command in (("ready", "3"), ("facts", "tell", "a-place", "here"), ("facts", "list")):
        error = talk.run(*command, "--as", "bne").exception
        assert isinstance(error, NotFound)
        assert "ben" in str(error)


def test_a_fact_is_told_listed_and_forgotten(talk: Home) -> None:
    assert "ana" in talk.text("facts", "tell", "a-place", "the bench by the canal", "--as", "ben")
    first = talk.json("facts", "list", "--as", "ben")[0]
    assert (first["key"], first["value"], first["to"], first["rests"]) == (
        "a-place", "the bench by the canal", ["ana"], False,
    )  # fmt: skip
    assert len(talk.json("facts", "list", "--as", "ben")) == len(KEYS)
    assert all(row["value"] is None for row in talk.json("facts", "list", "--as", "ana"))
    assert "the bench" in talk.text("facts", "list", "--as", "ben")
    assert talk.text("facts", "forget", "a-place", "--as", "ben") == "Forgotten.\n"
    assert "no such fact of yours" in talk.run("facts", "forget", "a-place", "--as", "ben").output
    assert b"bench by the canal" not in b"".join(path.read_bytes() for path in talk.state.glob("ritualsd.db"))


def test_before_the_first_start_the_list_of_facts_is_only_questions(talk: Home) -> None:
    assert {row["value"] for row in talk.json("facts", "list", "--as", "ana")} == {None}
    assert not talk.state.exists()


@pytest.mark.parametrize(
    ("to", "audience"), [("nobody", []), ("ana", ["ana"]), ("everyone", ["ana"]), ("ben,ana", ["ana"])]
)
def test_whoever_tells_says_whose_prompts_may_use_it(talk: Home, to: str, audience: list[str]) -> None:
    assert talk.json("facts", "tell", "a-place", "here", "--as", "ben", "--to", to)["to"] == audience


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("a-plaice", "here"), "did you mean a-place"),
        (("a-place", " "), "in a few words"),
        (("a-place", "x" * 81), "fewer words"),
        (("a-place", "here", "--to", "anna"), "did you mean 'ana'"),
    ],
)
def test_what_cannot_be_kept_says_what_to_do(talk: Home, arguments: tuple[str, ...], hint: str) -> None:
    error = talk.run("facts", "tell", *arguments, "--as", "ben").exception
    assert isinstance(error, RitualsdError)
    assert hint in str(error)


def test_why_says_how_the_draw_went_the_same_whoever_held_it(talk: Home) -> None:
    talk.text("ready", "1", "--as", "ben")
    talk.text("send", "talk")
    rows = {row["person"]: row for row in talk.json("why", "--ritual", "talk")}
    assert rows["ana"]["drawn"] == rows["ben"]["drawn"]
    assert rows["ana"]["drawn"].endswith("round 1; held at 1")
    assert f"It was {rows['ana']['drawn']}." in talk.text("why", "--ritual", "talk", "--for", "ana")
    assert "from the deck" in rows["ana"]["why"]


def test_why_tells_of_a_verdict_only_whoever_gave_it(talk: Home) -> None:
    talk.text("ready", "--as", "ana")
    (talk.folder / "decks" / "check-in").mkdir(parents=True)
    (talk.folder / "decks" / "check-in" / "ours.txt").write_text("What made you smile today?\n", "utf-8")
    talk.write(TALK.replace('prompt = "check-in"', 'deck = "ours"'))
    store = open_store(talk.state, clock_now=datetime.now(UTC))
    store.personal.taste(
        Taste(
            person="ana", kind="ours", prompt_id=prompt_id("What made you smile today?"), verdict=Verdict.FAVOURITE,
            at_utc=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )  # fmt: skip
    store.close()
    talk.text("send", "talk")
    told = "You had called it a favourite"
    assert told in talk.text("why", "--ritual", "talk", "--for", "ana")
    assert told not in talk.text("why", "--ritual", "talk", "--for", "ben")
    assert told not in talk.text("why", "--ritual", "talk")


@pytest.mark.parametrize("who", [(), ("--for", "ben")], ids=["nobody", "ben"])
def test_a_limit_of_ones_own_changes_nothing_that_others_see_ahead(talk: Home, who: tuple[str, ...]) -> None:
    talk.write(TALK.replace("every Sunday at 18:00", "every day at 10:00 and 16:00"))
    talk.text("ready", "2", "--as", "ana")
    whole = {f"{datetime.now(UTC) + timedelta(days=ahead):%Y-%m-%d}" for ahead in range(2, 7)}
    before = seen_ahead(talk, whole, *who)
    store = open_store(talk.state, clock_now=datetime.now(UTC))
    for key, value in (("max_per_day", "1"), ("quiet", "09:00-21:00"), ("level", "1")):
        store.personal.set_own("ana", key, value, datetime.now(UTC))
    store.close()
    assert seen_ahead(talk, whole, *who) == before
    assert seen_ahead(talk, whole, "--for", "ana") != before


def seen_ahead(talk: Home, days: set[str], *who: str) -> list[tuple[str, ...]]:
    told = talk.json("simulate", "--days", "9", *who)
    rows = [(row["at_utc"], row["person"], row["body"]) for row in told["messages"]]
    rows += [(row["slot_local"], row["person"], row["reason"]) for row in told["not_sent"]]
    return [row for row in rows if row[0][:10] in days]
