"""When the configuration is read again: once it stands still, even if it never does, and whenever it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ritualsd.config import load
from ritualsd.daemon.reload import PATIENCE, Reloader
from tests.builders import NOON
from tests.daemon.home import HeldClock, Home

TEXT = """
timezone = "UTC"
[people.ana]
name = "Ana"
[rituals.hello]
when = "every day at 04:00"
to = "ana"
message = "hello"
"""


class Looked:
    """A reloader on a real file, and how often what runs was replaced."""

    def __init__(self, path: Path) -> None:
        self.path, self.changes = path, 0
        path.write_text(TEXT)
        loaded = load(path, {})
        assert loaded.settings is not None
        self.home = Home(loaded.settings, HeldClock(NOON))
        self.reloader = Reloader(path, {}, self.home.live, self.home.alarm, loaded.fingerprint, self._changed)

    def _changed(self) -> None:
        self.changes += 1

    def write(self, hour: int) -> None:
        self.path.write_text(TEXT.replace("04:00", f"{hour:02}:00") + "#" * hour)

    def when(self) -> str:
        return self.home.live.settings.household.rituals["hello"].when


@pytest.fixture
def looked(tmp_path: Path) -> Looked:
    return Looked(tmp_path / "config.toml")


def test_a_file_that_did_not_change_is_not_read(looked: Looked, monkeypatch: Any) -> None:
    monkeypatch.setattr("ritualsd.daemon.reload.load", None)
    for _ in range(10):
        looked.reloader.look()


def test_a_changed_file_is_read_once_it_stands_still(looked: Looked) -> None:
    looked.write(5)
    looked.reloader.look()
    assert looked.changes == 0
    looked.reloader.look()
    assert looked.changes == 1
    assert looked.when() == "every day at 05:00"
    looked.reloader.look()
    assert looked.changes == 1


def test_a_file_that_never_stands_still_is_read_anyway(looked: Looked) -> None:
    for hour in range(5, 5 + PATIENCE):
        looked.write(hour)
        looked.reloader.look()
    assert looked.changes == 1


def test_what_is_asked_for_is_read_at_once(looked: Looked) -> None:
    looked.write(5)
    looked.reloader.ask()
    looked.reloader.look()
    assert looked.when() == "every day at 05:00"


def test_what_could_not_be_adopted_is_tried_again(looked: Looked, monkeypatch: Any) -> None:
    looked.write(5)
    with monkeypatch.context() as broken:
        broken.setattr("ritualsd.daemon.live.adopt", None)
        looked.reloader.ask()
        with pytest.raises(TypeError):
            looked.reloader.look()
    assert looked.when() == "every day at 04:00"
    assert looked.home.notifier.heard[-2:] == ["READY=1", "STATUS=1 ritual"]
    looked.reloader.look()
    looked.reloader.look()
    assert looked.when() == "every day at 05:00"


def test_plugins_are_opened_anew_only_where_what_they_were_told_changed(looked: Looked) -> None:
    before = looked.home.live.content
    looked.write(5)
    looked.reloader.ask()
    looked.reloader.look()
    assert looked.home.live.content is before
    looked.path.write_text(TEXT + "[plugins.gratitude]\nenabled = false\n")
    looked.reloader.ask()
    looked.reloader.look()
    assert looked.home.live.content is not before
    assert looked.home.live.world.content is looked.home.live.content
