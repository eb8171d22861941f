"""Turns are fair by the record and the same after a restart."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.turns import next_turn


@given(
    people=st.lists(st.sampled_from("abcdefg"), min_size=1, unique=True),
    turns=st.integers(0, 60),
    secret=st.binary(min_size=1, max_size=8),
)
def test_counts_never_differ_by_more_than_one(people, turns, secret):
    counts: Counter[str] = Counter()
    for _ in range(turns):
        counts[next_turn(people, counts, secret=secret, ritual="r")] += 1
        assert max(counts[p] for p in people) - min(counts[p] for p in people) <= 1


def test_the_order_of_the_file_does_not_decide_whose_turn_it_is():
    assert next_turn(["ana", "ben"], {}, secret=b"k", ritual="r") == next_turn(
        ["ben", "ana"], {}, secret=b"k", ritual="r"
    )
