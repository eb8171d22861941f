"""Health: what makes `status` say no, and that it names labels and never the time of a surprise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ritualsd.daemon.health import LATE_S, ConfigState, Many, Standing, failing
from ritualsd.daemon.standing import standing
from ritualsd.flow.deliver import deliver_one
from ritualsd.model import Outcome
from ritualsd.ports.households import Census
from ritualsd.testing import ScriptedSender
from tests.builders import NOON, ritual, settings
from tests.daemon.home import HeldClock, Home

CONTRACT = {"running", "ok", "next_due_utc", "pending", "failing_channels", "plugins", "config"}


@pytest.fixture
def home() -> Home:
    return Home(settings(ritual(when="every day at 12:05")), HeldClock(NOON))


def test_a_daemon_that_has_just_beaten_is_well(home: Home) -> None:
    home.beats.beat()
    found = standing(home.live).as_json()
    assert set(found) >= CONTRACT
    assert found["ok"] is True
    assert found["next_due_utc"] == "2026-03-02T12:05:00Z"
    assert found["pending"] == 1
    assert found["problems"] == []


def test_before_the_first_beat_and_long_after_the_last_it_is_late(home: Home) -> None:
    assert not standing(home.live).ok
    home.beats.beat()
    home.clock.go(LATE_S - 1)
    assert standing(home.live).ok
    home.clock.go(2)
    assert "the daemon is behind with its work" in standing(home.live).as_json()["problems"]


def test_a_delivery_long_past_its_time_makes_it_late(home: Home) -> None:
    home.beats.beat()
    home.clock.go(60 * 6)
    home.live.pulse.beat_monotonic = home.clock.mono
    assert standing(home.live).ok
    home.clock.go(90)
    home.live.pulse.beat_monotonic = home.clock.mono
    assert not standing(home.live).ok


def test_a_channel_that_keeps_failing_is_named_by_its_label(home: Home) -> None:
    home.live.world = type(home.live.world)(
        store=home.store, content=home.content, clock=home.clock, emit=home.events.append, boot="one",
        sender=ScriptedSender(*[Outcome(kind="transient", code="refused")] * 3),
    )  # fmt: skip
    home.beats.beat()
    home.clock.go(300)
    for attempt in range(1, 4):
        (due,) = home.store.due_deliveries(home.clock.at, 9)
        deliver_one(home.live.world, home.settings, due)
        home.clock.go(600)
        assert failing(home.store, None, NOON) == (("ana/phone",) if attempt == 3 else ())


@pytest.mark.parametrize("minutes", [5, 120], ids=["worded already", "still ahead"])
def test_the_time_of_a_surprise_is_never_the_next_time(minutes: int) -> None:
    surprise = (NOON + timedelta(minutes=minutes)).strftime("every day at %H:%M")
    rituals = (ritual("surprise", when=surprise, secret_from="others"), ritual("open", when="every day at 20:00"))
    home = Home(settings(*rituals), HeldClock(NOON))
    home.beats.beat()
    assert standing(home.live).as_json()["next_due_utc"] == "2026-03-02T20:00:00Z"


def test_an_old_schedule_is_said_and_is_no_illness_of_its_own(home: Home) -> None:
    home.beats.beat()
    home.live.config = ConfigState(stale=True, error="config.toml:3: it is broken")
    found = standing(home.live).as_json()
    assert found["config"] == {"stale": True, "error": "config.toml:3: it is broken"}
    assert home.live.status_line() == "1 ritual; old schedule kept"


def test_a_full_disk_is_said_in_words(home: Home) -> None:
    home.beats.beat()
    home.live.pulse.store_error = "no space left"
    found = standing(home.live).as_json()
    assert found["ok"] is False
    assert "no space left" in found["problems"][0]


def test_without_a_daemon_nothing_is_ok() -> None:
    found = Standing(running=False).as_json()
    assert (found["running"], found["ok"], found["next_due_utc"]) == (False, False, None)


def test_what_is_late_over_many_households_is_told_in_words() -> None:
    many = Many(census=Census(), overdue={"config": 3, "": 2, "dns": 1, "http-503": 1, "private": 1})
    assert many.problems() == [
        "messages are late: 2 (not tried yet), 3 (the file of their household cannot be used, or was not read yet), "
        "1 (the name of the server could not be found), 1 (the server answered 503), "
        "1 (somebody's own affair came before them)"
    ]
    assert many.as_json()["late"]["config"] == 3
