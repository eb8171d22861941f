"""The folder of a process: its own while it runs, and gone afterwards, however it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from ritualsd.content.scratch import Scratch

KILLED = """
import os, signal, sys
from ritualsd.content.scratch import Scratch
with Scratch("ours-", sys.argv[1]) as folder:
    (folder.path / "token").write_text("kept between two sends")
    os.kill(os.getpid(), signal.SIGKILL)
"""

ONE = """
from ritualsd.content.process import PluginProcess
PluginProcess()
"""
ONE_KILLED = f"{ONE}import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    with Scratch("ours-", str(tmp_path)) as folder:
        assert folder.path != left
        assert list(tmp_path.iterdir()) == [folder.path]
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_process_that_runs_is_left_alone_and_so_is_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "ours-of-mine").mkdir()
    (tmp_path / "ours-notes").write_text("a file")
    with Scratch("ours-", str(tmp_path)) as first:
        with Scratch("ours-", str(tmp_path)):
            assert first.path.is_dir()
        assert first.path.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ours-notes", "ours-of-mine"]


def test_the_folder_of_a_plugin_whose_host_was_killed_is_removed_when_the_next_one_starts(tmp_path: Path) -> None:
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", ONE_KILLED], check=False, timeout=60, env=env)
    assert ended.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    subprocess.run([sys.executable, "-c", ONE], check=True, timeout=60, env=env)
    assert not left.exists()
