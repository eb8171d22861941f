"""What every Store promises about the record, pauses, small memories and forgetting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ritualsd.core.reasons import reason
from ritualsd.errors import StoreError
from ritualsd.model import DeliveryState, OccurrenceState, Outcome, Pause, Settlement
from tests.contract.ledgers import DAY, NOW, drawn, occurrence, planned, ready, sending

S, D = OccurrenceState, DeliveryState
SENT = Settlement(state=D.SENT, code="ok", occurrence=(S.CLOSED, reason("sent")))
ACCEPTED = Outcome(kind="sent", code="ok")


def send(store, each, at=NOW, **over) -> None:
    claimed = store.claim(ready(store, each, **over).id, "one", at)
    store.settle(claimed.id, SENT, ACCEPTED, at)


def test_history_is_newest_due_first_and_can_be_narrowed(store) -> None:
    planned(store, occurrence(0), occurrence(2), occurrence(1, "ben"), occurrence(1, ritual="other"))

    def names(**given) -> list[str]:
        return [entry.occurrence.name for entry in store.history(**given)]

    assert names() == [
        "thanks@2026-03-04/ana",
        "other@2026-03-03/ana",
        "thanks@2026-03-03/ben",
        "thanks@2026-03-02/ana",
    ]
    assert names(limit=1) == ["thanks@2026-03-04/ana"]
    assert names(ritual="thanks", person="ben") == ["thanks@2026-03-03/ben"]
    assert names(ritual="unknown") == []


def test_an_entry_holds_its_deliveries_in_order(store) -> None:
    (held,) = planned(store, occurrence())
    claimed = sending(store, held)
    fallback = replace(claimed, id=0, channel="mail", order=1, state=D.PENDING)
    store.settle(claimed.id, Settlement(state=D.FAILED, code="http-404", fallback=fallback), ACCEPTED, NOW)
    (entry,) = store.history()
    assert [each.label for each in entry.deliveries] == ["ana/phone", "ana/mail"]
    assert entry == store.find(held.name)


def test_a_long_history_comes_back_whole(store) -> None:
    store.record([occurrence(day) for day in range(1200)])
    assert len(store.history(limit=5000)) == 1200


@pytest.mark.parametrize("name", ["", "thanks", "thanks@", "thanks@2026-03-02", "thanks@2026-03-02/ben", "@/", "a/b@c"])
def test_a_name_that_stands_for_nothing_finds_nothing(store, name) -> None:
    planned(store, occurrence())
    assert store.find(name) is None


def test_an_occurrence_with_a_part_is_found_by_its_whole_name(store) -> None:
    plain, part = planned(store, occurrence(), occurrence(part="3 weeks before"))
    assert store.find("thanks@2026-03-02/ana").occurrence == plain
    assert store.find("thanks@2026-03-02/ana/3 weeks before").occurrence == part


def test_the_inbox_shows_what_was_delivered_there_newest_first(store) -> None:
    rows = planned(store, *map(occurrence, range(3)), occurrence(0, "ben"), occurrence(4))
    for minutes, (row, channel) in enumerate(zip(rows, ("inbox", "phone", "inbox", "inbox"), strict=False)):
        send(store, row, NOW + timedelta(minutes=minutes), channel=channel)
    ready(store, rows[4], channel="inbox")
    assert [each.occurrence for each in store.inbox("ana", ["inbox"])] == [rows[2].id, rows[0].id]
    assert [each.channel for each in store.inbox("ana", ["inbox", "phone"], 2)] == ["inbox", "phone"]
    assert store.inbox("ana", []) == []


def test_a_pause_replaces_the_one_for_the_same_ritual_and_person(store) -> None:
    assert store.pauses() == ()
    everything = Pause(since_utc=NOW)
    store.pause(everything)
    store.pause(Pause(ritual="thanks", person="ana", since_utc=NOW))
    longer = Pause(ritual="thanks", person="ana", since_utc=NOW, until_utc=NOW + DAY)
    store.pause(longer)
    assert store.pauses() == (everything, longer)


def test_resuming_ends_a_pause_once_and_keeps_it_on_record(store) -> None:
    store.pause(Pause(person="ana", since_utc=NOW))
    assert not store.resume("", "", NOW)
    assert store.resume("", "ana", NOW + DAY)
    assert not store.resume("", "ana", NOW + 2 * DAY)
    assert store.pauses() == (Pause(person="ana", since_utc=NOW, until_utc=NOW + DAY),)


def test_a_pause_that_ran_out_cannot_be_resumed(store) -> None:
    store.pause(Pause(since_utc=NOW, until_utc=NOW + DAY))
    assert not store.resume("", "", NOW + DAY)


def test_a_small_value_is_kept_under_its_key(store) -> None:
    assert store.recall("breaker") == ""
    store.remember("breaker", "1")
    store.remember("breaker", "zwei \N{SNOWMAN}")
    assert store.recall("breaker") == "zwei \N{SNOWMAN}"


def test_values_under_keys_that_begin_alike_are_kept_and_read_together(store):
    store.remember_all({"seen:ana:tea": "1", "seen:ana:walk": "2", "seen%:x": "3"})
    store.remember_all({"seen:ana:tea": "4"})
    assert store.recall_all("seen:") == {"seen:ana:tea": "4", "seen:ana:walk": "2"}
    assert store.recall_all("none:") == {}


def test_old_words_are_forgotten_everywhere_and_the_rest_of_the_record_stays(store) -> None:
    old, young, waiting = planned(store, occurrence(-9), occurrence(-1), occurrence(-8))
    send(store, old, NOW - 9 * DAY, draw=drawn())
    send(store, young, NOW - DAY)
    ready(store, waiting)
    assert store.forget_words(NOW - 5 * DAY) == 1
    assert store.forget_words(NOW - 5 * DAY) == 0
    entry = store.find(old.name)
    assert (entry.occurrence.title, entry.occurrence.body) == ("", "")
    assert (entry.deliveries[0].title, entry.deliveries[0].body) == ("", "")
    assert (entry.occurrence.state, entry.deliveries[0].state) == (S.CLOSED, D.SENT)
    assert store.find(young.name).occurrence.body != ""
    assert store.find(waiting.name).deliveries[0].body != ""
    assert store.sibling(occurrence(-9, "ben")) is None


def test_words_under_way_are_forgotten_once_their_delivery_is_over(store) -> None:
    (held,) = planned(store, occurrence(-9))
    claimed = sending(store, held)
    store.end(held.id, S.EXPIRED, reason("late"), NOW - 8 * DAY)
    assert store.forget_words(NOW) == 0
    assert store.find(held.name).deliveries[0].body == claimed.body
    store.settle(claimed.id, SENT, ACCEPTED, NOW)
    assert store.forget_words(NOW) == 1
    assert store.find(held.name).deliveries[0].body == ""


def test_a_closed_store_says_so_and_may_be_closed_twice(store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.pending()
