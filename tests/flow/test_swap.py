"""A turn given back: the others are asked in private, the first yes has it, and nobody learns of a no."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from ritualsd.core.turns import fair_order
from ritualsd.core.upcoming import upcoming
from ritualsd.flow.collect import collect
from ritualsd.flow.unclear import ask_again
from ritualsd.model import Incoming, OccurrenceState, Quiet
from ritualsd.testing import ListContent, VirtualClock
from tests.builders import channel, person, ritual, settings
from tests.flow.stage import Stage

MONDAY = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PEOPLE = ("ana", "ben", "cleo")
COOK = ritual("cook", when="every day at 18:00", to=PEOPLE, turns=True, message="Cook something, {name}.")
ASK = "Could you take this one: Cook, Monday, 2 March? It is fine to say no."


def stage(*rituals, people=PEOPLE, **over):
    everyone = tuple(person(each) if isinstance(each, str) else each for each in people)
    home = settings(*rituals or (COOK,), people=everyone, **over)
    return Stage(settings=home, clock=VirtualClock(MONDAY), content=ListContent())


def on_monday(*rituals, **over):
    """An hour after the first turn was told; who has it, and the others in the order in which they are asked."""
    home = stage(*rituals, **over)
    home.until(MONDAY + 13 * HOUR)
    (entry,) = home.record("cook")
    secret, counts = home.world.store.installation().secret, home.world.store.counts_by_person("cook")
    holder, people = entry.occurrence.person, home.settings.household.rituals["cook"].to
    others = fair_order([each for each in people if each != holder], counts, secret=secret, ritual="cook")
    return home, holder, others


def say(on, text, who, name=None):
    at = on.clock.at
    name = name or newest(on, who)
    incoming = Incoming(
        occurrence=name, person=who, text=text, source="test", source_msg_id=f"{at}{who}{text}", received_utc=at
    )
    return collect(on.world, on.settings, incoming, at)


def newest(on, who):
    spoken = ("closed", "ready")
    return next(e.occurrence.name for e in on.world.store.history(person=who) if e.occurrence.state in spoken)


def heard(on, who):
    return [sent.body.split("\n")[0] for sent in on.sender.sent if sent.channel.startswith(f"{who}/")]


def turns(on):
    return dict(on.world.store.counts_by_person("cook"))


@pytest.mark.parametrize("words", ["swap", "Swap.", "I can't this time", "I can\u2019t this time"])
def test_the_others_are_asked_one_after_the_other(words):
    home, holder, (first, second) = on_monday()
    assert say(home, words, holder).words.startswith("Noted. The others are asked")
    home.turn()
    assert (heard(home, first), heard(home, second)) == ([ASK], [])
    home.until(MONDAY + 15 * HOUR)
    assert heard(home, second) == [ASK]


def test_the_first_yes_has_it_and_whoever_gave_it_back_is_thanked():
    home, holder, (first, second) = on_monday()
    say(home, "swap", holder)
    home.turn()
    assert say(home, "yes", first).words == "Thank you, it is yours. It comes to you now."
    home.until(MONDAY + 20 * HOUR)
    assert heard(home, first) == [ASK, f"Cook something, {first.capitalize()}."]
    assert heard(home, holder)[1:] == ["Thank you, someone else has it this time: Cook."]
    assert heard(home, second) == []
    assert turns(home) == {first: 1}
    states = {e.occurrence.person: (str(e.occurrence.state), e.occurrence.reason) for e in home.record("cook")}
    assert states == {holder: ("skipped", "swapped"), first: ("closed", "sent")}


def test_a_second_yes_is_thanked_and_changes_nothing():
    home, holder, (first, second) = on_monday()
    say(home, "swap", holder)
    home.until(MONDAY + 15 * HOUR)
    say(home, "gladly", second)
    assert say(home, "yes", first).words == "Thank you. Nobody is needed for it any more."
    home.until(MONDAY + 20 * HOUR)
    assert turns(home) == {second: 1}
    assert heard(home, holder)[1:] == ["Thank you, someone else has it this time: Cook."]


def test_an_answer_that_is_neither_is_met_with_the_two_there_are():
    home, holder, (first, _) = on_monday()
    say(home, "swap", holder)
    home.turn()
    token = home.sender.sent[-1].back.token
    unclear = Incoming(token=token, text="hm", source="mail", source_msg_id="1", received_utc=home.clock.at)
    ask_again(home.world, home.settings, unclear, home.clock.at)
    home.turn()
    assert heard(home, first)[-1].endswith('skip, snooze 2h, "yes" or "no".')


def test_silence_and_a_no_are_followed_by_the_same():
    told = []
    for answer in ("no", None):
        home, holder, (first, second) = on_monday()
        say(home, "swap", holder)
        home.turn()
        if answer:
            assert say(home, answer, first).words == "Noted, thank you."
        home.until(MONDAY + 20 * HOUR)
        told.append({who: heard(home, who) for who in (holder, first, second)})
    assert told[0] == told[1]


def test_where_nobody_can_it_rests_and_nothing_is_said():
    home, holder, others = on_monday()
    say(home, "swap", holder)
    home.until(MONDAY + 35 * HOUR)
    assert turns(home) == {}
    assert heard(home, holder) == [f"Cook something, {holder.capitalize()}."]
    (entry,) = home.record("cook")
    assert (entry.occurrence.state, entry.occurrence.reason) == (OccurrenceState.SKIPPED, "free")
    assert all(heard(home, who) == [ASK] for who in others)


def test_when_its_time_is_over_a_yes_comes_to_nothing():
    home, holder, (first, _) = on_monday()
    say(home, "swap", holder)
    home.turn()
    name = newest(home, first)
    home.until(MONDAY + 37 * HOUR)
    assert say(home, "yes", first, name).words == "Thank you. Nobody is needed for it any more."
    assert ("2026-03-02", "closed", "sent") not in home.states("cook")


def test_over_time_it_evens_out():
    home = stage()
    for day in range(30):
        home.until(MONDAY + day * DAY + 13 * HOUR)
        if day in (3, 11):
            (last,) = home.world.store.history(ritual="cook", limit=1)
            say(home, "swap", last.occurrence.person, last.occurrence.name)
            home.turn()
            asked = home.sender.sent[-1]
            assert asked.body.startswith("Could you")
            say(home, "yes", asked.channel.partition("/")[0])
            home.turn()
    counts = turns(home)
    assert sum(counts.values()) == 30
    assert max(counts.values()) - min(counts.values()) <= 1


def test_a_plain_skip_asks_nobody_and_is_their_turn_as_before():
    home, holder, others = on_monday()
    say(home, "skip", holder)
    home.until(MONDAY + 20 * HOUR)
    assert turns(home) == {holder: 1}
    assert all(heard(home, who) == [] for who in others)


def test_done_after_all_it_is_theirs_again_and_the_question_ends():
    home, holder, (first, second) = on_monday()
    say(home, "swap", holder)
    home.turn()
    for again in ("undo", "swap", "done"):
        say(home, again, holder, f"cook@2026-03-02/{holder}")
        assert turns(home) == ({} if again == "swap" else {holder: 1})
        home.clock.at += timedelta(seconds=1)
    assert say(home, "yes", first).words == "Thank you. Nobody is needed for it any more."
    home.until(MONDAY + 20 * HOUR)
    assert turns(home) == {holder: 1}
    assert heard(home, second) == []


def test_who_took_it_can_give_it_back_too_and_nobody_is_asked_twice():
    home, holder, (first, second) = on_monday()
    say(home, "swap", holder)
    home.turn()
    say(home, "yes", first)
    home.turn()
    say(home, "swap", first)
    home.until(MONDAY + 15 * HOUR)
    assert heard(home, holder)[1:] == ["Thank you, someone else has it this time: Cook."]
    say(home, "yes", second)
    home.until(MONDAY + 20 * HOUR)
    assert turns(home) == {second: 1}


def test_told_ahead_all_of_a_turn_goes_to_who_takes_it():
    party = ritual("cook", when="on 2026-03-09 at 18:00", to=PEOPLE, turns=True, remind=("1 week before", "on the day"))
    for taken in (True, False):
        home, holder, (first, second) = on_monday(party)
        say(home, "swap", holder)
        home.turn()
        if taken:
            say(home, "yes", first)
        home.until(MONDAY + 10 * DAY)
        own = [heard(home, who).count("the words of cook") for who in (holder, first, second)]
        assert own == ([1, 2, 0] if taken else [1, 0, 0])
        assert turns(home) == ({first: 1} if taken else {})


def test_an_edit_on_the_day_of_a_swap_takes_no_later_turn_away():
    twice = ritual("cook", when="every day at 09:00 and 18:00", to=PEOPLE, turns=True)
    home = stage(twice)
    home.until(MONDAY + 4 * HOUR)
    (entry,) = home.record("cook")
    say(home, "swap", entry.occurrence.person)
    home.turn()
    say(home, "yes", home.sender.sent[-1].channel.partition("/")[0])
    home.turn()
    moved = ritual("cook", when="every day at 09:00 and 20:00", to=PEOPLE, turns=True)
    home.adopt(settings(moved, people=tuple(person(each) for each in PEOPLE)))
    home.until(MONDAY + 17 * HOUR)
    assert ("2026-03-02T20:00", "closed", "sent") in home.states("cook")


def test_given_back_before_it_was_told_it_is_told_to_who_takes_it_when_it_is_due():
    quiet = Quiet(start=(MONDAY + 11 * HOUR).time(), end=(MONDAY + 14 * HOUR).time())
    home = stage(COOK, people=tuple(person(each, quiet=quiet) for each in PEOPLE))
    home.until(MONDAY + 13 * HOUR)
    (entry,) = home.record("cook")
    assert home.bodies() == []
    say(home, "swap", entry.occurrence.person)
    home.until(MONDAY + 15 * HOUR)
    assert not any(body.startswith("Cook") for body in home.bodies())
    asked = next(who for who in PEOPLE if heard(home, who))
    say(home, "yes", asked)
    home.until(MONDAY + 16 * HOUR)
    assert heard(home, asked)[-1] == f"Cook something, {asked.capitalize()}."


# who may know


def secret_home(**over):
    return on_monday(ritual("cook", when=COOK.when, to=PEOPLE, turns=True, secret_from="others", **over))


def test_a_secret_turn_rests_and_asks_nobody():
    home, holder, others = secret_home()
    assert say(home, "swap", holder).words == "Noted, thank you."
    home.until(MONDAY + 20 * HOUR)
    assert all(heard(home, who) == [] for who in others)
    assert turns(home) == {holder: 1}


def test_what_is_coming_to_others_is_the_same_whether_a_secret_turn_was_given_back_or_not():
    def coming(home, who):
        ahead = upcoming(
            home.settings, home.clock.at, until=home.clock.at + 20 * DAY, secret=b"s" * 32,
            counts={("cook", person): count for person, count in turns(home).items()}, pauses=(),
        )  # fmt: skip
        return [each.slot.key for each in ahead if each.person == who]

    home, holder, others = secret_home()
    before = {who: coming(home, who) for who in others}
    say(home, "swap", holder)
    home.turn()
    assert {who: coming(home, who) for who in others} == before


def test_whoever_it_is_kept_from_and_takes_turns_too_keeps_all_from_being_asked():
    home, holder, others = on_monday(
        ritual("cook", when=COOK.when, to=PEOPLE, turns=True, secret_from=frozenset(PEOPLE))
    )
    say(home, "swap", holder)
    home.until(MONDAY + 20 * HOUR)
    assert Counter(len(heard(home, who)) for who in others) == {0: 2}


def test_kept_from_somebody_outside_the_others_are_asked_where_that_one_cannot_read():
    dan = person("dan")
    shared = channel("ben", "hall", shared_with=frozenset({"dan"}))
    people = (person("ana"), person("ben", channels=(shared, channel("ben", "own"))), person("cleo"), dan)
    gift = ritual("cook", when=COOK.when, to=PEOPLE, turns=True, secret_from=frozenset({"dan"}))
    home, holder, _ = on_monday(gift, people=people)
    say(home, "swap", holder)
    home.until(MONDAY + 20 * HOUR)
    assert heard(home, "dan") == []
    assert all(sent.channel != "ben/hall" for sent in home.sender.sent)
    assert sum(ASK in body for body in home.bodies()) == 2


def test_being_asked_is_private_even_on_shared_channels():
    hall = channel("ben", "hall", shared_with=frozenset({"ana"}))
    people = (person("ana"), person("ben", channels=(hall, channel("ben", "own"))))
    pair = ritual("cook", when=COOK.when, to=("ana", "ben"), turns=True)
    home, holder, _ = on_monday(pair, people=people)
    say(home, "swap", holder)
    home.until(MONDAY + 20 * HOUR)
    asked_on = {sent.channel for sent in home.sender.sent if sent.body.startswith("Could")}
    assert asked_on == ({"ben/own"} if holder == "ana" else {"ana/phone"})


def test_nothing_of_it_is_in_the_log():
    home, holder, (first, _) = on_monday()
    before = len(home.events)
    say(home, "swap", holder)
    home.turn()
    say(home, "no", first)
    home.until(MONDAY + 20 * HOUR)
    told = str(home.events[before:])
    assert "~swap" not in told
    assert first not in told


def test_swap_is_no_answer_where_nobody_takes_turns():
    home = stage(ritual("cook", when=COOK.when, to=("ana",), ask="text"))
    home.until(MONDAY + 13 * HOUR)
    assert say(home, "swap", "ana").reply.words == "swap"
