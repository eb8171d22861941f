"""A time without phones: its message comes ahead, and then nothing at all reaches anyone in it until it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ritualsd.flow.season import begin
from ritualsd.flow.send_now import send_now
from ritualsd.model import Outcome, Ritual, Settings
from ritualsd.testing import ScriptedSender, VirtualClock
from tests.builders import NOON, person, ritual, settings
from tests.flow.stage import Stage

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BOTH = ("ana", "ben")
PEOPLE = tuple(person(id_) for id_ in (*BOTH, "cleo"))
AWAY = ritual(
    "phones", "every day at 13:00", BOTH, kind="quality-time", prepare=30 * MINUTE, away=45 * MINUTE,
    expires=12 * HOUR,
)  # fmt: skip
OFTEN = ritual("often", "every 10 minutes between 12:00 and 16:00", ("ana", "ben", "cleo"), expires=HOUR)


def told(*rituals: Ritual) -> Settings:
    made = settings(*rituals, people=PEOPLE)
    return replace(made, household=replace(made.household, phone_away=("phones",)))


def minutes(set_up: Stage, whose: str) -> list[float]:
    """When each message reached that person, in minutes after noon."""
    return sorted(
        (delivery.sent_utc - NOON) / MINUTE
        for entry in set_up.record()
        for delivery in entry.deliveries
        if delivery.person == whose and delivery.sent_utc is not None
    )


def test_the_message_comes_first_and_then_nothing_does_until_it_is_over() -> None:
    set_up = Stage(told(AWAY, OFTEN), VirtualClock(NOON))
    set_up.until(NOON + 4 * HOUR)
    for who in BOTH:
        assert 60 in [round(each) for each in minutes(set_up, who)]
        assert [each for each in minutes(set_up, who) if 90 <= each < 135] == []
        assert [each for each in minutes(set_up, who) if 80 <= each < 90] != []
        assert [each for each in minutes(set_up, who) if 135 <= each < 140] != []
    assert [each for each in minutes(set_up, "cleo") if 90 <= each < 135] != []


def test_what_makes_no_sense_any_more_by_then_is_left_out_with_its_reason() -> None:
    brief = ritual("brief", "every day at 13:40", ("ana",), expires=20 * MINUTE)
    set_up = Stage(told(AWAY, brief), VirtualClock(NOON))
    set_up.until(NOON + 4 * HOUR)
    assert set_up.states("brief") == [("2026-03-02", "skipped", "phone-away")]


def test_a_retry_waits_as_well() -> None:
    soon = ritual("soon", "every day at 13:29", ("ana",), expires=12 * HOUR)
    sender = ScriptedSender(*[Outcome(kind="sent", code="ok")] * 2, *[Outcome(kind="transient", code="refused")] * 3)
    set_up = Stage(told(AWAY, soon), VirtualClock(NOON), sender=sender)
    set_up.until(NOON + 4 * HOUR)
    (sent,) = [each for each in minutes(set_up, "ana") if each > 61]
    assert sent >= 135


def test_a_paused_or_skipped_one_silences_nobody() -> None:
    resting = replace(AWAY, kind="celebrate")
    set_up = Stage(told(resting, OFTEN), VirtualClock(NOON))
    begin(set_up.world, set_up.settings, "conflict", "", None, NOON)
    set_up.until(NOON + 3 * HOUR)
    assert [each for each in minutes(set_up, "ana") if 90 <= each < 135] != []


def test_one_sent_by_hand_begins_its_time_too() -> None:
    never = replace(AWAY, when="every year on 1 January at 09:00")
    set_up = Stage(told(never, OFTEN), VirtualClock(NOON))
    send_now(set_up.world, set_up.settings, "phones", None, NOON)
    set_up.until(NOON + 3 * HOUR)
    assert [each for each in minutes(set_up, "ben") if 30 <= each < 75] == []
    assert [each for each in minutes(set_up, "ben") if 75 <= each < 80] != []
