"""Taking up a changed configuration: at once, by itself, and never one that cannot be meant."""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest

from tests.system.daemon import House, config, until

pytestmark = pytest.mark.process


def hup(house: House) -> None:
    """SIGHUP, and wait until the daemon says that it is done."""
    ready = house.systemd.count("READY=1")
    house.signal(signal.SIGHUP)
    assert until(lambda: house.systemd.count("READY=1") > ready)


def config_state(house: House) -> Any:
    return house.status()["config"]


def test_sighup_takes_up_a_changed_schedule_and_tells_systemd(house: House) -> None:
    house.start()
    house.config.write_text(config().replace("04:00", "05:30"))
    hup(house)
    assert house.status()["next_due_utc"].endswith("T05:30:00Z")
    reloading = house.systemd.heard.index("RELOADING=1")
    assert house.systemd.heard[reloading + 1].startswith("MONOTONIC_USEC=")
    assert house.systemd.heard[reloading:].count("READY=1") >= 1


def test_a_changed_file_is_noticed_without_a_signal(house: House) -> None:
    house.start()
    house.config.write_text(config().replace("04:00", "05:30"))
    assert until(lambda: house.status()["next_due_utc"].endswith("T05:30:00Z"))


@pytest.mark.parametrize(
    "broken",
    [
        "this is no TOML [",
        "",
        config().replace("every day at 04:00", "every dya at 04:00"),
        config().replace("UTC", "Europe/Nowhere"),
        config().partition("[rituals.hello]")[0],
        None,
    ],
    ids=["no TOML", "empty", "a wrong phrase", "a wrong zone", "no ritual left", "vanished"],
)
def test_what_cannot_be_meant_keeps_the_old_schedule_says_so_and_heals(house: House, broken: str | None) -> None:
    house.start()
    if broken is None:
        house.config.unlink()
    else:
        house.config.write_text(broken)
    hup(house)
    status = house.status()
    assert status["config"]["stale"] is True
    assert status["config"]["error"]
    assert status["running"] is True
    assert status["next_due_utc"].endswith("T04:00:00Z")
    assert "Traceback" not in house.log
    assert any(line.startswith("STATUS=") and "old schedule kept" in line for line in house.systemd.heard)
    house.config.write_text(config().replace("04:00", "05:30"))
    hup(house)
    assert config_state(house) == {"stale": False, "error": None}
    assert house.status()["next_due_utc"].endswith("T05:30:00Z")


def test_a_broken_file_is_told_once_and_not_once_a_look(house: House) -> None:
    house.start()
    house.config.write_text("broken [")
    assert until(lambda: config_state(house)["stale"])
    time.sleep(11)
    assert house.log.count("config.refused") == 1


def test_a_storm_of_signals_leaves_it_well(house: House) -> None:
    house.start()
    for number in range(200):
        house.config.write_text(config().replace("04:00", f"05:{number % 60:02}"))
        house.signal(signal.SIGHUP)
    house.config.write_text(config().replace("04:00", "06:45"))
    hup(house)
    assert until(lambda: house.status()["next_due_utc"].endswith("T06:45:00Z"))
    assert until(lambda: house.status()["ok"])
