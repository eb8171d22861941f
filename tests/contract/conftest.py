"""The `store` fixture: every kind of ledger the contract suite runs on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ritualsd.ports import Store
from tests.contract.ledgers import KINDS, ON_A_SERVER, Open
from tests.postgres import needs_postgres


@pytest.fixture(
    params=[pytest.param(kind, marks=needs_postgres if kind in ON_A_SERVER else ()) for kind in sorted(KINDS)]
)
def open_again(request: pytest.FixtureRequest) -> Iterator[Open]:
    with KINDS[request.param]() as opener:
        yield opener


@pytest.fixture
def store(open_again: Open) -> Store:
    return open_again()
