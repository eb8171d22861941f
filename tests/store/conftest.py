"""What tests of the store ask for by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import fresh_database


@pytest.fixture
def url() -> Iterator[str]:
    """A database of its own on a server."""
    with fresh_database() as address:
        yield address


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder that is to be made."""
    return tmp_path / "state"
