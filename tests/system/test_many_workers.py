"""A taste of `tests.system.many_workers`: workers are killed and their database is restarted while messages flow."""

from __future__ import annotations

import random

import pytest

from tests.postgres import needs_postgres
from tests.system.many_workers import all_arrived, crowd, result, until

pytestmark = [pytest.mark.process, needs_postgres]

MESSAGES = 150
KILLS = 3
ROUNDS = 6


def test_nothing_is_lost_and_at_most_one_message_repeats_for_each_worker_killed() -> None:
    rng = random.Random(1)
    with crowd(MESSAGES, impatient=True) as (house, peer):
        house.let_it_be_time()
        house.start_workers()
        for number in range(KILLS):
            assert until(lambda enough=30 * (number + 1): len(peer.arrived) >= enough, 180), house.log  # type: ignore[misc] # bound at once
            house.kill_one(rng)
        house.server.restart()
        for _ in range(ROUNDS):
            if all_arrived(house, peer, without_news_s=20) and until(lambda: house.count("state <> 'sent'") == 0, 20):
                break
            house.stop_workers()
            house.let_time_pass()
            house.start_workers()
        house.stop_workers()
        assert result(house, peer).holds, (result(house, peer), house.log)
        assert house.count("state <> 'sent'") == 0
