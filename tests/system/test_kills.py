"""A taste of the kill harnesses on every push; the long runs are `make kills`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.kills import marking_first, run_phase

pytestmark = pytest.mark.process


def test_nothing_is_lost_and_at_most_one_message_repeats_per_kill():
    result = run_phase([sys.executable, "-m", "ritualsd"], kills=12, seed=1)
    assert result.kills >= 8, result
    assert result.holds, result


def test_the_harness_catches_code_that_marks_before_it_sends(tmp_path):
    result = run_phase(marking_first(tmp_path), kills=12, seed=2, patience_s=60)
    assert result.lost > 0, result


def kill_while_replies_arrive(*options):
    """In a process of its own, since it forks, and this one may have threads."""
    return subprocess.run(
        [sys.executable, "-m", "tests.system.reply_kills", "--kills", "30", "--seed", "1", *options],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_no_reply_that_was_confirmed_is_lost_however_the_daemon_ends():
    run = kill_while_replies_arrive()
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_harness_catches_code_that_confirms_before_it_keeps():
    run = kill_while_replies_arrive("--confirm-first")
    assert (run.returncode, "BROKEN" in run.stdout) == (1, True), run.stdout + run.stderr
