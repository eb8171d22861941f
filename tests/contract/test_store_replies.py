"""What every Store promises about replies: each kept once, the last one standing, and what follows from it at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ritualsd.core.reasons import reason
from ritualsd.errors import RitualsdError
from ritualsd.model import ActionKind, Consequences, DeliveryState, OccurrenceState, Outcome, Settlement
from tests.contract.ledgers import DAY, NOW, occurrence, planned, ready, reply, sending, stream

A, S, D = ActionKind, OccurrenceState, DeliveryState
SENT = Settlement(state=D.SENT, code="ok", occurrence=(S.CLOSED, reason("sent")))
ACCEPTED = Outcome(kind="sent", code="ok")
HOUR = timedelta(hours=1)


def sent(store, each):
    """A stored occurrence whose message arrived, and its delivery."""
    (held,) = planned(store, each)
    claimed = sending(store, held)
    store.settle(claimed.id, SENT, ACCEPTED, NOW)
    return held, store.find(held.name).deliveries[0]


def snoozed(delivery, until=NOW + 2 * HOUR):
    return replace(
        delivery, id=0, state=D.PENDING, attempts=0, code="snooze", sent_utc=None, due_utc=until,
        next_attempt_utc=until, expires_utc=until + DAY,
    )  # fmt: skip


def test_a_reply_comes_back_as_it_was_given(store) -> None:
    (held,) = planned(store, occurrence())
    given = reply(held, A.TEXT, words="zwei \N{SNOWMAN}\nlines", until_utc=NOW + DAY)
    assert store.reply(given, None, NOW)
    (kept,) = store.replies(held.id)
    assert replace(kept, id=0) == given
    assert store.replies(held.id + 1) == []


def test_a_message_told_of_twice_is_one_reply_and_changes_nothing(store) -> None:
    held, delivery = sent(store, occurrence())
    assert store.reply(reply(held), None, NOW)
    again = reply(held, A.SNOOZE, at=NOW + HOUR)
    assert not store.reply(again, snoozed(delivery), NOW + HOUR)
    assert [each.action for each in store.replies(held.id)] == [A.DONE]
    assert store.next_delivery() is None
    assert store.reply(replace(again, source="other"), None, NOW)


def test_replies_are_history_with_the_standing_one_last_even_when_they_come_out_of_order(store) -> None:
    (held,) = planned(store, occurrence())
    for number, hours in enumerate((2, 0, 1)):
        store.reply(reply(held, number=number, at=NOW + hours * HOUR), None, NOW)
    assert [each.source_msg_id for each in store.replies(held.id)] == ["1", "2", "0"]


def test_a_ritual_was_last_done_when_a_standing_answer_says_so(store) -> None:
    first, second, other = planned(store, occurrence(0), occurrence(1, "ben"), occurrence(2, ritual="other"))
    assert store.last_done("thanks") is None
    store.reply(reply(first, A.SCALE, 1, NOW, words="4"), None, NOW)
    store.reply(reply(second, A.DONE, 2, NOW + DAY), None, NOW + DAY)
    store.reply(reply(other, A.DONE, 3, NOW + 2 * DAY), None, NOW + 2 * DAY)
    assert store.last_done("thanks") == NOW + DAY
    assert store.last_done("thanks", "ana") == NOW
    assert store.last_done("thanks", "cy") is None
    assert store.last_done("other") == NOW + 2 * DAY


@pytest.mark.parametrize("taken_back_by", [A.SKIP, A.SNOOZE])
def test_a_later_reply_takes_an_answer_back(store, taken_back_by) -> None:
    first, second = planned(store, occurrence(0), occurrence(1))
    store.reply(reply(first, A.DONE, 1, NOW), None, NOW)
    store.reply(reply(second, A.DONE, 2, NOW + HOUR), None, NOW)
    store.reply(reply(second, taken_back_by, 3, NOW + 2 * HOUR), None, NOW)
    assert store.last_done("thanks") == NOW
    store.reply(reply(second, A.DONE, 4, NOW + 3 * HOUR), None, NOW)
    assert store.last_done("thanks") == NOW + 3 * HOUR


def test_the_streams_of_a_ritual_know_when_it_was_done_and_are_due_at_once(store) -> None:
    own = [stream(key="UTC", next_due_utc=None), stream(key="turns", next_due_utc=NOW + DAY)]
    store.sync_streams([*own, stream("other", next_due_utc=None)], [], [], NOW)
    (held,) = planned(store, occurrence())
    store.reply(reply(held), None, NOW + HOUR)
    for each in own:
        assert store.streams()["thanks", each.key] == replace(each, done_utc=NOW, next_due_utc=NOW + HOUR)
    assert store.streams()["other", "UTC"].done_utc is None
    assert store.next_due() == NOW + HOUR


@pytest.mark.parametrize("action", [A.SKIP, A.SNOOZE])
def test_what_is_no_answer_wakes_no_stream(store, action) -> None:
    store.sync_streams([stream(next_due_utc=NOW + DAY)], [], [], NOW)
    (held,) = planned(store, occurrence())
    store.reply(reply(held, action), None, NOW)
    assert store.streams()["thanks", "UTC"] == stream(next_due_utc=NOW + DAY)


def test_a_stream_written_anew_learns_when_it_was_done_from_the_record(store) -> None:
    (held,) = planned(store, occurrence())
    store.reply(reply(held), None, NOW)
    store.sync_streams([stream(next_due_utc=None)], [], [], NOW + HOUR)
    assert store.streams()["thanks", "UTC"] == stream(done_utc=NOW, next_due_utc=NOW + HOUR)
    store.sync_streams([stream(done_utc=NOW, next_due_utc=None)], [], [], NOW + DAY)
    assert store.next_due() is None


def test_an_answer_ends_what_was_not_sent_yet(store) -> None:
    (held,) = planned(store, occurrence())
    ready(store, held)
    store.reply(reply(held), None, NOW)
    entry = store.find(held.name)
    assert (entry.occurrence.state, entry.occurrence.reason) == (S.SKIPPED, "answered")
    assert [(each.state, each.code) for each in entry.deliveries] == [(D.CANCELLED, "answered")]


def test_an_answer_to_what_was_sent_leaves_it_sent(store) -> None:
    held, delivery = sent(store, occurrence())
    before = store.find(held.name)
    store.reply(reply(held), None, NOW + HOUR)
    assert store.find(held.name) == before
    assert before.deliveries == (delivery,)


def test_a_snooze_sends_the_same_words_again_later(store) -> None:
    held, delivery = sent(store, occurrence())
    assert store.reply(reply(held, A.SNOOZE, until_utc=NOW + 2 * HOUR), snoozed(delivery), NOW)
    entry = store.find(held.name)
    assert (entry.occurrence.state, entry.occurrence.closed_utc) == (S.READY, None)
    assert [(each.order, each.state) for each in entry.deliveries] == [(0, D.SENT), (1, D.PENDING)]
    assert entry.deliveries[1].body == delivery.body
    assert store.next_delivery() == NOW + 2 * HOUR
    claimed = store.claim(entry.deliveries[1].id, "one", NOW + 2 * HOUR)
    store.settle(claimed.id, SENT, ACCEPTED, NOW + 2 * HOUR)
    assert store.find(held.name).occurrence.state is S.CLOSED


def test_a_second_snooze_takes_the_place_of_the_first(store) -> None:
    held, delivery = sent(store, occurrence())
    store.reply(reply(held, A.SNOOZE, 1), snoozed(delivery), NOW)
    store.reply(reply(held, A.SNOOZE, 2), snoozed(delivery, NOW + 5 * HOUR), NOW)
    states = [(each.order, each.state) for each in store.find(held.name).deliveries]
    assert states == [(0, D.SENT), (1, D.CANCELLED), (2, D.PENDING)]
    assert store.next_delivery() == NOW + 5 * HOUR


def test_an_answer_ends_a_snooze_and_what_was_sent_stays_sent(store) -> None:
    held, delivery = sent(store, occurrence())
    store.reply(reply(held, A.SNOOZE, 1), snoozed(delivery), NOW)
    store.reply(reply(held, A.DONE, 2, NOW + HOUR), None, NOW + HOUR)
    entry = store.find(held.name)
    assert (entry.occurrence.state, entry.occurrence.reason) == (S.CLOSED, "sent")
    assert [each.state for each in entry.deliveries] == [D.SENT, D.CANCELLED]
    assert store.next_delivery() is None


def test_a_snoozed_message_that_cannot_go_a_second_time_was_still_sent(store) -> None:
    held, delivery = sent(store, occurrence())
    store.reply(reply(held, A.SNOOZE), snoozed(delivery), NOW)
    again = store.find(held.name).deliveries[1]
    refused = Settlement(state=D.CANCELLED, code="paused", occurrence=(S.SKIPPED, reason("paused")))
    store.settle(again.id, refused, None, NOW + 2 * HOUR)
    entry = store.find(held.name)
    assert (entry.occurrence.state, entry.occurrence.reason) == (S.CLOSED, "sent")
    assert entry.deliveries[1].code == "paused"


def test_what_is_being_sent_at_this_moment_cannot_be_snoozed_and_nothing_is_kept_of_it(store) -> None:
    (held,) = planned(store, occurrence())
    under_way = sending(store, held)
    with pytest.raises(RitualsdError, match="this very moment"):
        store.reply(reply(held, A.SNOOZE), snoozed(under_way), NOW)
    assert store.replies(held.id) == []
    assert store.find(held.name).deliveries == (under_way,)


def test_replies_are_there_when_the_ledger_is_opened_again(open_again) -> None:
    store = open_again()
    (held,) = planned(store, occurrence())
    store.reply(reply(held), None, NOW)
    assert open_again().last_done("thanks") == NOW


def test_the_words_of_one_person_in_a_time_are_found_as_they_stand(store) -> None:
    first, second, third = planned(store, occurrence(0), occurrence(1), occurrence(2, "ben"))
    for number, (held, action, words) in enumerate([
        (first, A.TEXT, "taken back"), (first, A.TEXT, "the lake"), (second, A.SCALE, "4"),
        (third, A.TEXT, "of another"),
    ]):  # fmt: skip
        store.reply(reply(held, action, number=number, words=words, at=NOW + number * HOUR), None, NOW)
    assert [each.words for each in store.words_of("ana", NOW, NOW + DAY)] == ["the lake"]
    assert store.words_of("ana", NOW - DAY, NOW + HOUR) == []
    assert store.words_of("ana", NOW + DAY, NOW + 2 * DAY) == []


def test_everything_a_person_replied_is_found_what_was_taken_back_too(store) -> None:
    first, second = planned(store, occurrence(0), occurrence(2, "ben"))
    for number, (held, action, words) in enumerate([
        (first, A.TEXT, "the lake"), (second, A.TEXT, "of another"), (first, A.UNDO, ""), (first, A.WIN, "it holds"),
    ]):  # fmt: skip
        store.reply(reply(held, action, number=number, words=words, at=NOW + number * HOUR), None, NOW)
    assert [(each.action, each.words) for each in store.said("ana")] == [
        (A.TEXT, "the lake"),
        (A.UNDO, ""),
        (A.WIN, "it holds"),
    ]
    assert store.said("cleo") == []


def test_what_follows_a_reply_in_any_case_is_recorded_with_it(store) -> None:
    (held,) = planned(store, occurrence())
    later = occurrence(3, ritual="~follow-up")
    assert store.reply(reply(held), None, NOW, Consequences(later=(later,), when_all=frozenset({"ben"})))
    assert [entry.occurrence.slot for entry in store.history(ritual="~follow-up")] == [later.slot]


def test_a_slot_that_nobody_was_told_of_is_owed_where_its_ritual_counts_from_done(store) -> None:
    counting = [stream("filter", when="3 weeks after done", next_due_utc=None)]
    others = [
        stream("daily", next_due_utc=None),
        stream("mixed", when="3 weeks after done; every day at 08:00", next_due_utc=None),
    ]
    store.sync_streams([*counting, *others], [], [], NOW)
    for each in (*counting, *others):
        first, second = planned(store, occurrence(ritual=each.ritual), occurrence(person="ben", ritual=each.ritual))
        store.end(first.id, S.FAILED, reason("refused"), NOW + HOUR)
        assert store.streams()[each.ritual, "UTC"] == each
        store.end(second.id, S.EXPIRED, reason("late"), NOW + 2 * HOUR)
    at = NOW + 2 * HOUR
    assert store.streams()["filter", "UTC"] == replace(counting[0], after_utc=at, next_due_utc=at)
    assert [store.streams()[each.ritual, "UTC"] for each in others] == others


@pytest.mark.parametrize("why", ["answered", "done", "config", "digest"])
def test_what_nobody_needs_any_more_is_not_owed(store, why) -> None:
    counting = stream(when="3 weeks after done", next_due_utc=None)
    store.sync_streams([counting], [], [], NOW)
    (held,) = planned(store, occurrence())
    store.end(held.id, S.SKIPPED, reason(why), NOW)
    assert store.streams()["thanks", "UTC"] == counting
