"""A house for each test of this folder; whatever still runs in it at the end is killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.daemon import House, Peer, listening


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    with listening() as made:
        yield made


@pytest.fixture
def house_with(tmp_path: Path) -> Iterator[Callable[[str], House]]:
    """A house with the configuration given."""
    made: list[House] = []

    def build(text: str) -> House:
        made.append(House(tmp_path, text))
        return made[-1]

    yield build
    for each in made:
        each.close()
