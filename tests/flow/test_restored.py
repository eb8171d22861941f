"""After a restore, what came due since the backup is decided and not said; what comes then comes as always."""

from __future__ import annotations

from datetime import timedelta

from ritualsd.flow.plan import RESTORED
from ritualsd.testing import VirtualClock
from tests.builders import NOON, person, ritual, settings
from tests.flow.stage import Stage

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def test_what_came_due_since_the_backup_is_missed_even_if_it_could_still_be_caught_up() -> None:
    stage = Stage(settings(ritual(when="every day at 13:00 and 15:00"), people=(person("ana"),)), VirtualClock(NOON))
    stage.until(NOON + 1.5 * HOUR)
    stage.asleep_until(NOON + DAY + 3.5 * HOUR)
    stage.world.store.remember(RESTORED, stage.clock.at.isoformat())
    stage.until(NOON + 2 * DAY + 1.5 * HOUR)
    assert [(slot[5:], state, reason) for slot, state, reason in stage.states()] == [
        ("03-02T13:00", "closed", "sent"),
        ("03-02T15:00", "missed", "restored"),
        ("03-03T13:00", "missed", "restored"),
        ("03-03T15:00", "missed", "restored"),
        ("03-04T13:00", "closed", "sent"),
    ]


def test_a_slot_due_at_the_very_moment_of_the_restore_is_not_said_and_the_next_outage_is_an_outage() -> None:
    stage = Stage(settings(ritual(when="every day at 13:00"), people=(person("ana"),)), VirtualClock(NOON))
    stage.asleep_until(NOON + HOUR)
    stage.world.store.remember(RESTORED, stage.clock.at.isoformat())
    stage.turn()
    stage.asleep_until(NOON + DAY + 2 * HOUR)
    stage.turn()
    assert [(state, reason) for _, state, reason in stage.states()] == [("missed", "restored"), ("closed", "sent")]


def test_turns_go_on_from_the_backup() -> None:
    turns = ritual("cook", when="every day at 13:00", to=("ana", "ben"), turns=True)
    stage = Stage(settings(turns, people=(person("ana"), person("ben"))), VirtualClock(NOON))
    stage.until(NOON + 2 * DAY - HOUR)
    before = dict(stage.world.store.counts_by_person("cook"))
    stage.asleep_until(NOON + 5 * DAY)
    stage.world.store.remember(RESTORED, stage.clock.at.isoformat())
    stage.until(NOON + 5 * DAY)
    assert stage.world.store.counts_by_person("cook") == before == {"ana": 1, "ben": 1}
