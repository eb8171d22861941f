"""`reply`: an answer from the command line, kept, and what it moves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from ritualsd.errors import NotFound, RitualsdError
from ritualsd.store import open_reader
from tests.cli.home import TWO, Home

FILTER = """
[rituals.filter]
when    = "3 weeks after done at 10:00"
to      = "ben"
message = "The water filter."

[rituals.mood]
when    = "every day at 20:00"
to      = "ana"
message = "How was it?"
ask     = ["Wonderful", "ok", "Not today"]
"""


@pytest.fixture
def sent(home: Home) -> Home:
    """Each of the two rituals was sent once."""
    home.write(TWO + FILTER)
    home.text("send", "filter")
    home.text("send", "mood")
    return home


def name_of(home: Home, ritual: str, person: str) -> str:
    (row,) = [row for row in home.json("log", "--for", person) if row["ritual"] == ritual]
    return str(row["occurrence"])


def actions(home: Home, name: str) -> list[tuple[str, str]]:
    store = open_reader(home.state)
    entry = store.find(name)
    assert entry is not None
    kept = [(reply.action.value, reply.words) for reply in store.replies(entry.occurrence.id)]
    store.close()
    return kept


def next_of(home: Home, ritual: str, person: str) -> list[str]:
    return [row["slot_local"] for row in home.json("next", "--ritual", ritual, "--for", person)]


def test_done_is_noted_and_moves_what_is_next(sent: Home) -> None:
    name = name_of(sent, "filter", "ben")
    (before,) = next_of(sent, "filter", "ben")
    told = sent.text("reply", name, "done", "--as", "ben")
    assert told.startswith("Noted: done. It comes next on ")
    (after,) = next_of(sent, "filter", "ben")
    assert before[10:] == after[10:] == "T10:00"
    answer = sent.json("reply", name, "ok", "--as", "ben")
    assert (answer["action"], answer["counts"], answer["person"]) == ("done", True, "ben")
    assert datetime.fromisoformat(answer["next_utc"]).strftime("%Y-%m-%d") == after[:10]


def test_simulate_goes_on_from_what_was_done(sent: Home) -> None:
    name = name_of(sent, "filter", "ben")
    sent.text("reply", name, "done", "--as", "ben")
    told = sent.json("simulate", "--days", "30", "--for", "ben")
    (due,) = [message["at_utc"] for message in told["messages"] if message["ritual"] == "filter"]
    (ahead,) = sent.json("next", "--ritual", "filter", "--for", "ben")
    assert due == ahead["due_utc"]


def test_skip_moves_nothing_and_says_so(sent: Home) -> None:
    told = sent.text("reply", name_of(sent, "filter", "ben"), "skip", "--as", "ben")
    assert told.strip() == "Noted: skipped. It counts from when it was done, so this moves nothing."


def test_the_last_answer_stands_and_the_earlier_ones_are_history(sent: Home) -> None:
    name = name_of(sent, "mood", "ana")
    for said in ("wonderful", "done", "Not today"):
        assert "Noted" in sent.text("reply", name, *said.split(), "--as", "ana")
    assert actions(sent, name) == [("choice", "Wonderful"), ("done", ""), ("choice", "Not today")]


def test_a_snooze_says_when_it_comes_again_and_why_agrees(sent: Home) -> None:
    name = name_of(sent, "filter", "ben")
    told = sent.text("reply", name, "snooze", "2h", "--as", "ben")
    assert told.startswith("Noted: it comes again on ")
    when = told.removeprefix("Noted: it comes again on ").strip().removesuffix(".")
    why = sent.text("why", name, "--for", "ben")
    assert f"It goes to ben/inbox on {when}." in why
    assert "failed" not in why
    answer = sent.json("reply", name, "snooze 3h", "--as", "ben")
    until = datetime.fromisoformat(answer["until_utc"])
    assert until - datetime.now(until.tzinfo) > timedelta(hours=2, minutes=50)


def test_what_is_no_answer_is_told_which_there_are(sent: Home) -> None:
    name = name_of(sent, "mood", "ana")
    error = sent.run("reply", name, "CANARY", "--as", "ana").exception
    assert isinstance(error, RitualsdError)
    assert 'answer with done, skip, snooze 2h, "Wonderful", "ok" or "Not today"' in str(error)
    assert "CANARY" not in str(error)
    assert actions(sent, name) == []


def test_nobody_answers_for_somebody_else(sent: Home) -> None:
    name = name_of(sent, "mood", "ana")
    foreign = sent.run("reply", name, "done", "--as", "ben").exception
    unknown = sent.run("reply", "mood@1999-01-01/ben", "done", "--as", "ben").exception
    assert isinstance(foreign, NotFound)
    assert str(foreign) == str(unknown)
    assert actions(sent, name) == []


def test_an_unknown_person_is_told_who_there_is(sent: Home) -> None:
    error = sent.run("reply", name_of(sent, "mood", "ana"), "done", "--as", "anna").exception
    assert isinstance(error, NotFound)
    assert "did you mean 'ana'" in str(error)


@pytest.mark.parametrize("arguments", [["x@y/ana"], ["x@y/ana", "done"], []])
def test_an_answer_needs_words_and_somebody_who_says_them(home: Home, arguments: list[str]) -> None:
    assert home.run("reply", *arguments).exit_code == 2


def test_an_answer_without_end_is_refused_before_it_is_handed_over(home: Home) -> None:
    error = home.run("reply", "x@y/ana", "a" * 100_000, "--as", "ana").exception
    assert isinstance(error, RitualsdError)
    assert "at most 4000 characters" in str(error)
