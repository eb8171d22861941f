"""The folder of a worker: its own while it runs, and gone afterwards, however it ended."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from ritualsd.daemon.scratch import scratch

KILLED = """
import os, signal, sys
from ritualsd.daemon.scratch import scratch
with scratch(sys.argv[1]) as folder:
    (folder / "token").write_text("kept between two sends")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_worker_left_is_removed_by_the_next(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    with scratch(str(tmp_path)) as folder:
        assert folder != left
        assert list(tmp_path.iterdir()) == [folder]
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_worker_that_runs_is_left_alone_and_so_is_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "ritualsd-worker-of-mine").mkdir()
    (tmp_path / "ritualsd-worker-notes").write_text("a file")
    with scratch(str(tmp_path)) as first:
        with scratch(str(tmp_path)):
            assert first.is_dir()
        assert first.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ritualsd-worker-notes", "ritualsd-worker-of-mine"]
