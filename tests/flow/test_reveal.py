"""The reveal, lived through: nobody sees anything before all have answered, and silence looks like nothing at all."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from ritualsd.core.english import PHRASES
from ritualsd.core.reveal import seen_by
from ritualsd.flow.collect import collect
from ritualsd.model import Incoming, OccurrenceState, Pause, Quiet
from ritualsd.testing import ListContent, ScriptedSender, VirtualClock
from tests.builders import channel, person, ritual, settings
from tests.flow.stage import Stage

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NAMES = ("ana", "ben", "cy", "dee", "eli")
CHECK_IN = "check-in"


def household(count=2, **over):
    people = tuple(person(name, preview="full") for name in NAMES[:count])
    given = {"ask": "text", "when": "every day at 09:00", "to": NAMES[:count], "reveal": "together"} | over
    return Stage(
        settings=settings(ritual(CHECK_IN, **given), people=people), clock=VirtualClock(MONDAY),
        sender=ScriptedSender(), content=ListContent(),
    )  # fmt: skip


def name_of(who, day=0):
    return f"{CHECK_IN}@{(MONDAY + day * DAY).date()}/{who}"


def say(on, who, text, day=0):
    at = on.clock.at
    incoming = Incoming(
        occurrence=name_of(who, day), person=who, text=text, source="test", source_msg_id=f"{at} {who} {text}",
        received_utc=at,
    )  # fmt: skip
    return collect(on.world, on.settings, incoming, at)


def asked(on, day=0):
    """Live on until everybody was asked, and forget what that sent."""
    on.until(MONDAY + day * DAY + 9 * HOUR + MINUTE)
    on.sender.sent.clear()


def told(on, who):
    """What reached this person since they were asked."""
    return [sent.body for sent in on.sender.sent if sent.channel.startswith(f"{who}/")]


def later(on, minutes=5):
    on.until(on.clock.at + minutes * MINUTE)


def seen(on, who):
    """What the page of today's slot shows this person of the others."""
    slot = on.world.store.find(name_of(who)).occurrence
    answers = on.world.store.answers_at(slot.ritual, slot.slot, slot.part)
    return seen_by(who, on.settings.household.rituals[CHECK_IN], answers, on.settings.household.people)


# together


@pytest.mark.parametrize("count", [2, 3, 5])
def test_nobody_sees_anything_until_the_last_has_answered_and_then_all_do(count):
    home = household(count)
    asked(home)
    for who in NAMES[: count - 1]:
        say(home, who, f"words of {who}")
        later(home)
        assert home.sender.sent == []
    say(home, NAMES[count - 1], f"words of {NAMES[count - 1]}")
    later(home)
    for who in NAMES[:count]:
        (body,) = told(home, who)
        assert all(f"{other.capitalize()}: words of {other}" in body for other in NAMES[:count])


@pytest.mark.parametrize(
    ("ask", "answers", "shown_as"),
    [("scale", ("2", "5"), ("Ana: 2", "Ben: 5")), (("tea", "coffee"), ("tea", "Coffee."), ("Ana: tea", "Ben: coffee"))],
)
def test_numbers_and_choices_are_revealed_too(ask, answers, shown_as):
    home = household(ask=ask)
    asked(home)
    for who, text in zip(("ana", "ben"), answers, strict=True):
        say(home, who, text)
    later(home)
    (body,) = told(home, "ana")
    assert all(line in body for line in shown_as)


@pytest.mark.parametrize("ask", ["none", "done"])
def test_where_nothing_is_asked_that_could_be_read_nothing_is_revealed(ask):
    home = household(ask=ask)
    asked(home)
    say(home, "ana", "done")
    say(home, "ben", "done")
    later(home, 600)
    assert home.sender.sent == []


def test_a_plain_yes_to_a_question_counts_as_an_answer():
    home = household()
    asked(home)
    say(home, "ana", "a long walk")
    say(home, "ben", "👍")
    later(home)
    assert "Ben: yes" in told(home, "ana")[0]


def test_what_is_said_back_is_the_same_whether_or_not_the_other_has_answered():
    home = household()
    asked(home)
    first, second = say(home, "ana", "a walk"), say(home, "ben", "a swim")
    assert first.words == second.words


def test_an_answer_can_be_changed_until_the_reveal():
    home = household()
    asked(home)
    say(home, "ana", "CANARY first thought")
    later(home)
    say(home, "ana", "second thought")
    say(home, "ben", "fine")
    later(home)
    assert "second thought" in told(home, "ben")[0]
    assert "CANARY" not in str(home.sender.sent)


