"""What holds for every rule, policy and zone: the slots do not depend on where one starts looking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings

from ritualsd.core.policy import Policy
from ritualsd.core.recur import next_due, next_slot, slots, times_per_day
from ritualsd.core.rules import Chance, Cron, Phrase, Rule
from ritualsd.model import Slot
from tests.core.rules import INSTANTS, POLICIES, RULES, ZONES

SPAN = timedelta(days=25)
MOST = 400
CALM = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def between(rule: Rule, zone: ZoneInfo, policy: Policy, start: datetime, end: datetime) -> list[Slot]:
    def walk() -> Iterator[Slot]:
        for slot in slots(rule, zone, start, policy=policy):
            if slot.due_utc > end:
                return
            yield slot

    return [slot for _, slot in zip(range(MOST), walk(), strict=False)]


@CALM
@given(RULES, ZONES, POLICIES, INSTANTS)
def test_looking_from_later_finds_the_same_slots(rule: Rule, zone: ZoneInfo, policy: Policy, start: datetime) -> None:
    found = between(rule, zone, policy, start, start + SPAN)
    if len(found) == MOST:
        return
    for later in (start + SPAN / 3, *(slot.due_utc for slot in found[:4])):
        expected = [slot for slot in found if slot.due_utc > later]
        assert between(rule, zone, policy, later, start + SPAN) == expected


@CALM
@given(RULES, ZONES, POLICIES, INSTANTS)
def test_slots_that_happen_only_go_forward_and_are_never_named_twice(
    rule: Rule, zone: ZoneInfo, policy: Policy, start: datetime
) -> None:
    found = between(rule, zone, policy, start, start + SPAN)
    assert all(before.due_utc <= after.due_utc for before, after in pairwise(found))
    happening = [slot.due_utc for slot in found if not slot.skipped]
    assert all(before < after for before, after in pairwise(happening))
    names = [(slot.key, slot.part) for slot in found]
    assert len(set(names)) == len(names)


@CALM
@given(RULES, ZONES, POLICIES, INSTANTS)
def test_the_next_slot_is_the_first_that_happens(rule: Rule, zone: ZoneInfo, policy: Policy, start: datetime) -> None:
    found = [slot for slot in between(rule, zone, policy, start, start + SPAN) if not slot.skipped]
    if not found:
        return
    assert next_slot(rule, zone, start, policy=policy) == found[0]
    assert next_due(rule, zone, start, policy=policy) == found[0].due_utc
    assert next_slot(rule, zone, found[0].due_utc, policy=policy, inclusive=True) == found[0]


@CALM
@given(RULES, ZONES, POLICIES, INSTANTS)
def test_a_date_never_has_more_slots_than_the_rule_names(
    rule: Rule, zone: ZoneInfo, policy: Policy, start: datetime
) -> None:
    if isinstance(rule, Cron) or policy.remind:
        return
    days: dict[str, int] = {}
    for slot in between(rule, zone, policy, start, start + SPAN):
        days[slot.key[:10]] = days.get(slot.key[:10], 0) + 1
    if isinstance(rule, Phrase) and not isinstance(rule.times, Chance):  # k a week on fewer days than k share some
        assert max(days.values(), default=0) <= times_per_day(rule)
