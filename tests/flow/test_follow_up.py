"""Follow-up, lived through: its owner alone is asked once, some days later, and the question quotes nothing."""

from __future__ import annotations

import pytest

from ritualsd.core.english import PHRASES
from ritualsd.core.notices import FOLLOW_UP
from tests.builders import person
from tests.flow.looking_back import DAY, HOUR, asked, heard, household, said, say
from tests.flow.stage import Stage

QUESTION = PHRASES["follow-up"]


def live(on: Stage, days: int) -> None:
    on.until(on.clock.at + days * DAY)


def test_an_answer_to_come_back_to_is_asked_about_three_to_four_days_later_at_a_calm_hour() -> None:
    on = household()
    asked(on)
    kept = say(on, "ana", "The exam frightens me.\nCome back to this.")
    live(on, 6)
    assert (kept.reply.action, kept.reply.words) == ("text", "The exam frightens me.")
    assert heard(on, "ana", FOLLOW_UP) == [QUESTION]
    (entry,) = on.record(FOLLOW_UP)
    assert 3 * DAY <= entry.occurrence.due_utc - kept.reply.received_utc <= 4 * DAY + HOUR
    assert 10 <= entry.occurrence.due_utc.hour < 19


def test_the_question_quotes_nothing_and_nobody_else_learns_of_it() -> None:
    on = household()
    asked(on)
    say(on, "ana", "The exam frightens me.")
    say(on, "ana", "come back to this")
    live(on, 6)
    assert "exam" not in heard(on, "ana", FOLLOW_UP)[0]
    assert heard(on, "ben", FOLLOW_UP) == []
    assert all(event.fields.get("ritual") != FOLLOW_UP for event in on.events)


def test_a_low_is_asked_about_once_and_the_next_ones_of_that_week_are_left_alone() -> None:
    on = household((person("ana"),), ask="scale")
    for day, rating in enumerate(("2", "1", "2", "4")):
        asked(on, day)
        say(on, "ana", rating, day)
    live(on, 8)
    assert heard(on, "ana", FOLLOW_UP) == [QUESTION]


@pytest.mark.parametrize("after", ["undo", "5"])
def test_what_was_taken_back_or_rose_meanwhile_is_not_asked_about(after: str) -> None:
    on = household((person("ana"),), ask="scale")
    asked(on)
    say(on, "ana", "1")
    say(on, "ana", after)
    live(on, 6)
    assert heard(on, "ana", FOLLOW_UP) == []


def test_an_answer_to_the_question_is_its_owners_alone_and_reveals_nothing() -> None:
    on = household(reveal="at-once")
    asked(on)
    say(on, "ana", "come back to this")
    live(on, 5)
    (entry,) = on.record(FOLLOW_UP)
    before = len(heard(on, "ben"))
    say(on, "ana", "better, thank you", occurrence=entry.occurrence.name)
    on.until(on.clock.at + HOUR)
    assert said(on, "ana")[-1].words == "better, thank you"
    assert len(heard(on, "ben")) == before
