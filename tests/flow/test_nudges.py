"""Nudges, lived through: few, softer each time, gone with any reply, and fading for who stays silent."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from ritualsd.errors import RitualsdError
from ritualsd.flow.collect import collect
from ritualsd.flow.simulate import simulate
from ritualsd.model import Incoming, Pause, Quiet
from ritualsd.store import memory_store
from ritualsd.testing import ListContent, ScriptedSender, VirtualClock
from tests.builders import person, ritual, settings
from tests.flow.stage import Stage, prompts

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ANA, BEN = person("ana", preview="full"), person("ben", preview="full")
NUDGED = {"ask": "text", "nudge_after": 3 * HOUR, "nudge_times": 2}


def stage(*people, **over):
    given = {"when": "every day at 09:00", "to": ("ana",)} | NUDGED | over
    return Stage(
        settings=settings(ritual("check-in", **given), people=people or (ANA, BEN)), clock=VirtualClock(MONDAY),
        sender=ScriptedSender(), content=ListContent(),
    )  # fmt: skip


def say(on, text, who="ana", name=""):
    at = on.clock.at
    name = name or next(e for e in on.world.store.history(person=who) if not e.occurrence.part).occurrence.name
    incoming = Incoming(
        occurrence=name, person=who, text=text, source="test", source_msg_id=f"{at} {text}", received_utc=at
    )
    return collect(on.world, on.settings, incoming, at)


def notices(on, who="ana"):
    """(the day it came, its part) of every notice that was sent, oldest first."""
    sent = [
        (entry.deliveries[-1].sent_utc, entry.occurrence.part)
        for entry in on.record()
        if entry.occurrence.part and entry.occurrence.person == who and entry.deliveries[-1:]
        if entry.deliveries[-1].sent_utc
    ]
    return [((at - MONDAY).days, part) for at, part in sorted(sent)]


def test_nudges_come_after_the_message_and_after_each_other():
    home = stage()
    home.until(MONDAY + 8 * HOUR)
    assert [entry.occurrence.part for entry in home.record()] == []
    home.until(MONDAY + 11 * HOUR + 59 * MINUTE)
    assert len(home.sender.sent) == 1
    home.until(MONDAY + 12 * HOUR + MINUTE)
    assert len(home.sender.sent) == 2
    home.until(MONDAY + 20 * HOUR)
    assert notices(home) == [(0, "~nudge-1"), (0, "~nudge-2")]


def test_each_is_softer_than_the_one_before_and_names_nobody_and_no_number():
    home = stage(nudge_times=3)
    home.until(MONDAY + 20 * HOUR)
    bodies = home.bodies()
    assert len(set(bodies)) == 4
    for body in bodies[1:]:
        assert not re.search(r"\d|Ben|!", body)


@pytest.mark.parametrize("text", ["done", "skip", "snooze 30 min", "a walk", "favourite", "not tonight", "never again"])
def test_any_reply_ends_them(text):
    home = stage(kind="gratitude", deck="", message="")
    home.content.prompts = prompts(9)
    home.until(MONDAY + 10 * HOUR)
    say(home, text)
    home.until(MONDAY + DAY)
    assert notices(home) == []


def test_a_reply_to_a_nudge_answers_the_message():
    home = stage()
    home.until(MONDAY + 12 * HOUR + MINUTE)
    kept = say(home, "a walk", name="check-in@2026-03-02/ana/~nudge-1")
    assert home.world.store.find("check-in@2026-03-02/ana").occurrence.id == kept.reply.occurrence
    home.until(MONDAY + DAY)
    assert notices(home) == [(0, "~nudge-1")]


def test_a_reply_between_two_nudges_ends_the_second():
    home = stage()
    home.until(MONDAY + 14 * HOUR + 55 * MINUTE)  # the second has its words already
    say(home, "skip")
    home.until(MONDAY + DAY)
    assert notices(home) == [(0, "~nudge-1")]


def test_in_quiet_hours_a_nudge_waits_and_past_the_end_there_is_none():
    sleeper = replace(ANA, quiet=Quiet(start=time(20), end=time(7)))
    late = stage(sleeper, BEN, when="every Monday at 19:00", nudge_after=2 * HOUR, nudge_times=1, expires=2 * DAY)
    late.until(MONDAY + 2 * DAY)
    (nudge,) = [e for e in late.record() if e.occurrence.part]
    assert nudge.deliveries[0].sent_utc == MONDAY + DAY + 7 * HOUR
    short = stage(sleeper, BEN, when="every Monday at 19:00", nudge_after=2 * HOUR, nudge_times=1, expires=6 * HOUR)
    short.until(MONDAY + 2 * DAY)
    assert notices(short) == []


def test_there_is_none_once_the_time_to_answer_is_over():
    home = stage(expires=4 * HOUR)
    home.until(MONDAY + DAY)
    assert notices(home) == [(0, "~nudge-1")]


def test_there_is_none_for_a_message_that_never_arrived_or_a_person_on_a_pause():
    home = stage()
    home.world.store.pause(Pause(person="ana", since_utc=MONDAY))
    home.until(MONDAY + DAY)
    assert home.sender.sent == []
    home = stage()
    home.until(MONDAY + 10 * HOUR)
    home.world.store.pause(Pause(person="ana", since_utc=home.clock.at))
    home.until(MONDAY + DAY)
    assert notices(home) == []


def test_after_two_silent_slots_there_are_fewer_and_after_three_one_offer_and_then_none_for_a_season():
    home = stage()
    home.until(MONDAY + 30 * DAY)
    assert notices(home) == [
        (0, "~nudge-1"), (0, "~nudge-2"), (1, "~nudge-1"), (1, "~nudge-2"), (2, "~nudge-1"), (3, "~offer"),
    ]  # fmt: skip
    home.until(MONDAY + 100 * DAY)
    assert notices(home)[6:] == [(93, "~offer")]


def test_one_reply_and_they_are_as_they_were():
    home = stage()
    home.until(MONDAY + 2 * DAY + 10 * HOUR)
    say(home, "still here")
    home.until(MONDAY + 4 * DAY)
    assert [part for day, part in notices(home) if day == 3] == ["~nudge-1", "~nudge-2"]


def test_a_ritual_that_asks_for_nothing_is_never_asked_about():
    home = stage(ask="none", nudge_after=None, nudge_times=0)
    home.until(MONDAY + 30 * DAY)
    assert notices(home) == []


def test_the_offer_can_be_taken_and_nobody_else_learns_of_it():
    home = stage(nudge_after=None, nudge_times=0, to=("ana", "ben"))
    home.until(MONDAY + 3 * DAY + 13 * HOUR)
    assert [part for _, part in notices(home)] == ["~offer"]
    say(home, "pause", name="check-in@2026-03-05/ana/~offer")
    before = len([s for s in home.sender.sent if s.channel.startswith("ben")])
    home.until(MONDAY + 20 * DAY)
    sent = [s.channel for s in home.sender.sent]
    assert len([label for label in sent if label.startswith("ana")]) == 5  # four messages and the offer
    assert len([label for label in sent if label.startswith("ben")]) > before + 10
    home.until(MONDAY + 34 * DAY)
    assert len([s for s in home.sender.sent if s.channel.startswith("ana")]) > 5


def test_a_reveal_asks_nothing_back():
    home = stage(to=("ana", "ben"))
    home.until(MONDAY + 10 * HOUR)
    say(home, "a walk")
    say(home, "a swim", who="ben")
    home.until(MONDAY + 10 * HOUR + 5 * MINUTE)
    with pytest.raises(RitualsdError, match="nothing to answer"):
        say(home, "lovely", name="check-in@2026-03-02/ana/~reveal")


def test_the_log_tells_of_no_nudge():
    home = stage()
    home.until(MONDAY + 9 * HOUR + MINUTE)
    before = len(home.events)
    home.until(MONDAY + 20 * HOUR)
    assert home.events[before:] == []


def test_a_simulation_follows_the_nudges_of_somebody_silent():
    given = settings(ritual("check-in", to=("ana",), **NUDGED), people=(ANA,))
    told = simulate(given, ListContent(), memory_store(secret=b"s" * 32), start=MONDAY, days=1)
    assert [entry.occurrence.part for entry in told.sent] == ["", "~nudge-1", "~nudge-2"]


def test_a_month_with_one_silent_partner_moves_on_blames_nobody_and_grows_quiet():
    rituals = [
        ritual("check-in", "every Sunday at 18:00", ("ana", "ben"), nudge_after=3 * HOUR, nudge_times=1, ask="text"),
        ritual("thanks", "every day at 08:00", ("ana", "ben"), nudge_after=2 * HOUR, nudge_times=2, ask="text"),
        ritual("mood", "every day at 20:00", ("ana", "ben"), ask="scale", reveal="at-once"),
        ritual("cook", "every Wednesday at 17:00", ("ana", "ben"), turns=True, ask="done"),
    ]
    home = Stage(
        settings=settings(*rituals, people=(ANA, BEN)), clock=VirtualClock(MONDAY), sender=ScriptedSender(),
        content=ListContent(),
    )  # fmt: skip
    words = {"check-in": "a quiet week", "thanks": "the soup", "mood": "4", "cook": "done"}
    seen = set()
    for hour in range(1, 30 * 24 + 1):
        home.until(MONDAY + hour * HOUR)
        for entry in home.world.store.history(person="ana", limit=10):
            occurrence = entry.occurrence
            if not occurrence.part and occurrence.name not in seen and occurrence.state == "closed":
                seen.add(occurrence.name)
                say(home, words[occurrence.ritual], name=occurrence.name)
    told_ana = [sent.body for sent in home.sender.sent if sent.channel.startswith("ana")]
    asked = {f"the words of {name}" for name in words}
    assert set(told_ana) == asked  # never a nudge, a reveal, or a word about anybody
    days = [e.occurrence.slot for e in home.record("thanks") if e.occurrence.person == "ben" and not e.occurrence.part]
    assert len(days) == 30
    nudged = [day for day, part in notices(home, "ben") if part.startswith("~nudge")]
    assert max(nudged) <= 14, "a weekly ritual needs two slots to be left alone, a daily one two days"
    parts = [part for _, part in notices(home, "ben")]
    assert 1 <= parts.count("~offer") <= 4
    assert all("Ana" not in s.body or "4" in s.body for s in home.sender.sent if s.channel.startswith("ben"))
