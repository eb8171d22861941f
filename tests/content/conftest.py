"""A fresh yard for every test of the content room, and a small configuration for its commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.content.hosting import Yard

CONFIG = """\
timezone = "Europe/Berlin"

[people.ana]
name = "Ana"

[rituals.thanks]
when = "every day at 08:00"
to = "ana"
prompt = "gratitude"
"""


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    made = Yard(root=tmp_path)
    yield made
    made.close()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    return path
