"""What every folder of tests may ask for: the wheel built from this checkout, that wheel installed on its own, and a
cage around every daemon that is started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.installing import build_wheel, install
from tests.leaks.cage import Cage, caged

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever starts the real daemon starts it in a cage, before anything else is made ready."""
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("process"):
            item.fixturenames = ["cage", "nothing_escapes", *item.fixturenames]


@pytest.fixture(scope="module")
def cage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cage]:
    """What watches every process that the tests of a module start."""
    with caged(tmp_path_factory.mktemp("cage")) as made:
        yield made


@pytest.fixture
def nothing_escapes(cage: Cage) -> Iterator[None]:
    """When a test is over, no canary is anywhere but where it belongs."""
    yield
    assert cage.escaped() == []
