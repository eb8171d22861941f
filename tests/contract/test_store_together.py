"""What every Store promises of many deliveries in one transaction: the same as one after another, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.core.reasons import reason
from ritualsd.model import DeliveryState, Health, Outcome, Pause, Settled, Settlement
from ritualsd.model import OccurrenceState as S
from tests.contract.ledgers import DAY, KINDS, NOW, occurrence, planned, ready, sending

D = DeliveryState
HOUR = timedelta(hours=1)
SENT = Settlement(state=D.SENT, code="http-200", occurrence=(S.CLOSED, reason("sent")), healthy=True)
ACCEPTED = Outcome(kind="sent", code="http-200", provider_id="42")


class Planted(Exception):
    """Raised on purpose."""


def test_what_is_done_as_one_is_there_as_a_whole(store) -> None:
    def both(one) -> str:
        one.pause(Pause(ritual="thanks", since_utc=NOW))
        one.remember("key", "value")
        return one.recall("key")

    assert store.as_one(both) == "value"
    assert store.recall("key") == "value"
    assert [pause.ritual for pause in store.pauses()] == ["thanks"]


def test_where_it_raises_nothing_of_it_is_there(store) -> None:
    def half(one) -> None:
        one.remember("key", "value")
        one.as_one(lambda inner: inner.remember("other", "value"))
        raise Planted

    with pytest.raises(Planted):
        store.as_one(half)
    assert (store.recall("key"), store.recall("other")) == ("", "")
    assert store.as_one(lambda one: one.recall("key")) == ""


def test_one_transaction_may_touch_another_household_and_mixes_nothing_up(store) -> None:
    store.as_one(lambda one: one.of("others").remember("key", "theirs"))
    assert store.recall("key") == ""
    assert store.of("others").recall("key") == "theirs"


def test_only_what_is_pending_and_due_is_found_as_it_is_now(store) -> None:
    due, later, under_way, over = planned(store, *(occurrence(person=name) for name in ("ana", "ben", "cy", "di")))
    first = ready(store, due)
    ahead = ready(store, later, next_attempt_utc=NOW + HOUR)
    claimed, ended = sending(store, under_way), ready(store, over)
    store.end(over.id, S.SKIPPED, reason("paused"), NOW)
    ids = [first.id, ahead.id, claimed.id, ended.id, 999]
    (found,) = store.due_among(ids, NOW)
    assert found.delivery == first
    assert found.occurrence == replace(store.entry(due.id).occurrence, title="", body="")
    assert found.health == Health()
    assert [each.delivery.id for each in store.due_among(ids, NOW + HOUR)] == [first.id, ahead.id]
    assert store.due_among([], NOW) == []
    assert store.of("others").due_among(ids, NOW) == []


def test_a_channel_in_trouble_is_known_with_what_waits_for_it(store) -> None:
    before, after = (ready(store, each) for each in planned(store, occurrence(-1), occurrence(0)))
    store.claim(before.id, "one", NOW)
    again = Settlement(state=D.PENDING, code="refused", next_attempt_utc=NOW + DAY, healthy=False)
    store.settle(before.id, again, Outcome(kind="transient", code="refused"), NOW)
    (found,) = store.due_among([after.id], NOW)
    assert found.health == store.health()["ana/phone"]
    assert found.health.failures == 1


def test_each_is_claimed_by_one_alone(store) -> None:
    waiting = [ready(store, each) for each in planned(store, *(occurrence(day) for day in range(-9, 1)))]
    assert store.claim(waiting[3].id, "one", NOW) is not None
    won = store.claim_each(waiting, "two", NOW)
    assert won == [replace(each, state=D.SENDING, attempts=1) for each in waiting if each is not waiting[3]]
    assert store.claim_each(waiting, "three", NOW) == []
    assert store.recover("two", NOW) == 1  # what "one" had


def test_those_on_their_way_to_a_person_are_counted(store) -> None:
    sending(store, planned(store, occurrence(-1))[0])
    ready(store, planned(store, occurrence(0))[0])
    sending(store, planned(store, occurrence(0, "ben"))[0])
    assert store.in_flight("ana", (), NOW) == 1
    assert store.in_flight("ana", ("thanks",), NOW) == 0
    assert store.in_flight("cy", (), NOW) == 0


endings = st.sampled_from(["sent", "sent", "sent", "retry", "fallback", "failed", "waits", "unknown"])
fates = st.lists(
    st.tuples(endings, st.booleans(), st.booleans(), st.sampled_from(["phone", "mail"])), min_size=1, max_size=8
)


def settlement(ending: str, delivery) -> tuple[Settlement, Outcome | None]:
    lost = Outcome(kind="transient", code="refused")
    if ending == "sent":
        return SENT, ACCEPTED
    if ending == "retry":
        return Settlement(state=D.PENDING, code="refused", next_attempt_utc=NOW + HOUR, healthy=False), lost
    if ending == "unknown":
        unknown = Outcome(kind="unknown", code="deadline")
        return Settlement(state=D.UNKNOWN, code="deadline", next_attempt_utc=NOW + HOUR, healthy=False), unknown
    if ending == "fallback":
        on = replace(delivery, id=0, channel="inbox", order=1, state=D.PENDING, attempts=0)
        return Settlement(state=D.FAILED, code="http-410", fallback=on, healthy=False), lost
    if ending == "failed":
        why = reason("refused")
        return Settlement(state=D.FAILED, code="x", reason=why, occurrence=(S.FAILED, why), healthy=False), lost
    return Settlement(state=D.PENDING, code="quiet", next_attempt_utc=NOW + HOUR), None


def lived(kind: str, fate, *, together: bool):
    """The record after each delivery was claimed (or not), its occurrence ended (or not), and all were settled."""
    with KINDS[kind]() as open_again:
        store = open_again()
        settled = []
        for number, (ending, claimed, ended, channel) in enumerate(fate):
            (held,) = planned(store, occurrence(-number, f"p{number % 3}"))
            delivery = ready(store, held, channel)
            if claimed:
                delivery = store.claim(delivery.id, "one", NOW)
            if ended:
                store.end(held.id, S.SUPERSEDED, reason("newer"), NOW)
            what, outcome = settlement(ending, delivery)
            at = NOW + timedelta(seconds=number)
            settled.append(Settled(delivery=delivery.id, settlement=what, outcome=outcome, at_utc=at))
        if together:
            store.settle_each(settled)
        else:
            for each in settled:
                store.settle(each.delivery, each.settlement, each.outcome, each.at_utc)
        entries = sorted(store.history(), key=lambda entry: entry.occurrence.id)
        tries = [[replace(each, id=0) for each in entry.deliveries] for entry in entries]
        healths = {label: replace(each, last_attempt_utc=None) for label, each in store.health().items()}
        return [entry.occurrence for entry in entries], tries, set(healths), store.pending(), store.next_delivery()


@pytest.mark.parametrize("kind", ["memory", "sealed"])
@settings(max_examples=20, deadline=None)
@given(fate=fates)
def test_settled_together_is_settled_one_after_another(kind, fate) -> None:
    assert lived(kind, fate, together=True) == lived(kind, fate, together=False)


def test_the_same_channel_ends_well_whatever_was_settled_beside_it(store) -> None:
    first, second = (sending(store, each) for each in planned(store, occurrence(-1), occurrence(0)))
    store.settle_each([
        Settled(delivery=each.id, settlement=SENT, outcome=ACCEPTED, at_utc=NOW + HOUR) for each in (first, second)
    ])  # fmt: skip
    assert store.health() == {"ana/phone": Health(last_attempt_utc=NOW + HOUR, last_code="http-200")}
    assert store.pending() == 0
    before = store.history()
    store.settle_each([Settled(delivery=first.id, settlement=SENT, outcome=ACCEPTED, at_utc=NOW + DAY)])
    assert store.history() == before


def test_what_follows_from_a_message_is_kept_with_it(store) -> None:
    held = planned(store, occurrence())[0]
    claimed, notice = sending(store, held), occurrence(part="~nudge-1")
    with_notice = replace(SENT, notices=(notice,))
    store.settle_each([Settled(delivery=claimed.id, settlement=with_notice, outcome=ACCEPTED, at_utc=NOW)])
    assert store.find(notice.name).occurrence.state is S.PLANNED
