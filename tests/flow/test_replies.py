"""What a reply comes to, lived through: after done counts anew, a snooze comes again, silence moves nothing."""

from datetime import UTC, datetime, time, timedelta

import pytest

from ritualsd.core.plan import Planning
from ritualsd.core.upcoming import upcoming
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.flow.collect import collect
from ritualsd.flow.plan import plan_with_record
from ritualsd.flow.send_now import send_now
from ritualsd.model import ActionKind, Incoming, Outcome, Pause, Quiet
from ritualsd.testing import ListContent, ScriptedSender, VirtualClock
from tests.builders import person, ritual, settings
from tests.flow.stage import Stage

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FILTER = ritual("filter", when="3 weeks after done at 10:00")
ANA, BEN = person("ana"), person("ben")


def stage(*rituals, people=(ANA, BEN), sender=None, at=MONDAY):
    return Stage(
        settings=settings(*rituals, people=people),
        clock=VirtualClock(at),
        sender=sender or ScriptedSender(),
        content=ListContent(),
    )


def say(on, text, name=None, who="ana", message=None):
    """Answer the newest occurrence, or the one named, now."""
    at = on.clock.at
    name = name or next(entry.occurrence.name for entry in on.world.store.history(person=who) if not ours(entry))
    incoming = Incoming(
        occurrence=name, person=who, text=text, source="test", source_msg_id=message or f"{at}{text}", received_utc=at
    )
    return collect(on.world, on.settings, incoming, at)


def days(on, ritual_id=""):
    """The days since Monday on which messages arrived, in order."""
    return [
        (s.deliveries[0].sent_utc - MONDAY).days
        for s in on.record(ritual_id)
        if s.deliveries and s.deliveries[0].sent_utc and not ours(s)
    ]


def ours(entry):
    """Whether it is a notice of ritualsd's own, such as a look back."""
    return entry.occurrence.ritual.startswith("~")


def wake(on):
    return on.world.store.next_due()


# counting from done


def test_what_was_never_done_counts_from_the_day_it_was_first_seen():
    filters = stage(FILTER)
    filters.until(MONDAY + 60 * DAY)
    assert days(filters) == [21]


def test_silence_moves_nothing():
    filters = stage(FILTER)
    filters.until(MONDAY + 400 * DAY)
    assert days(filters) == [21]
    assert wake(filters) is None


def test_done_moves_the_next_slot_and_each_done_the_one_after():
    filters = stage(FILTER)
    filters.until(MONDAY + 24 * DAY)
    kept = say(filters, "done")
    assert (kept.counts, kept.next_utc) == (True, MONDAY + 45 * DAY + 10 * HOUR)
    filters.until(MONDAY + 46 * DAY)
    say(filters, "👍")
    filters.until(MONDAY + 200 * DAY)
    assert days(filters) == [21, 45, 67]


@pytest.mark.parametrize(("ask", "text"), [("scale", "4"), ("text", "It was green"), (("fine", "worn"), "worn")])
def test_an_answer_to_what_was_asked_says_that_it_was_done(ask, text):
    filters = stage(ritual("filter", when="3 weeks after done at 10:00", ask=ask))
    filters.until(MONDAY + 22 * DAY)
    say(filters, text)
    filters.until(MONDAY + 50 * DAY)
    assert days(filters) == [21, 43]


def test_skip_moves_nothing_and_done_said_later_still_counts():
    filters = stage(FILTER)
    filters.until(MONDAY + 22 * DAY)
    assert say(filters, "skip").next_utc is None
    filters.until(MONDAY + 60 * DAY)
    assert days(filters) == [21]
    say(filters, "done")
    filters.until(MONDAY + 90 * DAY)
    assert days(filters) == [21, 81]


