"""Lanes: one delivery in each, the others wait, and what was handled rests a while."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ritualsd.engine.lanes import REST_S, Lanes
from ritualsd.model import Delivery
from tests.builders import delivery


def to(channel: str, number: int, household: str = "one") -> Delivery:
    return delivery(id=number, channel=channel, household=household)


@given(channels=st.lists(st.sampled_from("abc"), max_size=12), most=st.integers(-1, 5))
def test_each_lane_gives_its_first_and_no_more_than_there_is_room_for(channels: list[str], most: int) -> None:
    lanes, due = Lanes(), [to(channel, number) for number, channel in enumerate(channels)]
    lanes.line_up(due, 0.0)
    taken = [each for batch in lanes.take(most) for each in batch]
    firsts = [each for place, each in enumerate(due) if each.channel not in channels[:place]]
    assert taken == firsts[: max(0, most)]
    assert (lanes.busy(), lanes.waiting()) == (len(taken), len(due) - len(taken))


def test_what_starts_together_comes_by_household() -> None:
    lanes = Lanes()
    lanes.line_up([to("a", 1, "two"), to("b", 2, "one"), to("c", 3, "two")], 0.0)
    assert [[each.id for each in batch] for batch in lanes.take(3)] == [[2], [1, 3]]


def test_a_lane_is_taken_until_what_came_of_it_is_recorded() -> None:
    lanes, first, second = Lanes(), to("a", 1), to("a", 2)
    lanes.line_up([first, second], 0.0)
    lanes.take(1)
    assert lanes.end(first, "carried")
    assert lanes.take(1) == []
    assert lanes.ended() == [[(first, "carried")]]
    assert lanes.all_ended()
    lanes.release([first], 0.0)
    assert lanes.take(1) == [[second]]
    assert not lanes.any_ended()


def test_what_is_handled_or_was_a_moment_ago_does_not_line_up_again() -> None:
    lanes, one = Lanes(), to("a", 1)
    lanes.line_up([one], 0.0)
    lanes.take(1)
    lanes.line_up([one], 0.0)
    assert lanes.waiting() == 0
    lanes.release([one], 0.0)
    lanes.line_up([one], REST_S - 0.1)
    assert lanes.waiting() == 0
    lanes.line_up([one], REST_S)
    assert lanes.waiting() == 1
