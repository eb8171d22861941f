"""When everybody is free: the times taken in calendars count like quiet hours, and only for what is done together."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.busy import busy_until, next_busy, united, within
from ritualsd.core.free import free_spans
from ritualsd.core.recur import slots
from ritualsd.core.streams import policy, rule_hash
from ritualsd.core.when import parse
from ritualsd.model import Quiet
from tests.builders import NOON, person, ritual, settings

HOUR = timedelta(hours=1)
NIGHT = Quiet(start=time(22), end=time(8))


def span(first: float, last: float) -> tuple[datetime, datetime]:
    """Hours from Monday noon on."""
    return NOON + first * HOUR, NOON + last * HOUR


def test_an_evening_is_free_where_nobody_sleeps_and_no_calendar_is_taken() -> None:
    ana = person("ana", quiet=NIGHT, busy=(span(6, 8),))  # 18:00 to 20:00
    ben = person("ben", "America/New_York", quiet=Quiet(start=time(21), end=time(7)))  # until 12:00 UTC
    found = list(free_spans([ana, ben], NOON, NOON + 24 * HOUR, 2 * HOUR))
    assert found == [span(0, 6), span(8, 10)]
    assert list(free_spans([ana, ben], NOON, NOON + 24 * HOUR, 3 * HOUR)) == [span(0, 6)]


def test_nobody_at_all_is_always_free() -> None:
    assert list(free_spans([], NOON, NOON + HOUR, HOUR)) == [span(0, 1)]


SPANS = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 20)).map(lambda pair: span(pair[0], sum(pair))))


@given(SPANS, SPANS)
def test_what_is_free_is_free_for_each_and_all_the_rest_is_taken_for_one(anas, bens) -> None:
    people = [person("ana", busy=united(anas)), person("ben", busy=united(bens))]
    found = list(free_spans(people, NOON, NOON + 120 * HOUR, HOUR))
    for number in range(120):
        at = NOON + (number + 0.5) * HOUR
        taken = any(first <= at < last for first, last in [*anas, *bens])
        assert any(first <= at < last for first, last in found) == (not taken)


@given(SPANS, st.integers(0, 130))
def test_a_calendar_is_looked_up_as_it_would_be_read(spans, hour) -> None:
    busy, at = united(spans), NOON + hour * HOUR
    holding = [last for first, last in busy if first <= at < last]
    assert busy_until(busy, at) == (holding[0] if holding else None)
    assert next_busy(busy, at) == min([first for first, _ in busy if first > at], default=None)
    assert list(within(busy, at, at + 5 * HOUR)) == [each for each in busy if each[0] < at + 5 * HOUR and each[1] > at]


def home(**ana):
    dinner = ritual("dinner", "every day at 18:00", to=("ana", "ben"), together=True)
    window = ritual("date", "every day between 18:00 and 21:00", to=("ana", "ben"), together=True)
    alone = ritual("alone", "every day at 18:00", to=("ana", "ben"))
    return settings(dinner, window, alone, people=(person("ana", **ana), person("ben"))).household


def first_slot(household, name):
    one = household.rituals[name]
    rules = policy(one, one.to, household, b"s" * 32)
    return next(islice(slots(parse(one.when), ZoneInfo("UTC"), NOON, policy=rules), 1))


def test_what_is_done_together_waits_until_no_calendar_is_taken() -> None:
    put_off = first_slot(home(busy=(span(5, 7),)), "dinner")
    assert put_off.due_utc == NOON + 7 * HOUR
    assert put_off.note == "18:00 is put off to 19:00, when everybody is free"
    assert first_slot(home(busy=(span(5, 7),)), "alone").due_utc == NOON + 6 * HOUR


def test_a_moment_in_a_window_is_drawn_from_what_is_left_of_it() -> None:
    for free in range(6, 9):
        taken = tuple(span(hour, hour + 1) for hour in range(6, 9) if hour != free)
        due = first_slot(home(busy=united(taken)), "date").due_utc
        assert NOON + free * HOUR <= due < NOON + (free + 1) * HOUR


def test_a_window_that_is_taken_as_a_whole_is_left_out() -> None:
    assert first_slot(home(busy=(span(5, 10),)), "date").skipped == "quiet"


def test_a_changed_calendar_changes_the_plan_of_what_is_together_and_of_nothing_else() -> None:
    before, after = home(), home(busy=(span(5, 7),))
    changed = {
        name
        for name, one in before.rituals.items()
        if rule_hash(one, "together", before) != rule_hash(one, "together", after)
    }
    assert changed >= {"dinner", "date"}
    assert rule_hash(before.rituals["alone"], "UTC", before) == rule_hash(after.rituals["alone"], "UTC", after)


def test_united_spans_are_in_order_and_apart() -> None:
    assert united([span(3, 4), span(0, 1), span(1, 2), span(5, 5)]) == (span(0, 2), span(3, 4))
