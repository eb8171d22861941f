"""The monthly note and the jar, lived through: private, calm, rare, and easy to do without."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from ritualsd.core.notices import ECHO, REVIEW
from ritualsd.model import LifeSeason, Person
from tests.builders import channel, person
from tests.flow.looking_back import DAY, asked, heard, household, say
from tests.flow.stage import Stage

APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def weekly(people: tuple[Person, ...] = ()) -> Stage:
    return household(people, when="every Monday at 09:00")


def answered(on: Stage, text: str = "a good day", days: int = 1) -> Stage:
    for day in range(0, 7 * days, 7):
        asked(on, day)
        say(on, "ana", text, day)
    return on


def due(on: Stage, ritual: str, who: str = "ana") -> list[datetime]:
    entries = on.world.store.history(ritual=ritual, person=who, limit=1000)
    return sorted(each.occurrence.due_utc for each in entries)


def test_on_the_first_one_is_told_that_a_look_back_is_there_and_nothing_of_what_is_in_it() -> None:
    on = answered(weekly(), days=3)
    on.until(APRIL + 40 * DAY)
    (body,) = heard(on, "ana", REVIEW)
    (at,) = due(on, REVIEW)
    assert at.date() == APRIL.date()
    assert 10 <= at.hour < 19
    assert "March" in body
    assert "good day" not in body


def test_whoever_said_little_or_nothing_is_not_told_so() -> None:
    on = answered(weekly(), days=2)
    on.until(APRIL + 2 * DAY)
    assert heard(on, "ana", REVIEW) + heard(on, "ben", REVIEW) == []


def test_a_look_back_missed_while_the_machine_was_off_comes_once_within_a_week() -> None:
    on = answered(weekly(), days=3)
    on.until(APRIL - 9 * DAY)
    on.asleep_until(APRIL + 4 * DAY)
    on.until(APRIL + 6 * DAY)
    assert len(heard(on, "ana", REVIEW)) == 1


@pytest.mark.parametrize("notice", [REVIEW, ECHO])
def test_ones_own_no_is_heard(notice: str) -> None:
    on = answered(weekly(), text="win: the shelf holds", days=4)
    on.world.store.personal.set_own("ana", notice[1:], "no", on.clock.at)
    on.until(on.clock.at + 150 * DAY)
    assert heard(on, "ana", notice) == []


@pytest.mark.parametrize("season", ["grief", "separated"])
@pytest.mark.parametrize("whose", ["", "ana"])
def test_both_rest_in_grief_and_after_a_parting(season: str, whose: str) -> None:
    on = answered(weekly(), days=4)
    say(on, "ana", "win: the shelf holds")
    on.world.store.personal.set_season(LifeSeason(name=season, person=whose, since_utc=on.clock.at))
    on.until(on.clock.at + 120 * DAY)
    assert heard(on, "ana", REVIEW) + heard(on, "ana", ECHO) == []


def test_something_from_the_jar_comes_back_at_most_once_in_thirty_days_to_its_owner_alone() -> None:
    on = answered(weekly(), text="win: the shelf holds")
    on.until(on.clock.at + 400 * DAY)
    at = due(on, ECHO)
    assert 6 <= len(at) <= 13
    assert all(later - earlier >= 30 * DAY for earlier, later in pairwise(at))
    assert all("the shelf holds" in body for body in heard(on, "ana", ECHO))
    assert heard(on, "ben", ECHO) == []


def test_an_echo_never_takes_a_channel_that_somebody_shares() -> None:
    shared = person("ana", channels=(channel("ana", shared_with=frozenset({"ben"})), channel("ana", "own")))
    on = answered(weekly((shared, person("ben"))), text="ok")
    say(on, "ana", "win: the shelf holds")
    on.until(on.clock.at + 120 * DAY)
    told = {sent.channel for sent in on.sender.sent if "the shelf holds" in sent.body}
    assert told == {"ana/own"}


def test_what_was_taken_back_does_not_come_back() -> None:
    on = answered(weekly(), text="win: the shelf holds")
    say(on, "ana", "undo")
    on.until(on.clock.at + 120 * DAY)
    assert heard(on, "ana", ECHO) == []


@pytest.mark.parametrize(("text", "comes_back"), [("the shelf holds", True), ("I don't feel safe", False)])
def test_an_answer_that_says_one_is_not_safe_never_comes_back_from_the_jar(text: str, comes_back: bool) -> None:
    on = answered(household(when="every Monday at 09:00", kind="celebrate"), text)
    on.until(on.clock.at + 120 * DAY)
    assert bool(heard(on, "ana", ECHO)) is comes_back
