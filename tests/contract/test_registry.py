"""The registry of households, on every kind of ledger: who is due, who holds a link, and what is due over all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ritualsd.core.tokens import token_digest
from ritualsd.model import DeliveryState, Pass, Purpose, Settlement
from ritualsd.ports import Store
from ritualsd.ports.households import Registered, Registry
from ritualsd.store import open_registry
from tests.contract.ledgers import DAY, NOW, occurrence, planned, ready, stream

MINUTE = timedelta(minutes=1)


@pytest.fixture
def registry(store: Store) -> Registry:
    return open_registry(store)


def bring(registry: Registry, *names: str, rituals: int = 1) -> dict[str, Exception]:
    def adopt_one(name: str, store: Store) -> Registered:
        store.sync_streams([stream(household=name)], [], [], NOW)
        return Registered(household=name, source=f"{name}.toml", stamp="1", hash="h", rituals=rituals, wake_utc=NOW)

    homes = [(name, lambda store, name=name: adopt_one(name, store)) for name in names]
    return dict(registry.bring_in(homes, NOW))


def outboxed(registry: Registry, name: str, count: int = 1) -> list[int]:
    store = registry.store_of(name)
    rows = planned(store, *(occurrence(day, household=name) for day in range(-count + 1, 1)))
    return [ready(store, row, household=name).id for row in rows]


def test_a_household_is_brought_in_with_an_identity_of_its_own(registry: Registry) -> None:
    assert bring(registry, "oak", "elm") == {}
    oak, elm = registry.store_of("oak"), registry.store_of("elm")
    assert oak.installation().secret != elm.installation().secret
    assert len(oak.streams()) == len(elm.streams()) == 1
    assert registry.find("oak").hash == "h"
    assert registry.find("ash") is None
    census = registry.census()
    assert (census.households, census.loaded, census.refused, census.rituals) == (2, 2, 0, 2)


def test_one_that_cannot_be_brought_in_is_left_as_it_was_and_the_others_are_in(registry: Registry) -> None:
    def broken(store: Store) -> Registered:
        store.sync_streams([stream(household="elm")], [], [], NOW)
        raise RuntimeError("something of this household")

    good = Registered(household="oak", source="oak.toml", hash="h", wake_utc=NOW)
    failed = registry.bring_in([("elm", broken), ("oak", lambda _: good)], NOW)
    assert list(failed) == ["elm"]
    assert registry.store_of("elm").streams() == {}
    assert registry.find("oak") == good


def test_who_is_due_is_taken_once_until_the_lease_ends(registry: Registry) -> None:
    bring(registry, "oak", "elm", "ash")
    taken = registry.take_due(NOW, 2, NOW + MINUTE)
    assert len(taken) == 2
    assert all(each.wake_utc == NOW + MINUTE for each in taken)
    assert len(registry.take_due(NOW, 9, NOW + MINUTE)) == 1
    assert registry.take_due(NOW, 9, NOW + MINUTE) == []
    assert len(registry.take_due(NOW + MINUTE, 9, NOW + 2 * MINUTE)) == 3


def test_whoever_was_woken_during_a_turn_does_not_sleep_on(registry: Registry) -> None:
    bring(registry, "oak", "elm")
    registry.take_due(NOW, 9, NOW + MINUTE)
    registry.wake("oak", NOW)
    for name in ("oak", "elm"):
        registry.rest(name, NOW + MINUTE, NOW + DAY)
    assert registry.find("oak").wake_utc == NOW
    assert registry.find("elm").wake_utc == NOW + DAY
    registry.wake("elm", NOW + 2 * DAY)  # it is awake before that
    assert registry.find("elm").wake_utc == NOW + DAY
    assert registry.next_wake() == NOW


def test_who_sleeps_on_past_what_they_have_to_do_is_roused_and_nobody_else(registry: Registry) -> None:
    names = ("ash", "elm", "fir", "oak", "yew")
    bring(registry, *names)
    for name in names:
        store = registry.store_of(name)
        due = NOW + (DAY if name in ("oak", "yew") else 9 * DAY)
        store.sync_streams([stream(household=name, next_due_utc=due)], [], [], NOW)
        registry.rest(name, NOW, NOW + (MINUTE if name == "yew" else 6 * DAY))  # the yew is taken
    registry.store_of("ash").record([occurrence(2, household="ash")])  # it has no words yet
    fir = registry.store_of("fir")
    [row] = planned(fir, occurrence(0, household="fir"))
    put_off = Settlement(state=DeliveryState.PENDING, code="quiet", next_attempt_utc=NOW + DAY)
    fir.settle(ready(fir, row, household="fir").id, put_off, None, NOW)

    last: str | None = None
    while last != "":
        last = registry.rouse(NOW, 10 * MINUTE, ["quiet"], last or "", 2)
    woken = {name: registry.find(name).wake_utc for name in names}
    assert woken == {"ash": NOW, "elm": NOW + 6 * DAY, "fir": NOW, "oak": NOW, "yew": NOW + MINUTE}


def test_what_is_kept_of_a_file_does_not_undo_a_wake(registry: Registry) -> None:
    bring(registry, "oak")
    before = registry.find("oak")
    registry.rest("oak", NOW, NOW + DAY)
    registry.wake("oak", NOW + MINUTE)
    registry.keep(replace(before, stamp="2", wake_utc=NOW + 2 * DAY))
    assert (registry.find("oak").stamp, registry.find("oak").wake_utc) == ("2", NOW + MINUTE)


def test_stamps_are_read_in_the_order_of_the_names(registry: Registry) -> None:
    bring(registry, "a-b", "a_b", "a0", "ab")
    names = sorted(["a-b", "a_b", "a0", "ab"])
    assert sorted(registry.stamps("", names[1])) == names[:2]
    assert sorted(registry.stamps(names[1], "")) == names[2:]
    assert [each.household for each in registry.listed(names[0], 2)] == names[1:3]
    assert set(registry.found([names[0], "nobody"])) == {names[0]}


def test_due_deliveries_come_in_turns_and_without_words(registry: Registry) -> None:
    bring(registry, "oak", "elm")
    outboxed(registry, "oak", 5)
    outboxed(registry, "elm", 1)
    due = registry.outbox.due_deliveries(NOW, 10)
    assert [each.household for each in due[:2]] in (["oak", "elm"], ["elm", "oak"])
    assert len(due) == 6
    assert not any(each.title or each.body or each.reply_token for each in due)
    assert registry.outbox.next_delivery() == min(each.next_attempt_utc for each in due)
    assert registry.waiting() == {("pending", ""): 6}
    assert registry.overdue(NOW + MINUTE) == {"": 6}


def test_what_is_settled_over_all_is_settled_in_its_own_household(registry: Registry) -> None:
    bring(registry, "oak", "elm")
    [mine] = outboxed(registry, "elm")
    registry.outbox.settle(mine, Settlement(state=DeliveryState.FAILED, code="config"), None, NOW)
    assert registry.store_of("elm").pending() == 0
    assert registry.outbox.due_deliveries(NOW, 10) == []


def test_a_claimed_delivery_is_known_to_be_under_way(registry: Registry) -> None:
    bring(registry, "oak", "elm")
    [mine] = outboxed(registry, "oak")
    assert registry.interrupted() == []
    assert registry.store_of("oak").claim(mine, "boot", NOW) is not None
    assert registry.interrupted() == ["oak"]


def test_a_link_is_held_by_one_household(registry: Registry) -> None:
    bring(registry, "oak", "elm")
    digest = token_digest("A" * 22)
    registry.store_of("elm").passes.issue(
        Pass(digest=digest, person="ana", purpose=Purpose.SESSION, made_utc=NOW, until_utc=NOW + DAY)
    )
    assert registry.holder(digest) == "elm"
    assert registry.holder(token_digest("B" * 22)) == ""
    assert registry.store_of("oak").passes.find(digest) is None


def test_all_or_only_those_too_far_ahead_are_taken_up_anew(registry: Registry) -> None:
    bring(registry, "oak", "elm")
    registry.store_of("elm").sync_streams([stream(household="elm", mark_utc=NOW + DAY)], [], [], NOW)
    assert registry.take_up_anew(NOW, NOW + MINUTE) == 1
    assert registry.find("elm").stamp == ""
    assert registry.find("oak").stamp == "1"
    registry.rest("oak", NOW, NOW + 9 * DAY)
    assert registry.take_up_anew(NOW, NOW + DAY, NOW + 9 * DAY) == 0
    assert registry.take_up_anew(NOW, NOW + DAY, NOW + 8 * DAY) == 1
    assert (registry.find("oak").stamp, registry.find("oak").wake_utc) == ("", NOW)
    assert registry.take_up_anew(NOW) == 2
    assert registry.census().loaded == 2  # by what was in force before, until then


def test_a_household_that_is_dropped_is_known_no_more_and_its_record_stays(registry: Registry) -> None:
    bring(registry, "oak")
    registry.keep(Registered(household="ash", source="ash.toml", problems="ash.toml:1: broken"))
    assert [each.household for each in registry.refused(9)] == ["ash"]
    registry.drop("oak")
    assert registry.find("oak") is None
    assert len(registry.store_of("oak").streams()) == 1