def test_a_reveal_that_waits_for_the_morning_says_what_stands_then():
    home = household(when="every day at 21:00", expires=2 * DAY)
    sleeper = replace(home.settings.household.people["ana"], quiet=Quiet(start=time(22), end=time(7)))
    home.adopt(settings(*home.settings.household.rituals.values(), people=(sleeper, person("ben", preview="full"))))
    home.until(MONDAY + 22 * HOUR + 30 * MINUTE)
    home.sender.sent.clear()
    say(home, "ana", "first thought")
    say(home, "ben", "fine")
    later(home)
    assert told(home, "ana") == []
    say(home, "ben", "better than fine")
    home.until(MONDAY + DAY + 7 * HOUR + MINUTE)
    (body,) = told(home, "ana")
    assert "better than fine" in body
    assert len(told(home, "ben")) == 1


def test_a_change_after_the_reveal_sends_nothing_new_and_is_kept():
    home = household()
    asked(home)
    say(home, "ana", "a walk")
    say(home, "ben", "a swim")
    later(home)
    sent = len(home.sender.sent)
    assert say(home, "ana", "a longer walk").words != ""
    later(home, 120)
    assert len(home.sender.sent) == sent
    assert len(home.world.store.replies(home.world.store.find(name_of("ana")).occurrence.id)) == 2


def test_an_answer_taken_back_before_the_reveal_holds_it():
    home = household()
    asked(home)
    say(home, "ana", "a walk")
    say(home, "ana", "undo")
    say(home, "ben", "a swim")
    later(home)
    assert home.sender.sent == []
    say(home, "ana", "a short walk")
    later(home)
    assert len(home.sender.sent) == 2


@pytest.mark.parametrize("reveal", ["together", "at-once"])
def test_an_answer_taken_back_and_given_anew_is_revealed_after_all(reveal):
    home = household(reveal=reveal)
    asked(home)
    say(home, "ben", "a swim")
    later(home)
    home.sender.sent.clear()
    say(home, "ana", "a walk")
    home.clock.at += timedelta(seconds=5)
    say(home, "ana", "undo")
    later(home)
    assert home.sender.sent == []
    say(home, "ana", "a short walk")
    later(home)
    assert "Ana: a short walk" in told(home, "ben")[0]


def test_an_answer_with_line_breaks_cannot_pass_for_somebody_elses():
    home = household()
    asked(home)
    say(home, "ana", "hello\nBen: I never liked it")
    say(home, "ben", "hello")
    later(home)
    lines = told(home, "ben")[0].splitlines()
    assert [line for line in lines if line.startswith("Ben:")] == ["Ben: hello"]


# silence, a skip, a pause: all the same


def silence(home):
    return None


def skip(home):
    say(home, "ben", "skip")


def mute(home):
    home.world.store.pause(Pause(ritual=CHECK_IN, person="ben", since_utc=home.clock.at))


@pytest.mark.parametrize("manner", [silence, skip, mute])
def test_a_lone_answer_stays_its_owners_and_nothing_tells_why(manner):
    home = household(expires=6 * HOUR)
    asked(home)
    say(home, "ana", "CANARY alone")
    manner(home)
    home.until(MONDAY + DAY + 8 * HOUR)
    assert home.sender.sent == []
    rows = [entry.occurrence for entry in home.record() if entry.occurrence.person == "ana"]
    assert [(row.part, row.reason) for row in rows] == [("", "sent")]
    assert "CANARY" not in str(home.events)


def test_the_next_slot_asks_afresh():
    home = household()
    asked(home)
    say(home, "ana", "monday")
    asked(home, day=1)
    say(home, "ben", "tuesday", day=1)
    later(home)
    assert home.sender.sent == []
    say(home, "ana", "tuesday too", day=1)
    later(home)
    assert "monday" not in str(home.sender.sent)
    assert len(home.sender.sent) == 2


def test_an_answer_after_the_time_is_over_is_kept_marked_late_and_not_revealed():
    home = household(expires=6 * HOUR)
    asked(home)
    say(home, "ana", "in time")
    home.until(MONDAY + 20 * HOUR)
    late = say(home, "ben", "too late")
    later(home, 60)
    assert late.reply.late
    assert home.sender.sent == []
    (kept,) = home.world.store.replies(late.reply.occurrence)
    assert kept.late


@pytest.mark.parametrize("reveal", ["together", "at-once"])
def test_an_answer_that_says_its_writer_is_not_safe_is_revealed_to_nobody_and_not_said_to_wait(reveal):
    home = household(reveal=reveal)
    asked(home)
    say(home, "ben", "the walk")
    later(home)
    home.sender.sent.clear()
    kept = say(home, "ana", "I am not safe.")
    later(home, 60)
    assert home.sender.sent == []
    assert seen(home, "ben") == {}
    assert kept.words == PHRASES["replied.kept"]
    say(home, "ana", "undo")
    say(home, "ana", "the sun")
    later(home)
    assert any("the sun" in body for body in told(home, "ben"))


