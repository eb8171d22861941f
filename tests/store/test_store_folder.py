"""The state folder: private, ours, and one daemon's at a time."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ritualsd.errors import AlreadyRunning, StateFolder
from ritualsd.store import open_store
from ritualsd.store.folder import lock, prepare_folder
from tests.contract.ledgers import NOW

HOLD = """
import sys, time
from pathlib import Path
from ritualsd.store.folder import lock
held = lock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def holder(state: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(state)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return prepare_folder(tmp_path / "state")


def test_the_folder_is_made_private_with_its_parents(tmp_path) -> None:
    state = prepare_folder(tmp_path / "a" / "b" / "state")
    assert mode(state) == 0o700
    assert prepare_folder(state) == state


def test_every_file_of_the_ledger_is_private_whatever_the_umask(tmp_path) -> None:
    before = os.umask(0)
    try:
        with lock(prepare_folder(tmp_path / "state")):
            store = open_store(tmp_path / "state", clock_now=NOW)
            files = {file.name: mode(file) for file in (tmp_path / "state").iterdir()}
            store.close()
    finally:
        os.umask(before)
    assert files == dict.fromkeys(("lock", "ritualsd.db", "ritualsd.db-wal", "ritualsd.db-shm"), 0o600)


@pytest.mark.parametrize("wide", [0o755, 0o750, 0o701, 0o707])
def test_a_folder_others_can_enter_is_refused_with_the_command_that_helps(state, wide) -> None:
    state.chmod(wide)
    with pytest.raises(StateFolder, match=f"chmod 700 {state}"):
        prepare_folder(state)
    with pytest.raises(StateFolder):
        open_store(state, clock_now=NOW)
    assert mode(state) == wide


def test_a_database_others_can_read_is_refused_with_the_command_that_helps(state) -> None:
    open_store(state, clock_now=NOW).close()
    (state / "ritualsd.db").chmod(0o640)
    with pytest.raises(StateFolder, match="chmod 600"):
        open_store(state, clock_now=NOW)


def test_a_symbolic_link_to_a_private_folder_is_fine(tmp_path, state) -> None:
    link = tmp_path / "link"
    link.symlink_to(state)
    open_store(prepare_folder(link), clock_now=NOW).close()
    assert (state / "ritualsd.db").exists()


def test_a_file_or_a_dangling_link_in_its_place_is_refused(tmp_path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("file", "dangling", "file/below"):
        with pytest.raises(StateFolder):
            prepare_folder(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_refused(state) -> None:
    state.chmod(0o500)
    with pytest.raises(StateFolder, match="written"):
        prepare_folder(state)


def test_a_second_lock_is_refused_soon_and_names_the_first(state) -> None:
    process = holder(state)
    try:
        began = time.monotonic()
        with pytest.raises(AlreadyRunning, match=f"process {process.pid}"):
            lock(state)
        assert time.monotonic() - began < 60
    finally:
        process.kill()
        process.wait()


def test_the_lock_of_a_killed_process_is_free_at_once(state) -> None:
    process = holder(state)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with lock(state, wait_s=0):
        assert (state / "lock").read_text() == f"{os.getpid()}\n"


def test_a_lock_let_go_while_waiting_is_taken(state) -> None:
    process = holder(state)
    terminated = subprocess.Popen(["/bin/sh", "-c", f"sleep 0.3; kill -9 {process.pid}"])
    with lock(state, wait_s=10):
        pass
    terminated.wait()
    process.wait()


def test_a_lock_is_let_go_once_and_can_be_taken_again(state) -> None:
    first = lock(state)
    with pytest.raises(AlreadyRunning):
        lock(state, wait_s=0)
    first.release()
    first.release()
    with lock(state, wait_s=0) as second:
        assert second is not first


def test_a_lock_needs_a_folder(tmp_path) -> None:
    with pytest.raises(StateFolder):
        lock(tmp_path / "nowhere")
