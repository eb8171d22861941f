"""What every folder of tests may ask for: the wheel built from this checkout, and that wheel installed on its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.installing import build_wheel, install

# A push is judged by the same examples each time; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("push", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "push"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as pip would fetch it."""
    return build_wheel(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `ritualsd` command of an environment in which only the wheel is ritualsd."""
    return install(wheel, tmp_path_factory.mktemp("installed"))
