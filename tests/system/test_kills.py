"""A taste of the kill harness on every push; the long run is `make kills`."""

import pytest

from tests.system.kills import marking_first, run_phase

pytestmark = pytest.mark.process


def test_nothing_is_lost_and_at_most_one_message_repeats_per_kill():
    import sys

    result = run_phase([sys.executable, "-m", "ritualsd"], kills=12, seed=1)
    assert result.kills >= 8, result
    assert result.holds, result


def test_the_harness_catches_code_that_marks_before_it_sends(tmp_path):
    result = run_phase(marking_first(tmp_path), kills=12, seed=2, patience_s=60)
    assert result.lost > 0, result
