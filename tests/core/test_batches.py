"""Slicing loses nothing, turns nothing round, and makes no slice that is empty or too long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.batches import batched


@given(st.lists(st.integers()), st.integers(1, 7))
def test_the_batches_put_together_are_the_values_in_their_order(values: list[int], size: int) -> None:
    batches = list(batched(values, size))
    assert [value for batch in batches for value in batch] == values
    assert all(len(batch) == size for batch in batches[:-1])
    assert all(1 <= len(batch) <= size for batch in batches)
