"""`promise` and `swap` as they are typed: whose numbers, whose eyes, and what is said back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ritualsd.errors import NotFound, RitualsdError
from tests.cli.home import TWO, Home

COOK = """
[rituals.cook]
when    = "every day at 18:00"
to      = "turns"
message = "Cook something, {name}."

[rituals.gift]
when    = "every day at 18:00"
to      = "turns"
message = "CANARY for the other."
secret_from = "others"
"""
SOON = (date.today() + timedelta(days=10)).isoformat()


def add(home: Home, words: str, *more: str, who: str = "ana") -> str:
    return home.text("promise", "add", words, "--as", who, *more)


def test_a_promise_is_noted_with_its_number_and_its_day(home: Home) -> None:
    assert add(home, "read more").strip() == "1: Noted, without a day."
    assert add(home, f"call the plumber by {SOON}").startswith("2: Noted, for ")
    assert add(home, "water the plants", who="ben").startswith("1: ")


def test_a_list_shows_ones_own_and_what_others_share(home: Home) -> None:
    add(home, "CANARY of my own")
    add(home, f"call the plumber by {SOON}", "--share", "everyone")
    add(home, "water the plants", who="ben")
    ana, ben = (home.json("promise", "list", "--for", who) for who in ("ana", "ben"))
    assert [(row["number"], row["words"]) for row in ana] == [(1, "CANARY of my own"), (2, "call the plumber")]
    assert [(row["number"], row["person"], row["words"]) for row in ben] == [
        (1, "ben", "water the plants"),
        (None, "ana", "call the plumber"),
    ]
    assert ana[1]["shared_with"] == ["ben"]
    assert ben[1]["shared_with"] is None
    assert "CANARY" not in home.text("promise", "list", "--for", "ben")
    assert "Ana" in home.text("promise", "list", "--for", "ben")


def test_its_owner_keeps_moves_and_drops_it(home: Home) -> None:
    add(home, f"call the plumber by {SOON}", "--share", "ben")
    later = (date.today() + timedelta(days=20)).isoformat()
    assert home.text("promise", "move", "1", later, "--as", "ana").startswith("1: Noted, for ")
    assert home.json("promise", "list", "--for", "ana")[0]["due_utc"][:10] in (
        later,
        (date.fromisoformat(later) + timedelta(days=1)).isoformat(),  # the day ends later than the one in UTC
    )
    for verb, state in (("keep", "kept"), ("drop", "dropped")):
        assert home.json("promise", verb, "1", "--as", "ana")["changed"]
        assert home.json("promise", "list", "--for", "ben")[0]["state"] == state
        assert not home.json("promise", verb, "1", "--as", "ana")["changed"]


def test_what_is_not_there_is_said_in_the_same_words_whatever_others_have(home: Home) -> None:
    add(home, "water the plants", who="ben")
    add(home, "read a letter", "--share", "ana", who="ben")
    for number in ("1", "2", "0", "99"):
        error = home.run("promise", "keep", number, "--as", "ana").exception
        assert isinstance(error, NotFound)
        assert "no promise with that number" in str(error)


def test_a_day_that_is_none_is_refused_with_how_to_write_one(home: Home) -> None:
    add(home, "read more")
    error = home.run("promise", "move", "1", "Blursday", "--as", "ana").exception
    assert isinstance(error, RitualsdError)
    assert "2026-12-03" in error.todo


def test_no_list_is_read_for_nobody_in_particular(home: Home) -> None:
    add(home, "CANARY of my own", "--share", "everyone")
    result = home.run("promise", "list")
    assert result.exit_code == 2
    assert "CANARY" not in result.output
    for words in ("log", "log --for ben", "why", "status", "simulate --days 30 --for ben"):
        told = home.run(*words.split()).output
        assert "of my own" not in told
        assert "promise" not in told


def test_simulate_shows_its_owner_when_they_will_hear_of_it(home: Home) -> None:
    add(home, f"WREN by {SOON}")
    bodies = [each["body"] for each in home.json("simulate", "--days", "14", "--for", "ana")["messages"]]
    assert sum("WREN" in body for body in bodies if body) == 2
    for whom in ((), ("--for", "ben")):
        assert "WREN" not in home.text("simulate", "--days", "14", *whom)


def turn(home: Home, ritual: str) -> tuple[str, str]:
    """The newest occurrence of it, and whose it is."""
    found = [
        (row["occurrence"], row["person"])
        for who in ("ana", "ben")
        for row in home.json("log", "--for", who)
        if row["ritual"] == ritual and row["occurrence"]
    ]
    ((name, person),) = found
    return name, person


@pytest.fixture
def taken(home: Home) -> Home:
    home.write(TWO + COOK)
    home.text("send", "cook")
    home.text("send", "gift")
    return home


def test_a_turn_is_given_back_and_its_reason_is_told_to_its_person(taken: Home) -> None:
    name, person = turn(taken, "cook")
    assert taken.text("swap", name, "--as", person).startswith("Noted. The others are asked")
    assert "given back" in taken.text("why", name, "--for", person)


def test_a_secret_turn_rests_and_other_listings_stay_as_they_were(taken: Home) -> None:
    name, person = turn(taken, "gift")
    other = "ben" if person == "ana" else "ana"
    commands = (("next", "--for", other), ("log", "--for", other), ("why", "--for", other), ("log",), ("status",))
    before = [taken.run(*each).output for each in commands]
    assert taken.text("swap", name, "--as", person).strip() == "Noted, thank you."
    assert [taken.run(*each).output for each in commands] == before


def test_only_a_turn_can_be_given_back_and_only_by_its_person(taken: Home) -> None:
    name, person = turn(taken, "cook")
    other = "ben" if person == "ana" else "ana"
    assert isinstance(taken.run("swap", name, "--as", other).exception, NotFound)
    taken.text("send", "tea", "--to", "ana")
    tea = next(row["occurrence"] for row in taken.json("log", "--for", "ana") if row["ritual"] == "tea")
    error = taken.run("swap", tea, "--as", "ana").exception
    assert isinstance(error, RitualsdError)
    assert "skip" in error.todo
