"""Every zone of the installed tzdata: one occurrence per slot, in order, none invented, none lost.

The answers come from `offsets`, which knows only the UTC offsets of instants.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from ritualsd.core.recur import next_due, next_slot, slots
from ritualsd.core.rules import At, EveryDays, Phrase
from tests.core.offsets import changes, meaning, stretches

FIRST, LAST = 2007, 2026
DAY = timedelta(days=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
ODD = ["Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca", "Asia/Pyongyang"]

Expected = list[tuple[datetime, datetime, str]]


@pytest.fixture(scope="module")
def distinct_zones() -> list[str]:
    """One zone of each set that shares all its offsets over the years: the others are its links."""
    distinct = {stretches(name, FIRST, LAST): name for name in ZONES}

    return sorted(distinct.values())


def interesting_times(name: str, random: Random) -> tuple[time, ...]:
    """Three times of the day at or near a change of this zone's clock, and one at random."""
    edges = changes(name, FIRST, LAST) or [datetime(2020, 1, 1)]
    near = [random.choice(edges) + timedelta(minutes=random.choice([-61, -30, -1, 0, 0, 1, 29, 59])) for _ in range(3)]
    clocks = {moment.time().replace(second=0, microsecond=0) for moment in near}
    return tuple(sorted({*clocks, time(random.randrange(24), random.randrange(60))}))


def expected_slots(name: str, clocks: tuple[time, ...], first: datetime, days: int) -> Expected:
    """The nominal time, the instant and the kind of every slot, a second one on the same instant left out."""
    found: Expected = []
    for day in range(days):
        for clock in clocks:
            local = datetime.combine(first + day * DAY, clock)
            instant, kind = meaning(name, local, FIRST, LAST)
            if instant is not None and (not found or instant != found[-1][1]):
                found.append((local, instant, kind))
    return found


def windows(name: str, random: Random) -> list[datetime]:
    """Where to look: the days around some changes of the zone, and some days at random."""
    edges = changes(name, FIRST, LAST)
    chosen = random.sample(edges, min(len(edges), 24))
    chosen += [datetime(FIRST, 2, 1) + timedelta(days=random.randrange(365 * 19)) for _ in range(6)]
    return [datetime.combine(moment.date() - 2 * DAY, time()) for moment in chosen]


def test_every_zone_has_each_slot_once_in_order_and_nothing_else(distinct_zones: list[str]) -> None:
    seen = {"normal": 0, "gap": 0, "overlap": 0}
    for name in distinct_zones:
        random, zone = Random(name), ZoneInfo(name)
        clocks = interesting_times(name, random)
        rule = Phrase(days=EveryDays(), times=At(times=clocks))
        for first in windows(name, random):
            expected = expected_slots(name, clocks, first, 5)
            start, end = expected[0][1], expected[-1][1]
            got = []
            for slot in slots(rule, zone, start, inclusive=True):
                if slot.due_utc > end:
                    break
                if not slot.skipped:
                    got.append(slot)
            assert [(slot.local, slot.due_utc) for slot in got] == [(local, due) for local, due, _ in expected], name
            assert all(earlier.due_utc < later.due_utc for earlier, later in pairwise(got)), name
            assert [bool(slot.note) for slot in got] == [kind != "normal" for _, _, kind in expected], name
            for _, _, kind in expected:
                seen[kind] += 1
    assert len(distinct_zones) > 120
    assert min(seen.values()) > 500, seen


def test_from_any_instant_the_next_slot_is_the_one_that_the_whole_list_has_next(distinct_zones: list[str]) -> None:
    for name in distinct_zones:
        random, zone = Random(f"next {name}"), ZoneInfo(name)
        clocks = interesting_times(name, random)
        rule = Phrase(days=EveryDays(), times=At(times=clocks))
        for first in windows(name, random)[:12]:
            due = [instant for _, instant, _ in expected_slots(name, clocks, first, 6)]
            for _ in range(6):
                after = due[0] + timedelta(seconds=random.randrange(int((due[-2] - due[0]).total_seconds())))
                right = min(instant for instant in due if instant > after)
                found = next_slot(rule, zone, after)
                assert found is not None
                assert found.due_utc == right, (name, after)
                assert next_due(rule, zone, after) == right, (name, after)
            assert next_due(rule, zone, due[1], inclusive=True) == due[1], name
            assert next_due(rule, zone, due[1]) == due[2], name


@pytest.mark.parametrize("name", ODD)
def test_twenty_years_of_days_hold_each_day_once(name: str) -> None:
    clock = time(0, 0)
    rule = Phrase(days=EveryDays(), times=At(times=(clock,)))
    expected = expected_slots(name, (clock,), datetime(FIRST, 1, 1), 365 * 20)
    start = expected[0][1]
    got = slots(rule, ZoneInfo(name), start - timedelta(seconds=1))
    for local, instant, _ in expected:
        slot = next(got)
        assert (slot.local, slot.due_utc, slot.key) == (local, instant, local.date().isoformat())
    assert start.tzinfo is UTC
