"""What a worker makes of a changed configuration: it takes up what a planner would, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritualsd.config import load
from ritualsd.core.events import E
from tests.daemon.village import MAIN, Village, household


def test_a_worker_of_many_households_does_not_become_one_of_a_single_household(tmp_path: Path) -> None:
    pytest.importorskip("procrastinate")
    from ritualsd.daemon.worker import Worker
    from ritualsd.engine.pace import PACE

    village = Village(tmp_path, {"oak.toml": household()})
    village.look()
    main = tmp_path / "config.toml"
    worker = Worker(village.live, main, {}, "", 1, PACE)
    main.write_text('timezone = "UTC"\n' + household())
    worker._take_up(load(main, {}))
    assert village.names()[-1] == E.CONFIG_REFUSED
    assert village.houses.at("oak").settings.household.id == "oak"
    main.write_text(MAIN.replace("UTC", "Europe/Berlin"))
    worker._take_up(load(main, {}))
    assert village.live.settings.household.zone == "Europe/Berlin"