# two zones


def test_two_zones_meet_at_the_slot_and_not_at_the_instant():
    people = (person("ana", "Asia/Tokyo", preview="full"), person("ben", "America/New_York", preview="full"))
    both = Stage(
        settings=settings(ritual(CHECK_IN, to=("ana", "ben"), ask="text", expires=6 * HOUR), people=people),
        clock=VirtualClock(MONDAY - 12 * HOUR), sender=ScriptedSender(), content=ListContent(),
    )  # fmt: skip
    both.until(MONDAY + MINUTE)  # nine in the morning in Tokyo
    say(both, "ana", "a good night's sleep")
    both.until(MONDAY + 10 * HOUR)  # ana's own time is over; ben has not even been asked
    assert len(both.sender.sent) == 2  # Sunday's question to ben, Monday's to ana
    both.until(MONDAY + 14 * HOUR + MINUTE)  # nine in the morning in New York
    both.sender.sent.clear()
    say(both, "ben", "the snow")
    later(both)
    assert "Ben: the snow" in told(both, "ana")[0]
    assert "Ana: a good night's sleep" in told(both, "ben")[0]


# at once, and never


def test_at_once_passes_each_answer_on_as_it_comes():
    home = household(3, reveal="at-once")
    asked(home)
    say(home, "ana", "a walk")
    later(home)
    assert told(home, "ana") == []
    assert [len(told(home, who)) for who in ("ben", "cy")] == [1, 1]
    say(home, "ben", "a swim")
    later(home)
    assert "Ben: a swim" in told(home, "ana")[0]
    say(home, "ana", "a longer walk")
    later(home)
    assert len(told(home, "ben")) == 1


def test_never_is_never():
    home = household(reveal="never")
    asked(home)
    say(home, "ana", "a walk")
    say(home, "ben", "a swim")
    later(home, 600)
    assert home.sender.sent == []
    assert seen(home, "ana") == seen(home, "ben") == {}


def test_answers_in_turns_or_in_secret_are_nobody_elses():
    for over in ({"turns": True}, {"secret_from": "others"}):
        home = household(reveal="at-once", **over)
        asked(home)
        for entry in list(home.record()):
            say(home, entry.occurrence.person, "CANARY")
        later(home, 60)
        assert home.sender.sent == []


# the channel, the page, the record


def test_a_reveal_never_goes_where_somebody_reads_along_who_was_not_asked():
    shared = channel("ana", shared_with=frozenset({"cy"}))
    people = (person("ana", channels=(shared,)), person("ben"), person("cy"))
    home = Stage(
        settings=settings(ritual(CHECK_IN, to=("ana", "ben"), ask="text"), people=people),
        clock=VirtualClock(MONDAY), sender=ScriptedSender(), content=ListContent(),
    )  # fmt: skip
    asked(home)
    say(home, "ana", "a walk")
    say(home, "ben", "CANARY swim")
    later(home)
    assert told(home, "ana") == []
    (notice,) = [e.occurrence for e in home.record() if e.occurrence.part and e.occurrence.person == "ana"]
    assert (notice.state, notice.reason) == (OccurrenceState.FAILED, "no-safe-channel")


def test_the_page_shows_the_answers_of_others_from_the_reveal_on():
    home = household()
    asked(home)
    say(home, "ana", "a walk")
    assert seen(home, "ben") == seen(home, "ana") == {}
    say(home, "ben", "a swim")
    assert {who: reply.words for who, reply in seen(home, "ben").items()} == {"ana": "a walk"}
    assert {who: reply.words for who, reply in seen(home, "ana").items()} == {"ben": "a swim"}


def test_the_log_names_nobody_who_answered_and_no_reveal():
    home = household()
    asked(home)
    before = len(home.events)
    say(home, "ana", "a walk")
    say(home, "ben", "a swim")
    later(home)
    assert home.events[before:] == []


def test_what_was_shared_in_time_stays_shared_until_its_owner_takes_it_back():
    home = household(expires=6 * HOUR)
    asked(home)
    say(home, "ana", "a walk")
    say(home, "ben", "a swim")
    home.until(MONDAY + 20 * HOUR)
    say(home, "ana", "a late afterthought")
    assert {who: reply.words for who, reply in seen(home, "ben").items()} == {"ana": "a walk"}
    say(home, "ana", "undo")
    assert seen(home, "ben") != {}
    later(home)
    say(home, "ana", "undo")
    assert seen(home, "ben") == {}
