"""What every Store promises while words are made and messages sent: the same words, one claim, nothing half."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.core.reasons import reason
from ritualsd.model import DeliveryState, Health, Message, OccurrenceState, Outcome, Prompt, Seen, Settlement
from tests.contract.ledgers import DAY, KINDS, NOW, SOON_OPEN, drawn, occurrence, planned, ready, sending

S, D = OccurrenceState, DeliveryState
HOUR = timedelta(hours=1)
SENT = Settlement(state=D.SENT, code="http-200", occurrence=(S.CLOSED, reason("sent")), healthy=True)
ACCEPTED = Outcome(kind="sent", code="http-200", provider_id="42")
LOST = Outcome(kind="transient", code="refused")


def again(at=NOW + HOUR, **over) -> Settlement:
    return Settlement(**{"state": D.PENDING, "code": "refused", "next_attempt_utc": at} | over)


# words


def test_what_is_to_be_prepared_is_planned_and_due_earliest_first(store) -> None:
    later, sooner, far, done = planned(store, occurrence(1), occurrence(0), occurrence(9), occurrence(2))
    store.end(done.id, S.SKIPPED, reason("paused"), NOW)
    assert [each.id for each in store.to_prepare(NOW + 3 * DAY, 10)] == [sooner.id, later.id]
    assert [each.id for each in store.to_prepare(NOW + 3 * DAY, 1)] == [sooner.id]
    assert store.find(far.name).occurrence.state is S.PLANNED


def test_words_deliveries_and_draw_are_stored_as_one(store) -> None:
    (held,) = planned(store, occurrence())
    delivery = ready(store, held, draw=drawn())
    entry = store.find(held.name)
    assert (entry.occurrence.state, entry.occurrence.title) == (S.READY, "A note")
    assert entry.occurrence.body == delivery.body == "the words of thanks@2026-03-02/ana"
    assert entry.occurrence.source == "deck:warm"
    assert store.seen("ana", "gratitude") == {"warm.1": Seen(round=1, last_utc=NOW, tags=frozenset({"fun"}))}
    assert store.to_prepare(NOW, 10) == []
    assert store.pending() == 1


def test_final_words_are_never_replaced(store) -> None:
    (held,) = planned(store, occurrence())
    first = ready(store, held)
    other = replace(first, id=0, body="other words")
    store.commit_ready(held.id, Message(title="t", body="other words", source=""), [other], drawn(), "ana", "k", NOW)
    assert store.find(held.name).occurrence.body == first.body
    assert store.find(held.name).deliveries == (first,)
    assert store.seen("ana", "k") == {}


def test_words_for_an_occurrence_that_ended_are_not_sent(store) -> None:
    (held,) = planned(store, occurrence())
    store.end(held.id, S.CANCELLED, reason("config"), NOW)
    late = replace(sending(store, planned(store, occurrence(1))[0]), id=0, occurrence=held.id)
    store.commit_ready(held.id, Message(title="t", body="b", source=""), [late], None, "ana", "k", NOW)
    assert store.find(held.name).deliveries == ()


def test_people_asked_at_the_same_slot_get_the_same_prompt(store) -> None:
    ana, ben, other_part = planned(store, occurrence(), occurrence(person="ben"), occurrence(person="ben", part="2"))
    given = drawn(season=frozenset({"winter"}), place=frozenset({"home"}), weight=0.5, credit="someone", effort=3)
    assert store.sibling(ben) is None
    ready(store, ana, draw=given)
    assert store.sibling(ben) == given
    assert store.sibling(ana) is None
    assert store.sibling(other_part) is None


def test_a_prompt_drawn_under_a_rule_that_was_changed_is_not_passed_on(store) -> None:
    (ana,) = planned(store, occurrence(1))
    ready(store, ana, draw=drawn())
    assert store.sibling(occurrence(1, "ben")) == drawn()
    store.sync_streams([], [], ["thanks"], NOW)
    assert store.sibling(occurrence(1, "ben")) is None


def test_what_was_seen_keeps_its_latest_round_by_scope_and_kind(store) -> None:
    for day, who in ((0, "ana"), (1, "ana"), (1, "ben")):
        (held,) = planned(store, occurrence(day, who))
        ready(store, held, draw=replace(drawn(), round=day + 1))
    assert store.seen("ana", "gratitude")["warm.1"].round == 2
    assert store.seen("ben", "gratitude")["warm.1"].tags == frozenset({"fun"})
    assert store.seen("ana", "gesture") == {}


def test_ending_cancels_what_is_pending_and_happens_once(store) -> None:
    (held,) = planned(store, occurrence())
    delivery = ready(store, held)
    store.end(held.id, S.SUPERSEDED, reason("newer"), NOW)
    store.end(held.id, S.EXPIRED, reason("late"), NOW + HOUR)
    entry = store.find(held.name)
    assert (entry.occurrence.state, entry.occurrence.reason, entry.occurrence.closed_utc) == (
        S.SUPERSEDED,
        "newer",
        NOW,
    )
    assert entry.deliveries[0].state is D.CANCELLED
    assert store.claim(delivery.id, "one", NOW) is None
    assert store.pending() == 0


def test_older_unsent_ones_are_found_for_superseding_but_not_one_under_way(store) -> None:
    under_way, prepared, bare, closed, this, later, other = planned(
        store, *(occurrence(day) for day in range(-4, 2)), occurrence(-4, "ben")
    )
    sending(store, under_way)
    ready(store, prepared)
    store.end(closed.id, S.SKIPPED, reason("paused"), NOW)
    assert [each.id for each in store.unsent_before("thanks", "ana", this.due_utc)] == [prepared.id, bare.id]
    assert store.find(later.name).occurrence.state is store.find(other.name).occurrence.state is S.PLANNED


# claims and outcomes


def test_due_deliveries_are_pending_and_the_one_waiting_longest_comes_first(store) -> None:
    rows = planned(store, occurrence(0), occurrence(-1), occurrence(1), occurrence(-2))
    first, second, ahead, claimed = (ready(store, row) for row in rows)
    store.claim(claimed.id, "one", NOW)
    assert [each.id for each in store.due_deliveries(NOW, 10)] == [second.id, first.id]
    assert [each.id for each in store.due_deliveries(NOW, 1)] == [second.id]
    assert store.next_delivery() == second.next_attempt_utc
    assert store.due_deliveries(NOW + DAY, 10)[-1] == ahead


def test_the_next_delivery_is_none_when_nothing_is_pending(store) -> None:
    assert store.next_delivery() is None
    sending(store, planned(store, occurrence())[0])
    assert store.next_delivery() is None
    assert store.pending() == 1


def test_only_one_claim_wins(store) -> None:
    delivery = ready(store, planned(store, occurrence())[0])
    claimed = store.claim(delivery.id, "one", NOW)
    assert claimed == replace(delivery, state=D.SENDING, attempts=1)
    assert store.claim(delivery.id, "two", NOW) is None
    assert store.claim(999, "one", NOW) is None


def test_of_many_threads_claiming_at_once_one_wins(open_again) -> None:
    store = open_again()
    deliveries = [ready(store, each) for each in planned(store, *(occurrence(day) for day in range(10)))]
    won: list[int] = []

    def claim_all() -> None:
        won.extend(each.id for each in deliveries if store.claim(each.id, "one", NOW) is not None)

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == sorted(each.id for each in deliveries)


def test_sent_closes_the_occurrence_and_shows_in_the_record(store) -> None:
    (held,) = planned(store, occurrence())
    claimed = sending(store, held)
    store.settle(claimed.id, SENT, ACCEPTED, NOW + HOUR)
    entry = store.find(held.name)
    assert (entry.occurrence.state, entry.occurrence.reason, entry.occurrence.closed_utc) == (
        S.CLOSED,
        "sent",
        NOW + HOUR,
    )
    assert (entry.deliveries[0].state, entry.deliveries[0].sent_utc) == (D.SENT, NOW + HOUR)
    assert store.pending() == 0


def test_a_retry_waits_and_sends_the_same_words(store) -> None:
    claimed = sending(store, planned(store, occurrence())[0])
    store.settle(claimed.id, again(), LOST, NOW)
    assert store.due_deliveries(NOW, 10) == []
    (waiting,) = store.due_deliveries(NOW + HOUR, 10)
    assert (waiting.title, waiting.body, waiting.attempts) == (claimed.title, claimed.body, 1)
    assert store.claim(waiting.id, "one", NOW + HOUR).attempts == 2


def test_waiting_without_an_attempt_counts_no_attempt(store) -> None:
    delivery = ready(store, planned(store, occurrence())[0])
    store.settle(delivery.id, again(code="quiet"), None, NOW)
    (waiting,) = store.due_deliveries(NOW + HOUR, 10)
    assert (waiting.attempts, waiting.code) == (0, "quiet")


def test_a_fallback_is_pending_as_soon_as_the_first_channel_failed(store) -> None:
    (held,) = planned(store, occurrence())
    claimed = sending(store, held)
    fallback = replace(claimed, id=0, channel="mail", order=1, state=D.PENDING, attempts=0)
    store.settle(claimed.id, Settlement(state=D.FAILED, code="http-410", fallback=fallback), LOST, NOW)
    first, second = store.find(held.name).deliveries
    assert (first.state, second.state, second.channel) == (D.FAILED, D.PENDING, "mail")
    assert second.body == first.body
    assert store.find(held.name).occurrence.state is S.READY


def test_a_fallback_back_to_the_first_channel_is_a_delivery_of_its_own(store) -> None:
    (held,) = planned(store, occurrence())
    current = sending(store, held)
    for order, channel in ((1, "mail"), (2, "phone")):
        fallback = replace(current, id=0, channel=channel, order=order, state=D.PENDING, attempts=0)
        store.settle(current.id, Settlement(state=D.CANCELLED, code="channel-gone", fallback=fallback), None, NOW)
        current = store.find(held.name).deliveries[-1]
    assert [each.channel for each in store.find(held.name).deliveries] == ["phone", "mail", "phone"]
    assert store.pending() == 1


def test_settling_what_is_over_changes_nothing(store) -> None:
    (held,) = planned(store, occurrence())
    claimed = sending(store, held)
    store.settle(claimed.id, SENT, ACCEPTED, NOW)
    before = store.find(held.name), store.health()
    store.settle(claimed.id, again(healthy=False), LOST, NOW + HOUR)
    store.settle(999, SENT, ACCEPTED, NOW)
    assert (store.find(held.name), store.health()) == before


def test_a_retry_of_what_ended_meanwhile_is_cancelled(store) -> None:
    (held,) = planned(store, occurrence())
    claimed = sending(store, held)
    store.end(held.id, S.SUPERSEDED, reason("newer"), NOW)
    fallback = replace(claimed, id=0, channel="mail", order=1, state=D.PENDING)
    store.settle(claimed.id, again(fallback=fallback), LOST, NOW)
    assert [each.state for each in store.find(held.name).deliveries] == [D.CANCELLED]
    assert store.find(held.name).occurrence.state is S.SUPERSEDED


def test_unknown_is_never_the_end_of_a_delivery(store) -> None:
    (held,) = planned(store, occurrence())
    claimed = sending(store, held)
    store.settle(claimed.id, Settlement(state=D.UNKNOWN, code="deadline"), Outcome(kind="unknown", code="d"), NOW)
    assert store.find(held.name).deliveries[0].state is D.PENDING


def test_a_delivery_left_in_flight_by_another_boot_is_sent_again_at_once(store) -> None:
    (held,) = planned(store, occurrence(1))
    claimed = sending(store, held, boot="one")
    assert store.recover("one", NOW + HOUR) == 0
    assert store.recover("two", NOW + HOUR) == 1
    assert store.recover("two", NOW + HOUR) == 0
    (waiting,) = store.due_deliveries(NOW + HOUR, 10)
    assert (waiting.id, waiting.code, waiting.attempts) == (claimed.id, "crash", 1)
    assert (waiting.title, waiting.body) == (claimed.title, claimed.body)
    assert store.claim(waiting.id, "two", NOW + HOUR).attempts == 2


def test_what_ended_while_in_flight_is_not_sent_again_after_a_crash(store) -> None:
    (held,) = planned(store, occurrence())
    sending(store, held)
    store.end(held.id, S.EXPIRED, reason("late"), NOW)
    assert store.recover("two", NOW) == 1
    assert store.pending() == 0


# health


def test_health_counts_failures_in_a_row_and_remembers_since_when(store) -> None:
    first, second, third = (sending(store, each) for each in planned(store, *map(occurrence, range(3))))
    store.settle(first.id, again(healthy=False), LOST, NOW)
    store.settle(second.id, again(healthy=False, code="http-500"), LOST, NOW + HOUR)
    assert store.health() == {
        "ana/phone": Health(failures=2, failing_since_utc=NOW, last_attempt_utc=NOW + HOUR, last_code="http-500")
    }
    store.settle(third.id, SENT, ACCEPTED, NOW + 2 * HOUR)
    assert store.health()["ana/phone"] == Health(last_attempt_utc=NOW + 2 * HOUR, last_code="http-200")


def test_health_is_left_alone_where_nothing_was_learned(store) -> None:
    claimed = sending(store, planned(store, occurrence())[0])
    store.settle(claimed.id, again(), LOST, NOW)
    assert store.health() == {}


def test_what_was_begun_too_long_ago_is_pending_again_whoever_began_it(store) -> None:
    old, young, done = planned(store, occurrence(0), occurrence(1), occurrence(2))
    claimed = store.claim(ready(store, old).id, "one", NOW)
    store.claim(ready(store, young).id, "one", NOW + HOUR)
    store.settle(store.claim(ready(store, done).id, "one", NOW).id, SENT, ACCEPTED, NOW)
    later = NOW + 2 * HOUR
    everything = [store.find(each.name).deliveries[0].id for each in (old, young, done)]
    assert store.recover_stalled(everything[1:], NOW + HOUR, later) == 0
    assert store.recover_stalled(everything, NOW + HOUR, later) == 1
    assert store.recover_stalled(everything, NOW + HOUR, later) == 0
    states = [store.find(each.name).deliveries[0].state for each in (old, young, done)]
    assert states == [D.PENDING, D.SENDING, D.SENT]
    again = store.claim(claimed.id, "two", later)
    assert (again.attempts, again.body) == (2, claimed.body)


# any order

moves = st.lists(st.sampled_from(["claim", "sent", "retry", "crash", "end"]), max_size=20)


@pytest.mark.parametrize("kind", SOON_OPEN)
@settings(max_examples=25, deadline=None)
@given(moves=moves)
def test_whatever_happens_a_message_is_live_or_its_end_is_recorded(kind, moves) -> None:
    with KINDS[kind]() as open_again:
        store = open_again()
        (held,) = planned(store, occurrence())
        delivery = ready(store, held)
        now, boot, attempts = NOW, 0, 0
        for move in moves:
            now += HOUR
            if move == "claim":
                claimed = store.claim(delivery.id, str(boot), now)
                if claimed is not None:
                    assert (claimed.attempts, claimed.body) == (attempts + 1, delivery.body)
                    attempts += 1
            elif move in ("sent", "retry"):
                store.settle(delivery.id, SENT if move == "sent" else again(now), LOST, now)
            elif move == "crash":
                boot += 1
                store.recover(str(boot), now)
            else:
                store.end(held.id, S.EXPIRED, reason("late"), now)
            entry = store.find(held.name)
            over = entry.deliveries[0].state in (D.SENT, D.CANCELLED)
            assert over == (store.pending() == 0)
            if over:
                assert entry.occurrence.state in (S.CLOSED, S.EXPIRED)
                assert entry.occurrence.reason in ("sent", "late")


words = st.text(max_size=12)
prompts = st.builds(Prompt, text=words, id=words, credit=words, tags=st.frozensets(words), weight=st.floats(0, 9))


@settings(max_examples=40, deadline=None)
@given(prompt=prompts)
def test_a_prompt_comes_back_word_for_word(prompt) -> None:
    with KINDS["memory"]() as open_again:
        store = open_again()
        ana, ben = planned(store, occurrence(), occurrence(person="ben"))
        given = replace(drawn(), prompt=prompt)
        ready(store, ana, draw=given)
        assert store.sibling(ben) == given
        assert store.seen("ana", "gratitude")[prompt.id].tags == prompt.tags


def test_what_is_under_way_is_told_without_what_waits_for_a_reason_left_out(store) -> None:
    refused, put_off, over = planned(store, occurrence(0), occurrence(1), occurrence(2))
    for each, settlement in ((refused, again()), (put_off, again(code="snooze")), (over, SENT)):
        delivery = ready(store, each)
        store.claim(delivery.id, "one", NOW)
        store.settle(delivery.id, settlement, ACCEPTED if settlement is SENT else LOST, NOW)
    assert {each.id for each in store.pending_at(10, ["snooze"])} == {refused.id}
    assert {each.id for each in store.pending_at(10, [])} == {refused.id, put_off.id}
    assert len(store.pending_at(1, [])) == 1