def test_done_said_by_mistake_can_be_taken_back():
    filters = stage(FILTER)
    filters.until(MONDAY + 21 * DAY + 11 * HOUR)
    say(filters, "done")
    filters.until(MONDAY + 41 * DAY)
    say(filters, "skip")
    filters.until(MONDAY + 100 * DAY)
    assert days(filters) == [21]


def test_without_a_time_it_comes_at_the_time_of_day_it_was_done():
    filters = stage(ritual("filter", when="2 days after done"))
    filters.until(MONDAY + 2 * DAY + 15 * HOUR)
    say(filters, "done")
    filters.until(MONDAY + 30 * DAY)
    assert [entry.occurrence.due_utc for entry in filters.record()][1:] == [MONDAY + 4 * DAY + 15 * HOUR]


def test_it_begins_on_its_own_first_day_and_at_once_where_that_is_past():
    ahead = ritual("ahead", when="3 weeks after done at 10:00 from 2026-03-05")
    behind = ritual("behind", when="3 weeks after done at 10:00 from 2025-01-01")
    both = stage(ahead, behind)
    both.until(MONDAY + 60 * DAY)
    assert (days(both, "ahead"), days(both, "behind")) == ([3], [0])


def test_for_several_people_and_zones_the_last_time_anyone_did_it_counts():
    shared = ritual("date", when="2 weeks after done at 19:00", to=("ana", "ben"))
    noon = MONDAY + 12 * HOUR
    both = stage(shared, people=(ANA, person("ben", "America/New_York")), at=noon)
    both.until(noon + 16 * DAY)
    say(both, "done", who="ana")
    both.until(noon + 18 * DAY)
    say(both, "done", who="ben")
    both.until(noon + 40 * DAY)
    assert days(both) == [14, 14, 32, 32]


def test_turns_count_from_done_too():
    turns = stage(ritual("cook", when="1 week after done at 18:00", to=("ana", "ben"), turns=True))
    for _ in range(4):
        turns.until(turns.clock.at + 8 * DAY)
        (newest, *_) = turns.world.store.history()
        say(turns, "done", who=newest.occurrence.person)
    people = [entry.occurrence.person for entry in turns.record()]
    assert sorted(people) == ["ana", "ana", "ben", "ben"]


@pytest.mark.parametrize("ask", ["scale", "done", "none", ("soup", "salad")])
def test_that_somebody_does_not_feel_safe_is_heard_whatever_was_asked(ask):
    home = stage(ritual("mood", when="every day at 09:00", to=("ana", "ben"), ask=ask))
    home.until(MONDAY + 12 * HOUR)
    kept = say(home, "I don't feel safe")
    assert (kept.reply.action, kept.reply.late) == (ActionKind.TEXT, True)
    assert home.world.store.answers_at("mood", "2026-03-02", "") == {}
    with pytest.raises(RitualsdError):
        say(home, "The bridge felt unsafe")


def test_what_was_on_its_way_is_let_go_when_it_is_done_before():
    sleeper = person("ana", quiet=Quiet(start=time(9), end=time(20)))
    filters = stage(FILTER, people=(sleeper,))
    filters.until(MONDAY + 21 * DAY + 11 * HOUR)
    (name,) = send_now(filters.world, filters.settings, "filter", None, filters.clock.at)
    filters.turn()
    say(filters, "done", name)
    filters.until(MONDAY + 30 * DAY)
    assert filters.sender.sent == []
    assert [state for _, *state in filters.states()] == [["skipped", "done"], ["skipped", "answered"]]


def test_an_edit_keeps_what_is_known_of_done_and_a_time_that_it_moved_into_the_past_comes_next():
    filters = stage(FILTER)
    filters.until(MONDAY + 21 * DAY + 12 * HOUR)
    say(filters, "done")
    filters.until(MONDAY + 30 * DAY)
    filters.adopt(settings(ritual("filter", when="1 week after done at 10:00"), people=(ANA,)))
    filters.until(MONDAY + 60 * DAY)
    assert days(filters) == [21, 30]
    filters.adopt(settings(ritual("filter", when="1 week after done at 10:00", zone="Asia/Tokyo"), people=(ANA,)))
    filters.until(MONDAY + 90 * DAY)
    assert days(filters) == [21, 30]


