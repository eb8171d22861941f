"""A promise lived through: made by a reply, spoken of twice, changed by its owner alone, and told to nobody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ritualsd.errors import NotFound, RitualsdError
from ritualsd.flow import promises
from ritualsd.flow.collect import collect
from ritualsd.model import Incoming, PromiseState
from ritualsd.testing import ListContent, VirtualClock
from tests.builders import channel, person, ritual, settings
from tests.flow.stage import Stage

MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HOME = (person("ana"), person("ben"))
THANKS = ritual("thanks", when="on 2026-11-30 at 07:00", to=("ana", "ben"))


def stage(*rituals, people=HOME):
    return Stage(settings=settings(*rituals, people=people), clock=VirtualClock(MONDAY), content=ListContent())


def add(on, text, who="ana", shared=()):
    return promises.add(on.world, on.settings, who, text, shared, on.clock.at)


def newest(on, who="ana"):
    return next(e.occurrence.name for e in on.world.store.history(person=who) if e.occurrence.state == "closed")


def say(on, text, name=None, who="ana", message=None):
    at = on.clock.at
    incoming = Incoming(
        occurrence=name or newest(on, who), person=who, text=text, source="test",
        source_msg_id=message or f"{at}{text}", received_utc=at,
    )  # fmt: skip
    return collect(on.world, on.settings, incoming, at)


def heard(on, label="ana/phone"):
    """(days since Monday, first line) of what reached a channel."""
    return [sent.body.split("\n")[0] for sent in on.sender.sent if sent.channel == label]


def only(on, who="ana"):
    (promise,) = on.world.store.promises.all(who)
    return promise


AHEAD = "A promise of yours, for Friday, 4 December: call the plumber"
AFTER = "How did it go with this one? call the plumber"


def test_it_is_spoken_of_the_day_before_and_the_day_after_and_then_never_again():
    home = stage()
    add(home, "call the plumber by Friday")
    home.until(MONDAY + 3 * DAY + 2 * HOUR)
    assert heard(home) == []
    home.until(MONDAY + 3 * DAY + 4 * HOUR)
    assert heard(home) == [AHEAD]
    home.until(MONDAY + 100 * DAY)
    assert heard(home) == [AHEAD, AFTER]
    assert only(home).state is PromiseState.OPEN
    assert heard(home, "ben/phone") == []


def test_a_promise_without_a_day_is_never_spoken_of():
    home = stage()
    assert add(home, "be kinder in the morning").due_utc is None
    home.until(MONDAY + 100 * DAY)
    assert heard(home) == []


@pytest.mark.parametrize(
    ("answer", "state", "line"),
    [
        ("kept", PromiseState.KEPT, "Noted: kept."),
        ("done", PromiseState.KEPT, "Noted: kept."),
        ("let go", PromiseState.DROPPED, "Noted: let go."),
        ("moved to Sunday", PromiseState.OPEN, "Noted, for Sunday, 6 December."),
        ("next week", PromiseState.OPEN, "Noted, for Saturday, 12 December."),
    ],
)
def test_its_owner_answers_the_question_in_a_word(answer, state, line):
    home = stage()
    add(home, "call the plumber by Friday")
    home.until(MONDAY + 5 * DAY + 4 * HOUR)
    kept = say(home, answer)
    assert (only(home).state, kept.words) == (state, line)


def test_moved_it_is_spoken_of_on_its_new_day_only():
    home = stage()
    add(home, "call the plumber by Friday")
    home.until(MONDAY + DAY)
    promises.move(home.world, home.settings, "ana", 1, "Sunday", home.clock.at)
    home.until(MONDAY + 30 * DAY)
    assert heard(home) == ["A promise of yours, for Sunday, 6 December: call the plumber", AFTER]
    assert ("1", "cancelled", "settled") in home.states("~promise")


@pytest.mark.parametrize("state", [PromiseState.KEPT, PromiseState.DROPPED])
def test_settled_before_its_day_nothing_is_said_of_it(state):
    home = stage()
    add(home, "call the plumber by Friday")
    promises.settle(home.world, home.settings, "ana", 1, state, home.clock.at)
    home.until(MONDAY + 30 * DAY)
    assert heard(home) == []


def test_an_answer_taken_back_leaves_it_open_as_before():
    home = stage()
    add(home, "call the plumber by Friday")
    home.until(MONDAY + 3 * DAY + 4 * HOUR)
    say(home, "kept")
    say(home, "undo")
    assert only(home).state is PromiseState.OPEN
    home.until(MONDAY + 30 * DAY)
    assert heard(home) == [AHEAD, AFTER]


def test_anything_else_said_to_the_question_leaves_it_open():
    home = stage()
    add(home, "call the plumber by Friday")
    home.until(MONDAY + 5 * DAY + 4 * HOUR)
    say(home, "skip")
    say(home, "👍")
    with pytest.raises(RitualsdError, match="no answer"):
        say(home, "I forgot")
    with pytest.raises(RitualsdError, match="day"):
        say(home, "moved to Blursday")
    assert only(home).state is PromiseState.OPEN


# by a reply to any message


def test_a_reply_to_any_message_makes_one_and_says_until_when():
    home = stage(THANKS)
    home.until(MONDAY + 2 * HOUR)
    kept = say(home, "promise: call the plumber by Friday")
    assert kept.words == "Noted, for Friday, 4 December."
    assert (only(home).words, only(home).shared_with) == ("call the plumber", frozenset())
    home.until(MONDAY + 30 * DAY)
    assert heard(home)[1:] == [AHEAD, AFTER]


def test_without_a_day_it_says_so():
    home = stage(THANKS)
    home.until(MONDAY + 2 * HOUR)
    assert say(home, "promise: be kinder").words == "Noted, without a day."


def test_the_same_reply_told_twice_makes_one_promise():
    home = stage(THANKS)
    home.until(MONDAY + 2 * HOUR)
    for _ in range(2):
        say(home, "promise: call the plumber by Friday", message="one")
    assert only(home).words == "call the plumber"


def test_a_reply_that_promises_nothing_keeps_nothing():
    home = stage(THANKS)
    home.until(MONDAY + 2 * HOUR)
    with pytest.raises(RitualsdError, match="words"):
        say(home, "promise: by Friday")
    assert home.world.store.promises.all() == ()


# whose it is


def test_numbers_are_a_persons_own_and_tell_nothing_of_what_others_promised():
    home = stage()
    add(home, "water the plants", who="ben")
    add(home, "read the letter", who="ben")
    add(home, "call the plumber by Friday")
    home.until(MONDAY + 3 * DAY + 4 * HOUR)
    assert newest(home).startswith("~promise@1/ana/")
    after, news = promises.settle(home.world, home.settings, "ana", 1, PromiseState.KEPT, home.clock.at)
    assert (after.words, news) == ("call the plumber", True)
    with pytest.raises(NotFound):
        promises.settle(home.world, home.settings, "ana", 2, PromiseState.KEPT, home.clock.at)
    assert {each.state for each in home.world.store.promises.all("ben")} == {PromiseState.OPEN}


def test_said_again_it_is_no_news():
    home = stage()
    add(home, "call the plumber by Friday")
    for news in (True, False):
        assert promises.settle(home.world, home.settings, "ana", 1, PromiseState.KEPT, home.clock.at)[1] is news


def test_sharing_and_settling_a_shared_one_tells_nobody():
    home = stage()
    add(home, "call the plumber by Friday", shared=("ana", "ben"))
    assert only(home).shared_with == {"ben"}
    promises.settle(home.world, home.settings, "ana", 1, PromiseState.DROPPED, home.clock.at)
    home.until(MONDAY + 30 * DAY)
    assert home.bodies() == []


def test_only_a_channel_nobody_shares_carries_it():
    shared = channel("ana", "kitchen", shared_with=frozenset({"ben"}))
    home = stage(people=(person("ana", channels=(shared, channel("ana", "own"))), person("ben")))
    add(home, "call the plumber by Friday", shared=("ben",))
    home.until(MONDAY + 30 * DAY)
    assert {sent.channel for sent in home.sender.sent} == {"ana/own"}
    home = stage(people=(person("ana", channels=(shared,)), person("ben")))
    add(home, "call the plumber by Friday")
    home.until(MONDAY + 30 * DAY)
    assert home.bodies() == []
    assert {why for _, _, why in home.states("~promise")} == {"no-safe-channel"}


def test_its_words_are_said_as_they_are_and_never_read_as_ours():
    home = stage()
    add(home, "tell {name} about {{braces}} <b>{day}</b> by Friday")
    home.until(MONDAY + 3 * DAY + 4 * HOUR)
    assert heard(home) == ["A promise of yours, for Friday, 4 December: tell {name} about {{braces}} <b>{day}</b>"]


def test_nothing_of_it_is_in_the_log():
    home = stage(THANKS)
    home.until(MONDAY + 2 * HOUR)
    say(home, "promise: CANARY by Friday")
    home.until(MONDAY + 3 * DAY + 4 * HOUR)
    assert "CANARY" in home.bodies()[-1]
    assert "CANARY" not in str(home.events)
    assert "~promise" not in str(home.events)


def test_who_lives_by_another_clock_since_is_still_reminded_of_the_day_they_named():
    home = stage()
    add(home, "call the plumber by Friday")
    moved = person("ana", "Asia/Tokyo")
    home.adopt(replace(home.settings, household=settings(people=(moved, person("ben"))).household))
    home.until(MONDAY + 30 * DAY)
    assert heard(home) == [AHEAD, AFTER]
