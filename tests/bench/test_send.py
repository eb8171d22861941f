"""The sender's benchmark runs, as little as runs at all, beside the peers it names. Nothing depends on how fast that
was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.process
def test_messages_leave_beside_apprise_and_beside_its_pool() -> None:
    command = [sys.executable, "-m", "bench.send", "--json", "--small", "--wires", "http", "slow"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    rows = json.loads(ran.stdout)["rows"]
    assert {row["peer"] for row in rows} == {"Apprise alone in a loop", "Apprise, its own pool"}
    assert [row["goal"]["value"] for row in rows if row["goal"]] == [1.5, 3.0]
    assert [row["unit"] for row in rows] == ["/s", "/s", "ms", "/s", "ms"]
    assert all(row["figure"] > 0 for row in rows if row["unit"] == "/s")
