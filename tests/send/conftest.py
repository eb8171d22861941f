"""A pool of real sending processes, shared by the tests that do not harm it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ritualsd.model import Channel, Event, Outcome, Secret
from ritualsd.send.pool import SenderPool

Send = Callable[..., Outcome]


def to(url: str) -> Channel:
    return Channel(person="ana", name="phone", url=Secret(url))


@pytest.fixture(scope="session")
def shared_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SenderPool]:
    pool = SenderPool(tmp_path_factory.mktemp("state"), emit=lambda _: None)
    yield pool
    pool.close()


@pytest.fixture
def send(shared_pool: SenderPool) -> Send:
    """Send one message to a URL: `send(url, title=…, body=…, deadline_s=…)`."""

    def send_one(url: str, *, title: str = "Hello", body: str = "A word.", deadline_s: float = 20.0) -> Outcome:
        return shared_pool.send(to(url), title, body, deadline_s=deadline_s)

    return send_one


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def own_pool(tmp_path: Path, events: list[Event]) -> Iterator[SenderPool]:
    """A pool of this test's own, whose workers may be killed; its events are in `events`."""
    pool = SenderPool(tmp_path, emit=events.append)
    yield pool
    pool.close()