def test_a_union_counts_from_done_beside_its_other_times():
    mixed = stage(ritual("mixed", when="3 days after done at 10:00; every Sunday at 18:00"))
    mixed.until(MONDAY + 4 * DAY)
    say(mixed, "done")
    mixed.until(MONDAY + 10 * DAY)
    assert days(mixed) == [3, 6, 7]


def test_a_crash_between_the_reply_and_the_next_beat_loses_nothing():
    filters = stage(FILTER)
    filters.until(MONDAY + 24 * DAY)
    say(filters, "done")
    filters.adopt()
    filters.until(MONDAY + 50 * DAY)
    assert days(filters) == [21, 45]


def test_a_done_while_it_is_being_planned_wins_over_the_plan():
    filters = stage(FILTER)
    filters.until(MONDAY + 20 * DAY)
    (name,) = send_now(filters.world, filters.settings, "filter", None, filters.clock.at)
    filters.turn()
    filters.clock.at = now = MONDAY + 21 * DAY + 10 * HOUR - timedelta(minutes=5)
    planning = Planning(household=filters.settings.household, now=now, until_utc=now + HOUR, secret=b"")
    (stream,) = filters.world.store.due_streams(planning.until_utc, 9)
    planned = plan_with_record(filters.world, stream, FILTER, planning)
    say(filters, "done", name)
    assert len(planned.occurrences) == 1
    assert filters.world.store.commit_plan([planned]) == 0
    filters.until(MONDAY + 60 * DAY)
    assert days(filters) == [20, 42]


def test_what_nobody_was_told_of_comes_on_the_next_of_its_days():
    filters = stage(FILTER)
    filters.world.store.pause(Pause(since_utc=MONDAY, until_utc=MONDAY + 24 * DAY))
    filters.until(MONDAY + 60 * DAY)
    assert [reason for _, _, reason in filters.states()] == ["paused", "paused", "paused", "sent"]
    assert days(filters) == [24]


def test_what_was_missed_while_the_machine_was_off_comes_when_it_is_back():
    filters = stage(FILTER)
    filters.until(MONDAY + 2 * DAY)
    filters.asleep_until(MONDAY + 40 * DAY)
    filters.until(MONDAY + 80 * DAY)
    assert filters.states() == [("2026-03-23", "missed", "down"), ("2026-04-11", "closed", "sent")]


def test_what_could_not_be_delivered_comes_again_until_it_is():
    refused = ScriptedSender(*[Outcome(kind="permanent", code="http-404")] * 4)
    filters = stage(FILTER, sender=refused)
    filters.until(MONDAY + 60 * DAY)
    assert [(slot, state) for slot, state, _ in filters.states()] == [
        ("2026-03-23", "failed"),
        ("2026-03-24", "failed"),
        ("2026-03-25", "closed"),
    ]


def test_what_reached_one_of_two_people_owes_the_other_nothing():
    both = stage(ritual("date", when="2 weeks after done at 19:00", to=("ana", "ben")))
    both.world.store.pause(Pause(person="ben", since_utc=MONDAY))
    both.until(MONDAY + 60 * DAY)
    assert both.states() == [("2026-03-16", "closed", "sent"), ("2026-03-16", "skipped", "own-pause")]


def test_what_reached_neither_comes_again_for_both():
    refused = ScriptedSender(*[Outcome(kind="permanent", code="http-404")] * 2)
    date = ritual("date", when="2 weeks after done at 19:00", to=("ana", "ben"))
    both = stage(date, people=(ANA, person("ben", channels=())), sender=refused)
    both.until(MONDAY + 60 * DAY)
    states = [(entry.occurrence.slot, entry.occurrence.person, entry.occurrence.reason) for entry in both.record()]
    assert sorted(states) == [
        ("2026-03-16", "ana", "refused"),
        ("2026-03-16", "ben", "no-safe-channel"),
        ("2026-03-17", "ana", "sent"),
        ("2026-03-17", "ben", "no-safe-channel"),
    ]


