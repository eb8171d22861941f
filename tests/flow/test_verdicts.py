"""What is said beside an answer, lived through: verdicts, other words for tonight, promises, and taking it back."""

from datetime import UTC, datetime, timedelta

import pytest

from ritualsd.core.replies import standing
from ritualsd.errors import RitualsdError
from ritualsd.flow.collect import collect
from ritualsd.model import ActionKind, Incoming, Outcome, Verdict
from ritualsd.testing import ListContent, ScriptedSender, VirtualClock
from tests.builders import person, ritual, settings
from tests.flow.stage import Stage, prompts

A = ActionKind
MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ANA, BEN = person("ana"), person("ben")
DRAWN = {"kind": "gratitude", "ask": "text"}


def stage(*rituals, sender=None, count=9):
    return Stage(
        settings=settings(*rituals, people=(ANA, BEN)), clock=VirtualClock(MONDAY), sender=sender or ScriptedSender(),
        content=ListContent(prompts(count)),
    )  # fmt: skip


def say(on, text, who="ana", name=None, message=None):
    on.clock.at += timedelta(seconds=1)
    at = on.clock.at
    name = name or on.world.store.history(person=who)[0].occurrence.name
    incoming = Incoming(
        occurrence=name, person=who, text=text, source="test", source_msg_id=message or f"{at} {text}", received_utc=at
    )
    return collect(on.world, on.settings, incoming, at)


def tastes(on, who="ana"):
    return {taste.prompt_id: taste.verdict for taste in on.world.store.personal.tastes(who)}


def stands(on, name="thanks@2026-03-02/ana"):
    reply = standing(on.world.store.replies(on.world.store.find(name).occurrence.id))
    return (reply.action, reply.words) if reply else None


def prompt_of(on, name="thanks@2026-03-02/ana"):
    return on.world.store.drawn(on.world.store.find(name).occurrence.id).prompt.id


@pytest.mark.parametrize("text", ["favourite", "favorite", "never again"])
def test_a_verdict_is_about_the_prompt_and_takes_no_answer_back(text):
    home = stage(ritual(**DRAWN))
    home.until(MONDAY + 10 * HOUR)
    say(home, "the soup")
    say(home, text)
    assert stands(home) == (A.TEXT, "the soup")
    assert tastes(home) == {prompt_of(home): Verdict.NEVER if "never" in text else Verdict.FAVOURITE}
    assert home.world.store.last_done("thanks") is not None


def test_a_verdict_on_the_rituals_own_words_is_kept_and_changes_nothing():
    home = stage(ritual(ask="text"))
    home.until(MONDAY + 10 * HOUR)
    say(home, "favourite")
    say(home, "not tonight")
    home.until(MONDAY + 20 * HOUR)
    assert tastes(home) == {}
    assert len(home.sender.sent) == 1


def test_never_again_is_never_again():
    home = stage(ritual(**DRAWN), count=3)
    home.until(MONDAY + 10 * HOUR)
    gone = home.sender.sent[0].body
    say(home, "never again")
    home.until(MONDAY + 60 * DAY)
    assert gone not in home.bodies()[1:]


def test_not_tonight_brings_other_words_once_and_to_this_person_alone():
    home = stage(ritual(to=("ana", "ben"), **DRAWN))
    home.until(MONDAY + 10 * HOUR)
    assert len(set(home.bodies())) == 1
    assert say(home, "not tonight").words == "Noted. Something else is on its way."
    home.until(home.clock.at + MINUTE)
    assert [sent.channel for sent in home.sender.sent] == ["ana/phone", "ben/phone", "ana/phone"]
    assert len(set(home.bodies())) == 2
    assert home.world.store.find("thanks@2026-03-02/ana").occurrence.body == home.bodies()[-1]
    say(home, "not tonight", name="thanks@2026-03-02/ana")
    home.until(MONDAY + 20 * HOUR)
    assert len(home.sender.sent) == 3
    assert prompt_of(home) != prompt_of(home, "thanks@2026-03-02/ben")
    assert stands(home) is None


def test_a_verdict_after_other_words_came_is_about_those():
    home = stage(ritual(**DRAWN))
    home.until(MONDAY + 10 * HOUR)
    first = prompt_of(home)
    say(home, "not tonight")
    home.until(home.clock.at + MINUTE)
    say(home, "favourite", name="thanks@2026-03-02/ana")
    assert tastes(home) == {first: Verdict.NOT_TONIGHT, prompt_of(home): Verdict.FAVOURITE}


