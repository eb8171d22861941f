"""A delivery on its way: the gate is asked as it is claimed, and what is on its way to somebody counts for the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.core.visibility import visible_to
from ritualsd.flow.beat import beat
from ritualsd.flow.budget import OUTCOME_IN
from ritualsd.flow.courier import Courier
from ritualsd.flow.deliver import Parcel, deliver_one
from ritualsd.model import Delivery, DeliveryState, Outcome, Pause, Settings, Settlement
from ritualsd.testing import VirtualClock
from tests.builders import channel, person, ritual
from tests.builders import settings as household
from tests.flow.stage import Stage

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def two_ways(**limits) -> Settings:
    """Ana has one message on her phone and, at the same moment, a secret from Ben by mail, since he sees her phone."""
    ways = (channel("ana", "phone", shared_with=frozenset({"ben"})), channel("ana", "mail"))
    people = (person("ana", channels=ways, **limits), person("ben"))
    secret = ritual("secret", when="every day at 12:00", secret_from=frozenset({"ben"}))
    return household(ritual("open", when="every day at 12:00"), secret, people=people)


class Noon(Stage):
    """Everything due at noon is worded, and it is noon."""

    def __init__(self, given: Settings) -> None:
        super().__init__(settings=given, clock=VirtualClock(NOON - 5 * MINUTE))
        beat(self.world, self.settings, self.clock.at)
        self.clock.at = NOON

    def due(self) -> list[Delivery]:
        return self.world.store.due_deliveries(self.clock.at, 100)

    def courier(self, given: Settings | None = None) -> Courier:
        return Courier(lambda: (self.world, given or self.settings))

    def tries(self) -> dict[str, tuple[DeliveryState, str]]:
        """What became of the latest delivery of each ritual."""
        entries = [entry for entry in self.record() if entry.deliveries]
        return {entry.occurrence.ritual: (entry.deliveries[-1].state, entry.deliveries[-1].code) for entry in entries}


def go(carrying: Courier, parcels: dict[int, Parcel]) -> None:
    carrying.record([carrying.carry(parcel) for parcel in parcels.values()])


def test_both_go_where_nothing_limits_them() -> None:
    stage = Noon(two_ways())
    carrying = stage.courier()
    parcels = carrying.claim(stage.due())
    assert sorted(parcel.delivery.label for parcel in parcels.values()) == ["ana/mail", "ana/phone"]
    go(carrying, parcels)
    assert [state for state, _ in stage.tries().values()] == ["sent", "sent"]


def test_the_claim_is_on_record_before_the_sender_is_asked() -> None:
    stage = Noon(two_ways())
    seen: list[dict[str, tuple[DeliveryState, str]]] = []

    class Looking:
        def send(self, *args, **kwargs) -> Outcome:
            seen.append(stage.tries())
            return stage.sender.send(*args, **kwargs)

    world = replace(stage.world, sender=Looking())
    go(carrying := Courier(lambda: (world, stage.settings)), carrying.claim(stage.due()))
    assert seen == [{"open": ("sending", ""), "secret": ("sending", "")}] * 2


def test_a_pause_kept_a_moment_before_the_claim_holds() -> None:
    stage = Noon(two_ways())
    due = stage.due()
    stage.world.store.pause(Pause(ritual="open", since_utc=NOON))
    parcels = stage.courier().claim(due)
    assert [parcel.delivery.ritual for parcel in parcels.values()] == ["secret"]
    assert stage.tries()["open"] == ("cancelled", "paused")


def test_what_was_put_off_after_it_was_read_does_not_go() -> None:
    stage = Noon(two_ways())
    due = stage.due()
    later = Settlement(state=DeliveryState.PENDING, code="snooze", next_attempt_utc=NOON + 60 * MINUTE)
    for each in due:
        stage.world.store.settle(each.id, later, None, NOON)
    assert stage.courier().claim(due) == {}
    assert set(stage.tries().values()) == {("pending", "snooze")}


def test_of_two_that_start_together_one_waits_to_see_whether_the_other_fills_the_day() -> None:
    stage = Noon(two_ways())
    limited = stage.courier(two_ways(max_per_day=1))
    parcels = limited.claim(stage.due())
    assert sorted(stage.tries().values()) == [("pending", "budget"), ("sending", "")]
    assert stage.world.store.next_delivery() == NOON + OUTCOME_IN
    go(limited, parcels)
    stage.clock.at += OUTCOME_IN
    assert limited.claim(stage.due()) == {}
    assert sorted(stage.tries().values()) == [("cancelled", "budget"), ("sent", "simulated")]


def test_it_goes_after_all_where_the_other_did_not_arrive() -> None:
    stage = Noon(two_ways())
    limited = stage.courier(two_ways(max_per_day=1))
    stage.sender.fail("transient", "refused")
    go(limited, limited.claim(stage.due()))
    stage.clock.at += OUTCOME_IN
    go(limited, limited.claim(stage.due()))
    assert sorted(stage.tries().values()) == [("pending", "refused"), ("sent", "simulated")]


def test_a_claim_of_another_moment_counts_as_well() -> None:
    stage = Noon(two_ways())
    limited = stage.courier(two_ways(max_per_day=1))
    first, second = stage.due()
    assert len(limited.claim([first])) == 1
    assert limited.claim([second]) == {}


def test_messages_that_want_to_stand_alone_do_not_start_together() -> None:
    stage = Noon(two_ways())
    limited = stage.courier(two_ways(min_gap=30 * MINUTE))
    go(limited, limited.claim(stage.due()))
    stage.clock.at += OUTCOME_IN
    assert limited.claim(stage.due()) == {}
    assert stage.world.store.next_delivery() == NOON + 30 * MINUTE


outcomes = st.lists(st.sampled_from(["sent", "transient", "permanent", "unknown"]), min_size=6, max_size=6)
quiet = st.sets(st.integers(0, 5), max_size=3)


@settings(max_examples=30, deadline=None)
@given(outcomes=outcomes, paused=quiet, gone=quiet)
def test_carried_together_is_carried_one_after_another(outcomes, paused, gone) -> None:
    people = tuple(person(f"p{n}") for n in range(6))
    rituals = [ritual(f"r{n}", when="every day at 12:00", to=(f"p{n}",), ask="text") for n in range(6)]

    def lived(*, together: bool):
        stage = Noon(household(*rituals, people=people))
        stage.sender.script.extend(Outcome(kind=kind, code=kind) for kind in outcomes)
        for n in paused:
            stage.world.store.pause(Pause(person=f"p{n}", since_utc=NOON))
        left = household(*(each for n, each in enumerate(rituals) if n not in gone), people=people)
        if together:
            carrying = stage.courier(left)
            if parcels := carrying.claim(stage.due()):
                go(carrying, parcels)
        else:
            for each in sorted(stage.due(), key=lambda each: each.id):
                deliver_one(stage.world, left, each)
        without_links = [
            (entry.occurrence, [replace(each, reply_token="") for each in entry.deliveries]) for entry in stage.record()
        ]
        return without_links, stage.world.store.health(), sorted(event.name for event in stage.events)

    assert lived(together=True) == lived(together=False)


def test_that_it_waits_for_a_limit_of_ones_own_is_told_to_nobody_else() -> None:
    stage = Noon(two_ways())
    stage.world.store.personal.set_own("ana", "max_per_day", "1", NOON)
    stage.courier().claim(stage.due())
    assert sorted(stage.tries().values()) == [("pending", "own-budget"), ("sending", "")]
    assert all(event.fields.get("code") != "own-budget" for event in stage.events)
    shown = visible_to(None, stage.record(), stage.settings.household, NOON)
    assert not [each for seen in shown for each in seen.thing.deliveries if each.code]
