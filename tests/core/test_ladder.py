"""The ladder: what a level, some answers and a hard rating make of how deep a prompt may go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.english import PHRASES
from ritualsd.core.ladder import ANSWERS_A_STEP, DEEPEST_DRAWN, GROUND, START, climbed, depth_for, ground_key

levels = st.integers(1, 5)
answers = st.dictionaries(levels, st.integers(0, 9))


@pytest.mark.parametrize(
    ("ready", "answered", "open_to"),
    [
        (2, {}, 2),
        (1, {}, 1),
        (3, {}, 2),
        (3, {2: 3}, 2),
        (3, {2: 4}, 3),
        (4, {2: 4}, 3),
        (4, {2: 4, 3: 3}, 3),
        (4, {2: 4, 3: 4}, 4),
        (4, {3: 9}, 2),
        (5, {2: 9, 3: 9, 4: 9}, 4),
        (1, {2: 9, 3: 9}, 1),
    ],
)
def test_a_step_opens_after_four_answers_to_the_one_before(ready: int, answered: dict[int, int], open_to: int) -> None:
    assert climbed(ready, answered) == open_to


@given(ready=levels, answered=answers)
def test_nobody_is_ever_taken_deeper_than_they_said(ready: int, answered: dict[int, int]) -> None:
    found = climbed(ready, answered)
    assert found <= min(ready, DEEPEST_DRAWN)
    assert all(answered.get(step, 0) >= ANSWERS_A_STEP for step in range(START, found))


@given(ritual=levels, others=st.lists(levels, min_size=1, max_size=5), eased=st.booleans())
def test_the_lowest_wins_and_a_hard_rating_takes_one_more(ritual: int, others: list[int], eased: bool) -> None:
    found = depth_for(ritual, others, eased=eased)
    assert 1 <= found <= min(ritual, *others, DEEPEST_DRAWN)
    assert found == max(1, min(ritual, *others, DEEPEST_DRAWN) - eased)


@given(levels, st.permutations([1, 2, 3, 4]))
def test_it_makes_no_difference_who_is_the_lowest(ritual: int, people: list[int]) -> None:
    assert depth_for(ritual, people, eased=False) == depth_for(ritual, sorted(people), eased=False)


def test_what_goes_deep_stands_on_ground_the_same_for_everyone_at_a_slot() -> None:
    found = {ground_key(3, "talk", f"2026-03-{day:02}") for day in range(1, 29)}
    assert found == set(GROUND)
    assert all(key in PHRASES for key in GROUND)
    assert ground_key(2, "talk", "2026-03-01") == ""
    assert ground_key(4, "talk", "2026-03-01") == ground_key(3, "talk", "2026-03-01")
