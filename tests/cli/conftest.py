"""The household the command-line tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.home import TWO, Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Ana and Ben; a ritual for both, and one that is Ana's secret. Nothing has run yet."""
    made = Home(tmp_path)
    made.write(TWO)
    return made


@pytest.fixture
def lived(home: Home) -> Home:
    """The same, after each ritual was sent once."""
    home.text("send", "tea")
    home.text("send", "plan")
    return home
