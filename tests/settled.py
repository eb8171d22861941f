"""A record that knows everybody already, as after a first start: for tests that count what a daemon sends."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ritualsd.config import load
from ritualsd.store import open_store
from ritualsd.store.folder import lock, prepare_folder
from tests.builders import known_already


def settled(config: Path, state: Path) -> None:
    """Nobody in this configuration is welcomed by a daemon that is started on `state`. Nothing else is on record."""
    settings = load(config, {}).settings
    if settings is None:  # the test is about a configuration that is refused
        return
    with lock(prepare_folder(state)):
        store = open_store(state, url=settings.storage_url, clock_now=datetime.now(UTC), sealing=settings.sealing)
        known_already(store, settings, datetime.now(UTC))
        store.close()
