"""A taste of `tests.system.scale_faults` and `tests.system.village_faults`, which go on for longer."""

from __future__ import annotations

import pytest

from tests.postgres import needs_postgres
from tests.system import scale_faults, village_faults

pytestmark = pytest.mark.process


@needs_postgres
def test_a_standby_that_takes_over_while_messages_flow_loses_and_repeats_nothing() -> None:
    told = scale_faults.failover(100, impatient=True)
    assert told.holds, told


@needs_postgres
def test_a_server_that_freezes_while_messages_flow_loses_and_repeats_nothing() -> None:
    told = scale_faults.pause(100, seconds=1.0, impatient=True)
    assert told.holds, told


@needs_postgres
def test_two_planners_and_five_workers_whose_clocks_differ_send_each_message_once_and_none_too_soon() -> None:
    told = scale_faults.clocks(100)
    assert told.holds, told


def test_a_daemon_keeps_its_pace_while_two_other_providers_swallow_everything() -> None:
    assert village_faults.hole(150, lead_s=3.0)
