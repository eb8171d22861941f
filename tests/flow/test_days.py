"""Ordinary and bad days, lived through by the verbs themselves on a held clock."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from ritualsd.model import Outcome, Pause, Quiet
from ritualsd.testing import ListContent, ScriptedSender, VirtualClock
from tests.builders import channel, person, ritual, settings
from tests.flow.stage import Stage, prompts

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def stage(*rituals, people=(), sender=None, at=MONDAY, content=None):
    return Stage(
        settings=settings(*rituals, people=people or (person("ana"), person("ben", "America/New_York"))),
        clock=VirtualClock(at),
        sender=sender or ScriptedSender(),
        content=content or ListContent(),
    )


def test_a_week_of_mornings_is_seven_messages_each_at_its_minute():
    daily = stage(ritual(when="every day at 09:00"))
    daily.until(MONDAY + 7 * DAY)
    entries = list(daily.record())
    assert len(daily.sender.sent) == 7
    assert all(e.deliveries[0].sent_utc == e.occurrence.due_utc for e in entries)
    assert {e.occurrence.due_utc.hour for e in entries} == {9}


def test_each_person_gets_it_at_their_own_nine_o_clock():
    both = stage(ritual(to=("ana", "ben")))
    both.until(MONDAY + DAY)
    assert {e.occurrence.person: e.occurrence.due_utc.hour for e in both.record()} == {"ana": 9, "ben": 14}


def test_words_are_made_ahead_and_everyone_asked_together_is_asked_the_same():
    both = stage(ritual(to=("ana", "ben"), kind="check-in"), content=ListContent(prompts(20)))
    both.until(MONDAY + 5 * DAY)
    by_slot = {}
    for entry in both.record():
        by_slot.setdefault(entry.occurrence.slot, set()).add(entry.occurrence.body)
    assert len(by_slot) == 5
    assert all(len(bodies) == 1 for bodies in by_slot.values())


def test_no_prompt_repeats_before_the_pool_is_used_up():
    one = stage(ritual(kind="gratitude"), content=ListContent(prompts(10)))
    one.until(MONDAY + 10 * DAY)
    assert len(set(one.bodies())) == 10


def test_after_a_week_off_the_newest_comes_late_and_the_rest_is_on_record():
    daily = stage(ritual(when="every day at 09:00"))
    daily.until(MONDAY + timedelta(hours=1))
    daily.asleep_until(MONDAY + 7 * DAY + timedelta(hours=10))
    daily.turn()
    assert len(daily.sender.sent) == 1
    assert daily.bodies()[0].startswith("A little late, from Monday 09:00:")
    missed = [state for state in daily.states() if state[1] == "missed"]
    assert len(missed) == 7
    assert {reason for _, _, reason in missed} == {"down"}


def test_what_no_longer_makes_sense_is_missed_not_sent_late():
    brief = stage(ritual(when="every day at 09:00", expires=timedelta(minutes=45)))
    brief.until(MONDAY + timedelta(hours=1))
    brief.asleep_until(MONDAY + timedelta(hours=11))
    brief.turn()
    assert brief.sender.sent == []
    assert brief.states() == [("2026-03-02", "missed", "down")]


def test_many_late_questions_come_a_few_an_hour():
    crowd = stage(*(ritual(f"r{n}", when="every day at 09:00", ask="done") for n in range(8)))
    crowd.until(MONDAY + timedelta(hours=1))
    crowd.asleep_until(MONDAY + timedelta(hours=9, minutes=30))
    crowd.turn()
    assert len(crowd.sender.sent) == 3
    crowd.until(MONDAY + timedelta(hours=12))
    assert len(crowd.sender.sent) == 8


def test_a_dead_network_for_three_days_ends_in_one_message_not_three():
    down = [Outcome(kind="transient", code="refused")] * 5000
    sender = ScriptedSender(*down)
    daily = stage(ritual(when="every day at 09:00"), sender=sender)
    daily.until(MONDAY + 2 * DAY + timedelta(hours=12))
    sender.script.clear()
    tries = len(sender.sent)
    daily.until(MONDAY + 2 * DAY + timedelta(hours=13))
    assert len(sender.sent) == tries + 1
    states = daily.states()
    assert [state for _, state, _ in states] == ["superseded", "superseded", "closed"]


def test_a_refused_channel_falls_back_with_the_same_words():
    two = person("ana", channels=(channel("ana"), channel("ana", "mail")))
    sender = ScriptedSender(Outcome(kind="permanent", code="http-404"))
    fallback = stage(ritual(), people=(two,), sender=sender)
    fallback.until(MONDAY + DAY)
    assert [sent.channel for sent in sender.sent] == ["ana/phone", "ana/mail"]
    assert sender.sent[0].body == sender.sent[1].body
    assert [d.state for e in fallback.record() for d in e.deliveries] == ["failed", "sent"]


def test_quiet_hours_hold_a_message_until_morning():
    quiet = person("ana", quiet=Quiet(start=time(22), end=time(8)))
    late = stage(ritual(when="every day at 23:00"), people=(quiet,))
    late.until(MONDAY + DAY + timedelta(hours=9))
    (entry,) = [e for e in late.record() if e.deliveries and e.deliveries[0].sent_utc]
    assert entry.deliveries[0].sent_utc == MONDAY + DAY + timedelta(hours=8)
    assert entry.deliveries[0].attempts == 1


def test_a_pause_leaves_a_reason_and_no_backlog():
    daily = stage(ritual())
    daily.world.store.pause(Pause(since_utc=MONDAY, until_utc=MONDAY + 3 * DAY))
    daily.until(MONDAY + 4 * DAY)
    assert [reason for _, _, reason in daily.states()] == ["paused", "paused", "paused", "sent"]


def test_a_secret_never_goes_to_a_channel_someone_shares():
    shared = channel("ana", "tablet", shared_with=frozenset({"ben"}))
    ana = person("ana", channels=(shared, channel("ana")))
    surprise = stage(ritual(secret_from="others"), people=(ana, person("ben")))
    surprise.until(MONDAY + DAY)
    assert [sent.channel for sent in surprise.sender.sent] == ["ana/phone"]


def test_a_secret_without_a_safe_channel_is_not_sent_and_says_so():
    ana = person("ana", channels=(channel("ana", shared_with=frozenset({"ben"})),))
    surprise = stage(ritual(secret_from=frozenset({"ben"})), people=(ana, person("ben")))
    surprise.until(MONDAY + DAY)
    assert surprise.sender.sent == []
    assert surprise.states() == [("2026-03-02", "failed", "no-safe-channel")]


def test_turns_alternate_fairly_and_are_on_record():
    turns = stage(ritual(to=("ana", "ben"), turns=True))
    turns.until(MONDAY + 20 * DAY)
    people = [entry.occurrence.person for entry in turns.record()]
    assert abs(people.count("ana") - people.count("ben")) <= 1


def test_a_time_moved_after_it_rang_does_not_ring_again_that_day():
    daily = stage(ritual(when="every day at 09:00"))
    daily.until(MONDAY + timedelta(hours=9, minutes=30))
    daily.adopt(settings(ritual(when="every day at 10:00"), people=(person("ana"),)))
    daily.until(MONDAY + DAY + timedelta(hours=11))
    assert len(daily.sender.sent) == 2


def test_dropping_the_morning_at_noon_keeps_the_evening():
    twice = stage(ritual(when="every day at 07:30 and 21:00"), people=(person("ana"),))
    twice.until(MONDAY + timedelta(hours=12))
    twice.adopt(settings(ritual(when="every day at 21:00"), people=(person("ana"),)))
    twice.until(MONDAY + DAY)
    assert len(twice.sender.sent) == 2


def test_moving_the_morning_a_little_later_does_not_ring_twice_and_keeps_the_evening():
    twice = stage(ritual(when="every day at 07:30 and 21:00"), people=(person("ana"),))
    twice.until(MONDAY + timedelta(hours=7, minutes=45))
    twice.adopt(settings(ritual(when="every day at 08:00 and 21:00"), people=(person("ana"),)))
    twice.until(MONDAY + DAY)
    assert [entry.deliveries[0].sent_utc.hour for entry in twice.record() if entry.deliveries] == [7, 21]
    assert ("2026-03-02T08:00", "skipped", "edited") in twice.states()


def test_an_edit_just_before_the_time_moves_it():
    daily = stage(ritual(when="every day at 09:00"), people=(person("ana"),))
    daily.until(MONDAY + timedelta(hours=8, minutes=55))
    daily.adopt(settings(ritual(when="every day at 10:00"), people=(person("ana"),)))
    daily.until(MONDAY + timedelta(hours=12))
    (entry,) = daily.record()
    assert entry.deliveries[-1].sent_utc == MONDAY + timedelta(hours=10)


def test_a_removed_ritual_falls_silent_with_a_reason():
    daily = stage(ritual(), people=(person("ana"),))
    daily.until(MONDAY + timedelta(hours=8, minutes=55))
    daily.adopt(settings(ritual("other", when="every day at 20:00"), people=(person("ana"),)))
    daily.until(MONDAY + timedelta(hours=12))
    assert daily.states("thanks") == [("2026-03-02", "cancelled", "config")]


def test_moving_to_another_zone_at_noon_rings_once_that_day():
    traveller = stage(ritual(to=("ana",)), people=(person("ana", "Europe/Berlin"),))
    traveller.until(MONDAY + timedelta(hours=12))
    traveller.adopt(settings(ritual(to=("ana",)), people=(person("ana", "America/New_York"),)))
    traveller.until(MONDAY + DAY)
    assert len(traveller.sender.sent) == 1


def test_a_clock_set_back_a_year_repeats_nothing_and_does_not_fall_silent():
    daily = stage(ritual(), people=(person("ana"),))
    daily.until(MONDAY + timedelta(hours=10))
    daily.clock.at = MONDAY - 365 * DAY
    daily.adopt()
    daily.until(MONDAY - 363 * DAY)
    assert len(daily.sender.sent) == 3


def test_planning_twice_is_planning_once():
    daily = stage(ritual(), people=(person("ana"),))
    for _ in range(3):
        daily.until(MONDAY + timedelta(hours=9, minutes=5))
        daily.adopt(replace(daily.settings))
    assert len(daily.sender.sent) == 1


def test_nothing_to_say_is_a_recorded_reason_not_a_loop():
    silent = stage(ritual(kind="gratitude"), content=ListContent(()))
    silent.until(MONDAY + 2 * DAY)
    assert [(state, reason) for _, state, reason in silent.states()] == [("skipped", "no-content")] * 2


def test_all_reminders_of_a_slot_go_to_the_person_whose_turn_it_is():
    dates = stage(
        ritual(
            when="every Friday at 19:00", to=("ana", "ben"), turns=True, remind=("3 days before", "on the day"),
            message="Date night is {when}.", expires=DAY,
        ),
        people=(person("ana"), person("ben")),
    )  # fmt: skip
    dates.until(MONDAY + 28 * DAY)
    by_slot = {}
    for entry in dates.record():
        by_slot.setdefault(entry.occurrence.slot, []).append((entry.occurrence.person, entry.occurrence.body))
    assert len(by_slot) == 4
    for heard in by_slot.values():
        assert len({who for who, _ in heard}) == 1
        assert [words for _, words in heard] == ["Date night is in 3 days.", "Date night is today."]
    people = [heard[0][0] for heard in by_slot.values()]
    assert people.count("ana") == 2


def test_turns_in_two_zones_ring_at_each_persons_own_time():
    turns = stage(ritual(to=("ana", "ben"), turns=True))
    turns.until(MONDAY + 10 * DAY)
    hours = {entry.occurrence.person: set() for entry in turns.record()}
    slots = [entry.occurrence.slot for entry in turns.record()]
    for entry in turns.record():
        hours[entry.occurrence.person].add(entry.occurrence.due_utc.hour)
    assert len(slots) == len(set(slots)) >= 9
    assert hours["ana"] == {9}
    assert hours["ben"] <= {13, 14}


def test_the_log_says_nothing_of_a_surprise_that_goes_well_and_names_nobody_when_it_does_not():
    sender = ScriptedSender(Outcome(kind="transient", code="refused"))
    surprise = stage(ritual("surprise", to=("ana", "ben"), turns=True, secret_from="others"), sender=sender)
    surprise.until(MONDAY + 2 * DAY)
    told = [(str(event.name), dict(event.fields)) for event in surprise.events]
    assert ("delivery.retry", {"ritual": "kept-secret", "code": "refused", "attempt": 1}) in told
    about_rituals = [fields for name, fields in told if not name.startswith("channel.")]
    assert all(fields["ritual"] == "kept-secret" for fields in about_rituals)


def test_a_rule_that_cannot_be_planned_stops_no_other():
    broken = stage(ritual("good"), ritual("bad"), people=(person("ana"),))
    streams = broken.world.store.streams()
    bad = replace(streams["bad", "UTC"], when="nonsense")
    broken.world.store.sync_streams([bad], [], [], MONDAY)
    broken.until(MONDAY + DAY)
    assert broken.bodies() == ["the words of good"]


def test_drawn_moments_keep_the_gap_a_person_asked_for():
    spread = person("ana", min_gap=timedelta(hours=3))
    drawn = stage(ritual(when="3 times a day between 08:00 and 20:00"), people=(spread,))
    drawn.until(MONDAY + 5 * DAY)
    times = [entry.occurrence.due_utc for entry in drawn.record()]
    assert len(times) >= 15
    assert all(later - sooner >= timedelta(hours=3) for sooner, later in pairwise(times))


def test_a_pause_of_ones_own_changes_no_turn_of_anybody_else():
    def month(*pauses):
        shared = stage(ritual(to=("ana", "ben"), turns=True))
        for pause in pauses:
            shared.world.store.pause(pause)
        shared.until(MONDAY + 30 * DAY)
        return [entry.occurrence.slot for entry in shared.record() if entry.occurrence.person == "ben"]

    away = Pause(person="ana", since_utc=MONDAY + 5 * DAY, until_utc=MONDAY + 20 * DAY)
    assert month() == month(away)
    assert len(month()) == 15


def test_who_was_reminded_gets_the_day_itself_at_their_own_hour():
    zones = {"ana": "Europe/Berlin", "ben": "America/New_York", "cleo": "Asia/Tokyo"}
    people = tuple(person(who, zone) for who, zone in zones.items())
    dinner = ritual(
        when="every Wednesday at 18:00", to=tuple(zones), turns=True, remind=("2 days before", "on the day")
    )
    shared = stage(dinner, people=people)
    shared.until(MONDAY + 70 * DAY)
    heard = [
        (e.occurrence, e.deliveries[0].due_utc.astimezone(ZoneInfo(zones[e.occurrence.person])))
        for e in shared.record()
    ]
    assert {at.hour for _, at in heard} == {18}
    by_slot = {}
    for occurrence, _ in heard:
        by_slot.setdefault(occurrence.slot, set()).add(occurrence.person)
    assert all(len(holders) == 1 for holders in by_slot.values())
    assert len(by_slot) >= 9
