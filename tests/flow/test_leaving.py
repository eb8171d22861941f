"""Muting, pausing and leaving by one word: it works at once, nobody else can tell, and it can be undone."""

from datetime import UTC, datetime, timedelta

import pytest

from ritualsd.core.visibility import visible_to
from ritualsd.flow.collect import collect
from ritualsd.model import ActionKind, Incoming
from ritualsd.testing import VirtualClock
from tests.builders import person, ritual, settings
from tests.flow.stage import Stage
from tests.flow.test_in_german import TwoTongues

MONDAY = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def home(**over: object) -> Stage:
    """Two rituals that both get each day."""
    morning = ritual("morning", when="every day at 09:00", to=("ana", "ben"), zone="UTC", **over)
    evening = ritual("evening", when="every day at 18:00", to=("ana", "ben"), zone="UTC")
    return Stage(settings=settings(morning, evening), clock=VirtualClock(MONDAY))


def say(stage: Stage, text: str, name: str, person: str = "ana") -> str:
    """What `person` is told when they answer this to an occurrence."""
    incoming = Incoming(
        occurrence=name, person=person, text=text, source="test", source_msg_id=f"{person}|{text}|{stage.clock.at}",
        received_utc=stage.clock.at,
    )  # fmt: skip
    return collect(stage.world, stage.settings, incoming, stage.clock.at).words


def told(stage: Stage, person: str) -> list[str]:
    return [sent.body for sent in stage.sender.sent if sent.channel.startswith(f"{person}/")]


def test_stop_mutes_one_ritual_for_the_one_who_says_it() -> None:
    stage = home()
    stage.until(MONDAY + 4 * HOUR)
    assert "“start” brings it back" in say(stage, "Stop.", "morning@2026-03-02/ana")
    stage.until(MONDAY + 2 * DAY)
    assert told(stage, "ana") == ["the words of morning", "the words of evening", "the words of evening"]
    assert len(told(stage, "ben")) == 4


@pytest.mark.parametrize("word", ["pause", "leave"])
def test_pause_and_leave_hold_everything_until_start(word: str) -> None:
    stage = home()
    stage.until(MONDAY + 4 * HOUR)
    say(stage, word, "morning@2026-03-02/ana")
    stage.until(MONDAY + 3 * DAY)
    assert (len(told(stage, "ana")), len(told(stage, "ben"))) == (1, 6)
    say(stage, "start", "morning@2026-03-02/ana")
    stage.until(MONDAY + 4 * DAY)
    assert (len(told(stage, "ana")), len(told(stage, "ben"))) == (3, 8)


def test_to_leave_offers_what_is_theirs_and_keeps_the_answer_they_gave() -> None:
    stage = home(ask="text", reveal="together")
    stage.until(MONDAY + 4 * HOUR)
    say(stage, "the bench in the park", "morning@2026-03-02/ana")
    assert "ritualsd export --person ana" in say(stage, "leave", "morning@2026-03-02/ana")
    kept = stage.world.store.answers_at("morning", "2026-03-02", "")
    assert kept["ana"].words == "the bench in the park"


def test_an_undo_does_not_bring_back_who_left() -> None:
    stage = home()
    stage.until(MONDAY + 4 * HOUR)
    say(stage, "done", "morning@2026-03-02/ana")
    say(stage, "leave", "morning@2026-03-02/ana")
    say(stage, "undo", "morning@2026-03-02/ana")
    stage.until(MONDAY + 2 * DAY)
    assert len(told(stage, "ana")) == 1


def test_a_choice_of_that_name_is_an_answer() -> None:
    stage = home(ask=("Stop", "Go"))
    stage.until(MONDAY + 4 * HOUR)
    say(stage, "stop", "morning@2026-03-02/ana")
    last = stage.world.store.replies(stage.world.store.find("morning@2026-03-02/ana").occurrence.id)[-1]  # type: ignore[union-attr]  # it was sent
    assert last.action is ActionKind.CHOICE
    assert stage.world.store.pauses() == ()


def test_even_a_reveal_can_be_answered_with_leave() -> None:
    stage = home(ask="text", reveal="together")
    stage.until(MONDAY + 4 * HOUR)
    for who in ("ana", "ben"):
        say(stage, "something kind", f"morning@2026-03-02/{who}", who)
    stage.until(MONDAY + 5 * HOUR)
    reveal = next(e.occurrence.name for e in stage.record("morning") if "~" in e.occurrence.part)
    person = reveal.split("/")[1]
    say(stage, "leave", reveal, person)
    stage.until(MONDAY + 2 * DAY)
    assert told(stage, person)[-1] != "the words of evening"


def test_turns_skip_who_left_and_come_back_with_them() -> None:
    cook = ritual("cook", when="every day at 09:00", to=("ana", "ben"), turns=True, zone="UTC")
    stage = Stage(settings=settings(cook), clock=VirtualClock(MONDAY))
    stage.until(MONDAY + 2 * DAY)
    first = next(e.occurrence.name for e in stage.record("cook") if e.occurrence.person == "ana")
    say(stage, "leave", first)
    before = len(told(stage, "ana"))
    stage.until(MONDAY + 6 * DAY)
    assert (len(told(stage, "ana")), len(told(stage, "ben"))) == (before, 6 - before)


def test_nobody_else_is_shown_that_somebody_left() -> None:
    stage = home()
    stage.until(MONDAY + 4 * HOUR)
    say(stage, "leave", "morning@2026-03-02/ana")
    stage.until(MONDAY + 2 * DAY)
    household, now = stage.settings.household, stage.clock.at
    for viewer in ("ben", None):
        assert not list(visible_to(viewer, stage.world.store.pauses(), household, now))
        seen = visible_to(viewer, stage.record(), household, now)
        assert "left" not in {each.thing.occurrence.reason for each in seen}
    own = visible_to("ana", stage.record(), household, now)
    assert "left" in {each.thing.occurrence.reason for each in own}


def test_the_same_in_german() -> None:
    morning = ritual("morning", when="every day at 09:00", to=("ana", "ben"), zone="UTC")
    people = (person("ana", language="de"), person("ben"))
    stage = Stage(settings=settings(morning, people=people), clock=VirtualClock(MONDAY), content=TwoTongues())
    stage.until(MONDAY + 4 * HOUR)
    assert "kommt nichts mehr zu dir" in say(stage, "Austreten", "morning@2026-03-02/ana")
    assert "kommt es wieder" in say(stage, "weiter", "morning@2026-03-02/ana")
    assert "bis du „weiter“ sagst" in say(stage, "Pause", "morning@2026-03-02/ana")
    assert "nichts mehr" in say(stage, "leave", "morning@2026-03-02/ana")
