"""Many values, a few at a time. Knows nothing of what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of at most `size`, in their order; none is empty."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch
