"""A pool of real sending processes, shared by the tests that do not harm it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ritualsd.model import Channel, Event, Outcome, Secret
from ritualsd.send.pool import SenderPool
from tests.send import sink as peer
from tests.send.sink import Sink

Send = Callable[..., Outcome]


def to(url: str) -> Channel:
    return Channel(person="ana", name="phone", url=Secret(url))


def warmed(pool: SenderPool) -> None:
    """Wait until a worker is loaded, so that a short deadline measures the peer and not a busy machine."""
    with Sink(peer.status(200)) as sink:
        assert pool.send(to(f"json://{sink.address}/"), "", "x", deadline_s=60).kind == "sent"


@pytest.fixture(scope="session")
def shared_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SenderPool]:
    pool = SenderPool(tmp_path_factory.mktemp("state"), emit=lambda _: None)
    yield pool
    pool.close()


@pytest.fixture
def send(shared_pool: SenderPool) -> Send:
    """Send one message to a URL: `send(url, title=…, body=…, deadline_s=…)`."""
    warmed(shared_pool)

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
