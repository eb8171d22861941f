"""The running sites that web tests read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.home import Home, two_people


@pytest.fixture(scope="module")
def two() -> Iterator[Home]:
    """Two people's site, shared by tests that only read."""
    with two_people() as home:
        yield home


@pytest.fixture
def changing() -> Iterator[Home]:
    """The same, for a test that changes something or looks at the server itself."""
    with two_people() as home:
        yield home
