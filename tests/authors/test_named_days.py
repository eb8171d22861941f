"""A plugin that names calendars, lived through in the daemon its author holds."""

from __future__ import annotations

from typing import Any

pytest_plugins = "ritualsd.testing"

TERM = """
    from datetime import date
    from ritualsd import PluginInfo, hookimpl

    PLUGIN = PluginInfo(name="term")

    @hookimpl
    def ritualsd_calendars(years):
        return {"school": [(date(2026, 3, 3), date(2026, 3, 4))]}
"""
CONFIG = """
    timezone = "UTC"

    [people.ana]

    [rituals.walk]
    when    = "every day at 18:00"
    to      = "ana"
    message = "Round the pond?"
    skip    = ["school"]
"""


def test_the_days_it_names_are_left_out(daemon: Any) -> None:
    house = daemon(CONFIG, TERM)
    assert len(house.run_until("2026-03-06T12:00")) == 2
    states = [(entry.occurrence.slot, entry.occurrence.reason) for entry in house.record()]
    assert states == [("2026-03-02", "sent"), ("2026-03-03", "away"), ("2026-03-04", "away"), ("2026-03-05", "sent")]