def test_other_words_that_do_not_arrive_are_tried_again_like_any():
    flaky = ScriptedSender(Outcome(kind="sent", code="ok"), Outcome(kind="transient", code="refused"))
    home = stage(ritual(**DRAWN), sender=flaky)
    home.until(MONDAY + 10 * HOUR)
    say(home, "not tonight")
    home.until(MONDAY + 20 * HOUR)
    assert len(home.sender.sent) == 3
    assert home.states() == [("2026-03-02", "closed", "sent")]


def test_where_nothing_else_fits_not_tonight_is_kept_and_nothing_comes():
    home = stage(ritual(**DRAWN), count=1)
    home.until(MONDAY + 10 * HOUR)
    say(home, "not tonight")
    home.until(MONDAY + 20 * HOUR)
    assert len(home.sender.sent) == 1
    assert set(tastes(home).values()) == {Verdict.NOT_TONIGHT}


# undo


def test_undo_restores_what_stood_before_and_then_what_stood_before_that():
    home = stage(ritual(**DRAWN))
    home.until(MONDAY + 10 * HOUR)
    say(home, "the soup")
    say(home, "skip")
    assert stands(home) == (A.SKIP, "")
    assert home.world.store.last_done("thanks") is None
    say(home, "undo")
    assert stands(home) == (A.TEXT, "the soup")
    assert home.world.store.last_done("thanks") is not None
    say(home, "undo")
    assert stands(home) is None
    with pytest.raises(RitualsdError, match="nothing to take back"):
        say(home, "undo")


def test_the_same_undo_told_twice_takes_back_once():
    home = stage(ritual(**DRAWN))
    home.until(MONDAY + 10 * HOUR)
    say(home, "the soup")
    say(home, "the bread")
    for _ in range(3):
        say(home, "undo", message="1")
    assert stands(home) == (A.TEXT, "the soup")


def test_two_undos_at_the_same_instant_take_back_one():
    home = stage(ritual(**DRAWN))
    home.until(MONDAY + 10 * HOUR)
    say(home, "the soup")
    say(home, "skip")
    keep = home.world.store.reply

    def first_another(*given):  # by another way, between the reading and the keeping of this one
        home.world.store.reply = keep
        say(home, "undo", message="the other")
        return keep(*given)

    home.world.store.reply = first_another
    assert say(home, "undo", message="this one").words == "That was taken back already."
    assert stands(home) == (A.TEXT, "the soup")
    assert say(home, "undo").words == "Taken back."
    assert stands(home) is None


def test_undo_of_a_snooze_lets_it_rest_and_of_an_answer_brings_the_snooze_back():
    home = stage(ritual(**DRAWN))
    home.until(MONDAY + 10 * HOUR)
    say(home, "snooze 2h")
    say(home, "undo")
    home.until(MONDAY + 13 * HOUR)
    assert len(home.sender.sent) == 1
    say(home, "snooze 2h")
    say(home, "done")
    say(home, "undo")
    home.until(MONDAY + 16 * HOUR)
    assert len(home.sender.sent) == 2


def test_undo_of_a_verdict_restores_the_one_before():
    home = stage(ritual(**DRAWN))
    home.until(MONDAY + 10 * HOUR)
    say(home, "favourite")
    say(home, "never again")
    assert set(tastes(home).values()) == {Verdict.NEVER}
    say(home, "undo")
    assert set(tastes(home).values()) == {Verdict.FAVOURITE}
    say(home, "undo")
    assert tastes(home) == {}


# snooze until, promise


def test_a_snooze_until_a_time_is_on_the_clock_of_its_writer():
    home = stage(ritual(**DRAWN))
    home.until(MONDAY + 10 * HOUR)
    assert say(home, "snooze until 18:30").reply.until_utc == MONDAY + 18 * HOUR + 30 * MINUTE
    assert say(home, "snooze tonight").reply.until_utc == MONDAY + 20 * HOUR
    home.until(MONDAY + 21 * HOUR)
    assert len(home.sender.sent) == 2
    with pytest.raises(RitualsdError, match="this evening already"):
        say(home, "snooze tonight", name="thanks@2026-03-02/ana")


def test_a_promise_beside_an_answer_is_made_with_it_and_only_once():
    home = stage(ritual(**DRAWN))
    home.until(MONDAY + 10 * HOUR)
    say(home, "the soup")
    for _ in range(2):
        say(home, "promise: water the fern", message="1")
    (made,) = home.world.store.promises.all("ana")
    assert made.words == "water the fern"
    assert stands(home) == (A.TEXT, "the soup")


def test_a_promise_is_never_an_answer_to_what_was_asked():
    home = stage(ritual(to=("ana", "ben"), **DRAWN))
    home.until(MONDAY + 10 * HOUR)
    say(home, "the soup", who="ben")
    say(home, "promise: water the fern")
    home.until(MONDAY + 12 * HOUR)
    assert len(home.sender.sent) == 2
