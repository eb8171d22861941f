"""Who is asked to take a turn, when, and what an answer to being asked means."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core import swaps
from ritualsd.core.phrases import IN_ENGLISH
from ritualsd.core.turns import FREE, SWAPPED, fair_order, next_turn
from ritualsd.model import Household, Occurrence, OccurrenceState
from tests.builders import NOON, person, ritual

HOUR = timedelta(hours=1)
PEOPLE = ("ana", "ben", "cleo", "dan", "eve")
HOME = Household(people={each: person(each) for each in PEOPLE})
COOK = ritual("cook", when="every day at 12:00", to=PEOPLE, turns=True)


def turn(who="ana", **over):
    given = {"ritual": "cook", "slot": "2026-03-02", "person": who, "due_utc": NOON, "id": 7}
    return Occurrence(**given | {"slot_local": NOON.replace(tzinfo=None), "zone": "UTC"} | over)


@given(
    people=st.lists(st.sampled_from("abcdefg"), min_size=1, unique=True),
    counts=st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 5)),
)
def test_a_fair_order_has_everyone_once_and_whoever_is_next_first(people, counts):
    order = fair_order(people, counts, secret=b"k", ritual="r")
    assert sorted(order) == sorted(people)
    assert order[0] == next_turn(people, counts, secret=b"k", ritual="r")
    assert [counts.get(each, 0) for each in order] == sorted(counts.get(each, 0) for each in people)


def test_whoever_had_it_at_this_slot_is_not_asked():
    free = {"state": OccurrenceState.SKIPPED, "reason": FREE}
    here = [turn(), turn("ben", id=8, **free), turn("cleo", id=9, part="~nudge-1")]
    assert set(swaps.to_ask(turn(), COOK, here, {}, HOME, b"k")) == {"cleo", "dan", "eve"}


@given(count=st.integers(1, 5), minutes=st.integers(1, 10_000))
def test_everyone_is_asked_in_time_and_one_after_the_other(count, minutes):
    until = NOON + timedelta(minutes=minutes)
    asked = swaps.asks(turn(), PEOPLE[:count], until, HOME, NOON)
    times = [each.due_utc for each in asked]
    assert [each.person for each in asked] == list(PEOPLE[:count])
    assert times == sorted(set(times))
    assert times[0] == NOON
    assert times[-1] < until
    assert all(later - earlier <= swaps.NEXT_ASKED_AFTER for earlier, later in pairwise(times))


def test_too_late_nobody_is_asked():
    assert swaps.asks(turn(), PEOPLE, NOON, HOME, NOON) == ()


def test_a_turn_is_open_until_its_message_makes_no_sense_or_the_next_one_comes():
    assert swaps.open_until(turn(), COOK, None) == NOON + 72 * HOUR
    assert swaps.open_until(turn(), COOK, NOON + 24 * HOUR) == NOON + 24 * HOUR
    ahead = turn(slot="2026-03-20")
    assert swaps.open_until(ahead, COOK, NOON + 24 * HOUR) == datetime(2026, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "means"),
    [("Yes", True), ("ok.", True), ("gladly", True), ("no", False), ("Sorry", False), ("maybe", None), ("", None)],
)
def test_an_answer_is_yes_no_or_neither(text, means):
    assert swaps.takes(text, IN_ENGLISH) is means


def test_each_choice_that_is_offered_is_understood():
    assert [swaps.takes(choice, IN_ENGLISH) for choice in swaps.choices(IN_ENGLISH)] == [True, False]


@pytest.mark.parametrize(
    ("over", "at", "gives"),
    [
        ({}, turn(), True),
        ({"turns": False}, turn(), False),
        ({"to": ("ana",)}, turn(), False),
        ({}, turn(part="~nudge-1"), False),
        ({}, turn(part="-3d"), True),
    ],
)
def test_only_a_turn_among_several_can_be_given_back(over, at, gives):
    cook = ritual("cook", **{"to": PEOPLE, "turns": True} | over)
    assert swaps.gives_back("I can't this time.", cook, at, IN_ENGLISH) is gives


@pytest.mark.parametrize(
    ("secret_from", "is_open"),
    [(frozenset(), True), ("others", False), (frozenset({"ben"}), False), (frozenset({"visitor"}), True)],
)
def test_where_one_of_them_must_not_know_nobody_is_asked(secret_from, is_open):
    cook = ritual("cook", to=PEOPLE, turns=True, secret_from=secret_from)
    assert swaps.is_open(cook, "ana", HOME) is is_open


def test_whoever_gave_it_back_gets_no_more_of_it():
    for reason in (FREE, SWAPPED):
        assert swaps.was_given_back("ana", [turn(state=OccurrenceState.SKIPPED, reason=reason)])
    assert not swaps.was_given_back("ben", [turn(state=OccurrenceState.SKIPPED, reason=FREE)])
    assert not swaps.was_given_back("ana", [turn()])
