"""What every Store promises the planner: streams by index, identities once, stale plans left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.core.reasons import reason
from ritualsd.model import DeliveryState, OccurrenceState, Settlement
from tests.contract.ledgers import DAY, KINDS, NOW, SOON_OPEN, drawn, occurrence, plan, planned, ready, stream

S = OccurrenceState


def test_an_installation_is_made_once_and_stays_the_same(open_again) -> None:
    first = open_again().installation()
    assert len(first.secret) == 32
    assert open_again().installation() == first


def test_streams_come_back_exactly_as_they_were_written(store) -> None:
    odd = stream("odd", key="turns", next_due_utc=None, mark_utc=datetime(2026, 1, 1, 0, 0, 0, 123457, tzinfo=UTC))
    store.sync_streams([stream(), odd], [], [], NOW)
    assert store.streams() == {("thanks", "UTC"): stream(), ("odd", "turns"): odd}


def test_due_streams_come_earliest_first_and_no_more_than_asked_for(store) -> None:
    given = [stream(f"r{hour}", next_due_utc=NOW + timedelta(hours=hour)) for hour in (3, 1, 2, 9)]
    store.sync_streams([*given, stream("never", next_due_utc=None)], [], [], NOW)
    assert [each.ritual for each in store.due_streams(NOW + timedelta(hours=3), 10)] == ["r1", "r2", "r3"]
    assert [each.ritual for each in store.due_streams(NOW + timedelta(hours=3), 2)] == ["r1", "r2"]


def test_next_due_is_the_earliest_of_all_and_none_where_nothing_is_named(store) -> None:
    assert store.next_due() is None
    store.sync_streams([stream("never", next_due_utc=None)], [], [], NOW)
    assert store.next_due() is None
    store.sync_streams([stream("b", next_due_utc=NOW + DAY), stream("a")], [], [], NOW)
    assert store.next_due() == NOW


def test_a_plan_inserts_its_occurrences_and_advances_its_stream(store) -> None:
    store.sync_streams([stream()], [], [], NOW)
    assert store.commit_plan([plan(stream(), occurrence(), occurrence(person="ben"))]) == 2
    assert store.streams()["thanks", "UTC"].next_due_utc == NOW + DAY
    assert [each.person for each in store.to_prepare(NOW, 10)] == ["ana", "ben"]


def test_an_occurrence_comes_back_as_it_was_planned(store) -> None:
    given = occurrence(part="2", note="moved", late=True, slot="2026-03-02T08:00", zone="Asia/Tokyo")
    (stored,) = planned(store, given)
    assert stored == replace(given, id=stored.id)
    assert stored.id > 0


def test_planning_twice_is_planning_once(store) -> None:
    store.sync_streams([stream()], [], [], NOW)
    assert store.commit_plan([plan(stream(), occurrence())]) == 1
    assert store.commit_plan([plan(stream(), occurrence())]) == 0
    assert len(store.history()) == 1


def test_a_stale_plan_is_left_out_and_the_others_of_its_commit_are_kept(store) -> None:
    store.sync_streams([stream(), stream("other")], [], [], NOW)
    store.sync_streams([stream(rule_hash="2")], [], [], NOW)
    plans = [plan(stream(), occurrence()), plan(stream("other"), occurrence(ritual="other"))]
    assert store.commit_plan(plans) == 1
    assert [entry.occurrence.ritual for entry in store.history()] == ["other"]
    assert store.streams()["thanks", "UTC"] == stream(rule_hash="2")


def test_a_plan_for_a_stream_that_is_gone_is_left_out(store) -> None:
    assert store.commit_plan([plan(stream(), occurrence())]) == 0
    assert store.history() == []


def test_an_identity_that_exists_is_never_touched_by_another_plan(store) -> None:
    (held,) = planned(store, occurrence())
    ready(store, held)
    store.sync_streams([stream()], [], [], NOW)
    assert store.commit_plan([plan(stream(), occurrence(note="again"))]) == 0
    assert store.find(held.name).occurrence.state is S.READY
    assert store.find(held.name).occurrence.note == ""


def test_removed_streams_are_gone_and_others_stay(store) -> None:
    store.sync_streams([stream(), stream("other")], [], [], NOW)
    store.sync_streams([], [("thanks", "UTC"), ("unknown", "UTC")], [], NOW)
    assert set(store.streams()) == {("other", "UTC")}


def test_a_reload_withdraws_only_what_lies_ahead_and_was_never_attempted(store) -> None:
    past, ahead, prepared, tried, other = planned(
        store, occurrence(-1), occurrence(1), occurrence(2), occurrence(3), occurrence(1, ritual="other")
    )
    ready(store, prepared)
    store.claim(ready(store, tried).id, "one", NOW)
    assert store.sync_streams([], [], ["thanks"], NOW) == 2
    states = {each.id: store.find(each.name).occurrence for each in (past, ahead, prepared, tried, other)}
    assert states[past.id].state is S.PLANNED
    assert (states[ahead.id].state, states[ahead.id].reason) == (S.CANCELLED, "config")
    assert states[ahead.id].detail == reason("config").detail
    assert states[prepared.id].closed_utc == NOW
    assert states[tried.id].state is S.READY
    assert states[other.id].state is S.PLANNED
    assert [each.state for each in store.find(prepared.name).deliveries] == [DeliveryState.CANCELLED]
    assert store.pending() == 1


def test_a_withdrawn_occurrence_is_revived_in_place_without_its_words(store) -> None:
    (held,) = planned(store, occurrence(1))
    ready(store, held, draw=drawn())
    store.sync_streams([stream(next_due_utc=NOW + DAY)], [], ["thanks"], NOW)
    before = stream(next_due_utc=NOW + DAY)
    assert store.commit_plan([plan(before, occurrence(1, note="moved"))]) == 1
    revived = store.find(held.name).occurrence
    assert (revived.id, revived.state, revived.reason) == (held.id, S.PLANNED, "")
    assert (revived.title, revived.body, revived.note, revived.closed_utc) == ("", "", "moved", None)
    assert store.sibling(occurrence(1, "ben")) is None


def test_a_revived_occurrence_can_be_prepared_and_sent(store) -> None:
    (held,) = planned(store, occurrence(1))
    ready(store, held, body="the old words")
    store.sync_streams([], [], ["thanks"], NOW)
    planned(store, occurrence(1))
    fresh = ready(store, held, body="the new words")
    assert (fresh.state, fresh.body) == (DeliveryState.PENDING, "the new words")
    assert len(store.find(held.name).deliveries) == 1
    assert store.claim(fresh.id, "one", NOW).body == "the new words"


def test_attempts_are_counted_on_when_an_occurrence_is_revived(store) -> None:
    (held,) = planned(store, occurrence(1))
    tried = store.claim(ready(store, held).id, "one", NOW)
    store.settle(tried.id, Settlement(state=DeliveryState.PENDING, code="refused"), None, NOW)
    store.end(held.id, S.CANCELLED, reason("config"), NOW)
    planned(store, occurrence(1))
    assert store.claim(ready(store, held).id, "one", NOW).attempts == 2


def test_a_message_in_flight_keeps_its_words_when_its_occurrence_is_revived(store) -> None:
    (held,) = planned(store, occurrence(1))
    tried = store.claim(ready(store, held).id, "one", NOW)
    store.end(held.id, S.CANCELLED, reason("config"), NOW)
    planned(store, occurrence(1))
    assert ready(store, held, body="other words") == tried


@pytest.mark.parametrize("code", ["erased", "newer"])
def test_what_was_cancelled_for_another_reason_stays_cancelled(store, code) -> None:
    (held,) = planned(store, occurrence(1))
    store.end(held.id, S.CANCELLED, reason(code), NOW)
    assert store.record([occurrence(1)]) == 0
    assert store.find(held.name).occurrence.reason == code


@pytest.mark.parametrize("code", ["settled", "nothing-to-share"])
def test_what_had_nothing_to_say_any_more_may_be_planned_again(store, code) -> None:
    (held,) = planned(store, occurrence())
    store.end(held.id, S.SKIPPED, reason(code), NOW)
    assert store.record([occurrence()]) == 1
    assert store.find(held.name).occurrence.state is S.PLANNED


def test_turns_count_what_was_said_or_will_be(store) -> None:
    rows = planned(store, *(occurrence(day) for day in range(5)), occurrence(5, "ben"), occurrence(6, ritual="other"))
    for row, state in zip(rows, (S.MISSED, S.SKIPPED, S.CANCELLED, S.EXPIRED), strict=False):
        store.end(row.id, state, reason("late"), NOW)
    assert store.counts_by_person("thanks") == {"ana": 2, "ben": 1}
    assert store.counts_by_person("unknown") == {}


def test_a_turn_that_was_told_together_with_others_counts(store) -> None:
    (told,) = planned(store, occurrence())
    store.end(told.id, S.SKIPPED, reason("digest"), NOW)
    assert store.counts_by_person("thanks") == {"ana": 1}


def test_several_messages_of_one_slot_are_one_turn(store) -> None:
    planned(store, occurrence(part="1"), occurrence(part="2"), occurrence(1, "ben"))
    assert store.counts_by_person("thanks") == {"ana": 1, "ben": 1}


def test_the_slots_of_a_day_are_those_of_its_date_and_not_cancelled(store) -> None:
    day = "2026-03-02"
    rows = planned(
        store,
        occurrence(slot=f"{day}T21:00", due_utc=NOW + timedelta(hours=13)),
        occurrence(slot=f"{day}T07:30"),
        occurrence(slot=f"{day}T09:00"),
        occurrence(slot=day, person="ben"),
        occurrence(slot="2026-03-01T23:59"),
        occurrence(slot="2026-03-03"),
        occurrence(slot=day, ritual="other"),
    )
    store.end(rows[2].id, S.CANCELLED, reason("config"), NOW)
    assert [each.slot for each in store.day_slots("thanks", "ana", day)] == [f"{day}T07:30", f"{day}T21:00"]
    assert [each.person for each in store.day_slots("thanks", "", day)] == ["ana", "ben", "ana"]


def test_no_household_sees_another(tmp_path) -> None:
    from ritualsd.store import open_store

    ours, theirs = (open_store(tmp_path, clock_now=NOW, household=name) for name in ("ours", "theirs"))
    ours.sync_streams([stream()], [], [], NOW)
    (held,) = planned(ours, occurrence())
    delivery = ready(ours, held, draw=drawn())
    ours.remember("key", "value")
    assert theirs.streams() == {}
    assert theirs.history() == []
    assert theirs.due_deliveries(NOW, 10) == []
    assert theirs.claim(delivery.id, "one", NOW) is None
    theirs.settle(delivery.id, Settlement(state=DeliveryState.SENT), None, NOW)
    theirs.end(held.id, S.CANCELLED, reason("config"), NOW)
    assert theirs.recall("key") == ""
    assert theirs.seen("ana", "gratitude") == {}
    assert theirs.installation() != ours.installation()
    assert ours.find(held.name).occurrence.household == "ours"
    assert ours.pending() == 1
    ours.close()
    theirs.close()


READ, COMMIT = "read", "commit"
steps = st.lists(st.tuples(st.sampled_from([0, 1]), st.sampled_from([READ, COMMIT])), max_size=24)


@pytest.mark.parametrize("kind", SOON_OPEN)
@settings(max_examples=30, deadline=None)
@given(steps=steps)
def test_two_planners_in_any_order_plan_every_day_once(kind, steps) -> None:
    with KINDS[kind]() as open_again:
        planners = [open_again(), open_again()]
        planners[0].sync_streams([stream()], [], [], NOW)
        held = [None, None]
        inserted = 0
        for who, step in [*steps, (0, READ), (0, COMMIT)]:
            if step == READ:
                held[who] = planners[who].streams()["thanks", "UTC"]
            elif held[who] is not None:
                day = (held[who].next_due_utc - NOW) // DAY
                inserted += planners[who].commit_plan([plan(held[who], occurrence(day))])
        slots = [entry.occurrence.slot for entry in reversed(planners[1].history())]
        advanced = (planners[1].streams()["thanks", "UTC"].next_due_utc - NOW) // DAY
        assert slots == [occurrence(day).slot for day in range(advanced)]
        assert inserted == advanced >= 1


identities = st.tuples(st.sampled_from(["thanks", "other"]), st.integers(0, 3), st.sampled_from(["ana", "ben"]))


@settings(max_examples=60, deadline=None)
@given(batches=st.lists(st.lists(identities, max_size=8), max_size=6))
def test_an_identity_is_recorded_once_however_often_it_is_planned(batches) -> None:
    with KINDS["memory"]() as open_again:
        store = open_again()
        new = [store.record([occurrence(day, who, ritual) for ritual, day, who in batch]) for batch in batches]
        wanted = {identity for batch in batches for identity in batch}
        assert sum(new) == len(wanted) == len(store.history())
