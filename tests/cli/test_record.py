"""`log`, `why`, `simulate` and `inbox`: what happened, and what would."""

from __future__ import annotations

import pytest

from ritualsd.cli.record import NOTHING_YET, words_from
from ritualsd.cli.table import clean
from ritualsd.core.links import inbox_token
from ritualsd.errors import NotFound
from ritualsd.store.peek import peek
from tests.cli.home import Home

LOG_KEYS = {
    "occurrence", "ritual", "person", "channel", "slot_local", "due_utc", "state", "attempts", "sent_utc", "reason",
}  # fmt: skip


@pytest.mark.parametrize("command", ["log", "why"])
def test_before_the_first_start_there_is_a_kind_word_and_an_empty_list(home: Home, command: str) -> None:
    assert home.text(command).strip() == NOTHING_YET
    assert home.json(command) == []
    assert not home.state.exists()


def test_the_log_has_a_row_for_each_message_and_channel(lived: Home) -> None:
    rows = lived.json("log", "--ritual", "tea")
    assert all(set(row) == LOG_KEYS for row in rows)
    assert {(row["person"], row["channel"], row["state"], row["attempts"]) for row in rows} == {
        ("ana", "inbox", "sent", 1),
        ("ben", "inbox", "sent", 1),
    }


def test_the_log_is_cut_at_n(lived: Home) -> None:
    assert len(lived.json("log", "-n", "1", "--ritual", "tea")) == 1


def test_why_says_what_became_of_it_and_where_the_words_came_from(lived: Home) -> None:
    told = lived.text("why", "--ritual", "tea", "--for", "ben")
    assert "Sent to ben/inbox on " in told
    assert "The words are the ritual's own." in told


def test_why_tells_of_one_occurrence_by_the_name_the_log_prints(lived: Home) -> None:
    name = lived.json("log", "--for", "ben")[0]["occurrence"]
    assert [row["occurrence"] for row in lived.json("why", name)] == [name]


def test_why_knows_what_was_never_decided_and_what_is_switched_off_or_paused(lived: Home) -> None:
    assert "switched off" in lived.text("why", "--ritual", "asleep")
    lived.text("pause", "--ritual", "tea")
    assert "It is paused now." in lived.text("why", "--ritual", "tea")


def test_why_for_a_name_that_is_none_says_where_to_find_one(lived: Home) -> None:
    error = lived.run("why", "tea@nowhere/ben").exception
    assert isinstance(error, NotFound)
    assert "ritualsd log --json" in str(error)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("deck:warm", "The words came from the deck warm."),
        ("plugin:weather", "The words came from the plugin weather."),
        ("message", "The words are the ritual's own."),
        ("", ""),
    ],
)
def test_the_source_of_words_reads_as_a_sentence(source: str, told: str) -> None:
    assert words_from(source) == told


def test_simulate_shows_every_message_and_counts_them_by_person_and_day(home: Home) -> None:
    told = home.json("simulate", "--days", "3", "--from", "2026-06-01", "--for", "ben")
    assert [message["at_utc"] for message in told["messages"]] == [
        "2026-06-01T14:30:00Z",
        "2026-06-02T14:30:00Z",
        "2026-06-03T14:30:00Z",
    ]
    assert told["messages"][0]["body"] == "The kettle is yours, Ben."
    assert told["per_person_per_day"] == {"ben": {"2026-06-01": 1, "2026-06-02": 1, "2026-06-03": 1}}
    assert told["not_sent"] == []


def test_simulate_changes_nothing(lived: Home) -> None:
    before = lived.json("log", "-n", "99")
    lived.text("simulate", "--days", "20")
    assert lived.json("log", "-n", "99") == before


def test_simulate_says_in_words_how_many_messages_there_were(home: Home) -> None:
    told = home.text("simulate", "--days", "3", "--from", "2026-06-01", "--for", "ben")
    assert "Ben: 3 messages on 3 days, at most 1 a day (2026-06-01)" in told
    told = home.text("simulate", "--days", "1", "--from", "2026-06-01", "--for", "ben")
    assert "Ben: 1 message on 1 day, at most 1 a day (2026-06-01)" in told


def test_the_inbox_address_is_the_persons_own_key(lived: Home) -> None:
    record = peek(lived.state)
    assert record is not None
    assert lived.text("inbox", "--for", "ben").strip().endswith("/inbox/" + inbox_token(record.secret, "ben"))


def test_there_is_no_inbox_address_before_the_first_start(home: Home) -> None:
    assert isinstance(home.run("inbox", "--for", "ben").exception, NotFound)


def test_a_name_is_needed_where_several_people_live(lived: Home) -> None:
    result = lived.run("inbox")
    assert (result.exit_code, "Add --for with one of: ana, ben" in result.output) == (2, True)


def test_nothing_a_deck_or_name_holds_can_steer_the_terminal() -> None:
    assert clean("a\x1b[31mb\u202ec\u200bd\ne\x07") == "a[31mbcd e"
