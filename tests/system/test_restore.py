"""The drill: a backup from a daemon at work, restored in a fresh folder, and nobody hears anything a second time."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from ritualsd.core.reasons import SENTENCES
from ritualsd.daemon.client import call
from tests.system.daemon import House, Peer, until

pytestmark = pytest.mark.process

HOME = """
timezone = "UTC"
[web]
enabled = false
[people.ana]
name = "Ana"
channels = {{ phone = "{url}" }}
"""
RITUAL = """
[rituals.r{number}]
when = "on 2037-01-01 at 04:00"
to = "ana"
message = "word number {number}"
"""
MANY = 25
RESTORED = SENTENCES["restored"]


def test_a_backup_of_a_busy_daemon_restored_elsewhere_says_nothing_twice(tmp_path: Path, peer: Peer) -> None:
    text = HOME.format(url=peer.url) + "".join(RITUAL.format(number=number) for number in range(MANY))
    houses = []
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        houses.append(House(tmp_path / name, text))
    old, new = houses
    backup = tmp_path / "rituals.backup"
    try:
        old.start()
        making = subprocess.Popen(old.words("backup", str(backup), "--plain"), env=old.env)
        for number in range(MANY):
            assert (call(old.state, "send", ritual=f"r{number}") or {})["ok"]
            time.sleep(0.05)  # so that the backup falls somewhere among them
        assert making.wait(60) == 0
        assert until(lambda: len(peer.bodies) == MANY)
        refused = old.tell("restore", str(backup), "--force")
        assert (refused.returncode, "already running" in refused.stderr) == (3, True)
        old.close()

        done = new.tell("restore", str(backup))
        assert done.returncode == 0, done.stderr
        new.start()
        assert until(lambda: (call(new.state, "status") or {})["status"]["ok"])
        time.sleep(1)
        assert (call(new.state, "status") or {})["status"]["pending"] == 0
        assert len(peer.bodies) == len(set(peer.bodies)) == MANY
        rows = json.loads(new.tell("log", "-n", "100", "--json").stdout)
        assert {(row["state"], row["reason"]) for row in rows} <= {
            ("sent", "sent"), ("cancelled", RESTORED), ("missed", "restored"),
        }  # fmt: skip
    finally:
        for house in houses:
            house.close()
