"""The `store` fixture: every kind of ledger the contract suite runs on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ritualsd.ports import Store
from tests.contract.ledgers import EVERY_KIND, KINDS, Open


@pytest.fixture(params=EVERY_KIND)
def open_again(request: pytest.FixtureRequest) -> Iterator[Open]:
    with KINDS[request.param]() as opener:
        yield opener


@pytest.fixture
def store(open_again: Open) -> Store:
    return open_again()