def test_skipping_what_was_not_sent_yet_owes_nothing():
    sleeper = person("ana", quiet=Quiet(start=time(9), end=time(20)))
    filters = stage(FILTER, people=(sleeper,))
    filters.until(MONDAY + 21 * DAY + 11 * HOUR)
    say(filters, "skip")
    filters.until(MONDAY + 60 * DAY)
    assert [state for _, *state in filters.states()] == [["skipped", "answered"]]


def test_an_edit_after_it_was_missed_does_not_lose_it():
    filters = stage(FILTER)
    filters.until(MONDAY + 2 * DAY)
    filters.asleep_until(MONDAY + 40 * DAY)
    filters.adopt(settings(ritual("filter", when="3 weeks after done at 10:00", gap="skip"), people=(ANA,)))
    filters.until(MONDAY + 80 * DAY)
    assert [state for _, state, _ in filters.states()] == ["missed", "closed"]


def test_a_reminder_ahead_of_it_moves_nothing():
    filters = stage(ritual("filter", when="3 weeks after done at 10:00", remind=("2 days before", "on the day")))
    filters.until(MONDAY + 60 * DAY)
    assert days(filters) == [19, 21]


def test_the_preview_says_what_the_planner_does():
    filters = stage(FILTER)
    filters.world.store.pause(Pause(since_utc=MONDAY, until_utc=MONDAY + 23 * DAY))
    ahead = upcoming(
        filters.settings, MONDAY, secret=b"s" * 32, counts={}, pauses=filters.world.store.pauses(), done={},
    )  # fmt: skip
    foreseen = [(item.slot.due_utc, item.reason or "sent") for item in ahead]
    filters.until(MONDAY + 60 * DAY)
    assert [(entry.occurrence.due_utc, entry.occurrence.reason) for entry in filters.record()] == foreseen
    assert len(foreseen) == 3


# once and for all


def test_the_same_message_told_twice_counts_once():
    filters = stage(FILTER)
    filters.until(MONDAY + 22 * DAY)
    first = say(filters, "done", message="1")
    assert say(filters, "done", message="1") == first
    (held,) = filters.record()
    assert len(filters.world.store.replies(held.occurrence.id)) == 1


def test_a_snooze_told_of_again_after_it_rang_does_not_ring_once_more():
    daily = stage(ritual())
    daily.until(MONDAY + 10 * HOUR)
    say(daily, "snooze 2h", message="1")
    daily.until(MONDAY + 20 * HOUR)
    say(daily, "snooze 2h", message="1")
    daily.until(MONDAY + 23 * HOUR)
    assert len(daily.sender.sent) == 2


def test_what_is_somebody_elses_and_what_is_not_there_get_the_same_answer():
    daily = stage(ritual(to=("ana", "ben")))
    daily.until(MONDAY + 10 * HOUR)
    refusals = []
    for name in ("thanks@2026-03-02/ben", "thanks@1999-01-01/ana", "nonsense"):
        with pytest.raises(NotFound) as refused:
            say(daily, "done", name)
        refusals.append(str(refused.value))
    assert len(set(refusals)) == 1


@pytest.mark.parametrize("kept_from", [frozenset(), "others"])
def test_nobody_is_told_what_was_said_nor_that_anything_was(kept_from):
    daily = stage(ritual(ask="text", secret_from=kept_from))
    daily.until(MONDAY + 10 * HOUR)
    before = list(daily.events)
    say(daily, "CANARY by the lake")
    assert daily.events == before


def test_a_reply_to_a_ritual_that_is_gone_is_kept():
    daily = stage(ritual(ask="text"))
    daily.until(MONDAY + 10 * HOUR)
    daily.adopt(settings(ritual("other"), people=(ANA,)))
    assert not say(daily, "a late word", "thanks@2026-03-02/ana").counts
    with pytest.raises(RitualsdError, match="changed or removed"):
        say(daily, "snooze 2h", "thanks@2026-03-02/ana")


def test_what_is_no_answer_stores_nothing():
    daily = stage(ritual(ask="scale"))
    daily.until(MONDAY + 10 * HOUR)
    with pytest.raises(RitualsdError, match="from 1 to 5"):
        say(daily, "11")
    (entry,) = daily.record()
    assert daily.world.store.replies(entry.occurrence.id) == []


# snooze


def test_a_snooze_sends_the_same_words_again_when_it_said():
    daily = stage(ritual(kind="gratitude"))
    daily.until(MONDAY + 9 * HOUR + timedelta(minutes=1))
    kept = say(daily, "snooze 2h")
    assert kept.reply.until_utc == daily.clock.at + 2 * HOUR
    daily.until(MONDAY + 20 * HOUR)
    first, second = daily.sender.sent
    assert first == second
    (entry,) = daily.record()
    assert entry.deliveries[1].sent_utc == kept.reply.until_utc
    assert daily.states() == [("2026-03-02", "closed", "sent")]


def test_the_last_snooze_counts_and_an_answer_ends_it():
    daily = stage(ritual())
    daily.until(MONDAY + 10 * HOUR)
    say(daily, "snooze 1h")
    say(daily, "snooze 4h")
    daily.until(MONDAY + 13 * HOUR)
    assert len(daily.sender.sent) == 1
    daily.until(MONDAY + 15 * HOUR)
    assert len(daily.sender.sent) == 2
    say(daily, "snooze 2h")
    daily.until(MONDAY + 16 * HOUR)
    say(daily, "done")
    daily.until(MONDAY + 23 * HOUR)
    assert len(daily.sender.sent) == 2


def test_a_snooze_past_the_next_one_says_that_it_cannot():
    daily = stage(ritual())
    daily.until(MONDAY + 10 * HOUR)
    with pytest.raises(RitualsdError, match="its next one comes before that, on Tue 03 Mar 09:00"):
        say(daily, "snooze 1 day")
    daily.until(MONDAY + 20 * HOUR)
    assert len(daily.sender.sent) == 1


def test_a_snooze_of_what_was_never_worded_says_that_it_cannot():
    daily = stage(ritual())
    daily.world.store.pause(Pause(since_utc=MONDAY, until_utc=MONDAY + DAY))
    daily.until(MONDAY + 10 * HOUR)
    with pytest.raises(RitualsdError, match="no words of it"):
        say(daily, "snooze 2h")


def test_a_snooze_into_quiet_hours_waits_for_their_end():
    sleeper = person("ana", quiet=Quiet(start=time(22), end=time(7)))
    weekly = stage(ritual(when="every Monday at 09:00"), people=(sleeper,))
    weekly.until(MONDAY + 21 * HOUR)
    say(weekly, "snooze 3h")
    weekly.until(MONDAY + 2 * DAY)
    (entry,) = weekly.record()
    assert entry.deliveries[1].sent_utc == MONDAY + DAY + 7 * HOUR


def test_a_snoozed_message_falls_back_and_is_tried_again_like_any_other():
    flaky = ScriptedSender(Outcome(kind="sent", code="ok"), Outcome(kind="transient", code="refused"))
    weekly = stage(ritual(when="every Monday at 09:00"), sender=flaky)
    weekly.until(MONDAY + 10 * HOUR)
    say(weekly, "snooze 2h")
    weekly.until(MONDAY + 2 * DAY)
    assert len(flaky.sent) == 3
    assert weekly.states() == [("2026-03-02", "closed", "sent")]
