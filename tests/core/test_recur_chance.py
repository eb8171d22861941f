"""Moments drawn by chance: always the same for the same question, inside their window, apart, and never long silent."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.core.policy import Policy
from ritualsd.core.recur import next_slot, slots
from ritualsd.core.when import parse
from ritualsd.model import Quiet, Slot

BERLIN = ZoneInfo("Europe/Berlin")
SECRET = bytes(range(32))
DRAWS = Policy(secret=SECRET, ritual="surprise")
START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday


def drawn(phrase: str, count: int, policy: Policy = DRAWS, start: datetime = START) -> list[Slot]:
    return list(islice(slots(parse(phrase), BERLIN, start, policy=policy), count))


def minute(slot: Slot) -> int:
    return slot.local.hour * 60 + slot.local.minute


def test_a_moment_lies_in_its_window_and_every_part_of_the_window_is_used() -> None:
    minutes = [minute(slot) for slot in drawn("every day between 10:00 and 17:00", 2000)]
    assert min(minutes) >= 600
    assert max(minutes) < 1020
    assert len(set(minutes)) > 390
    assert 780 < sum(minutes) / len(minutes) < 840


def test_a_moment_is_never_at_yesterdays_minute() -> None:
    for phrase in (
        "every day between 10:00 and 10:02",
        "every day between 10:00 and 10:07",
        "once a day between 9:00 and 9:30",
    ):
        minutes = [minute(slot) for slot in drawn(phrase, 1000)]
        assert all(yesterday != today for yesterday, today in pairwise(minutes)), phrase


def test_the_same_question_has_the_same_answer_and_another_secret_or_ritual_another() -> None:
    phrase = "3 times a week between 10:00 and 17:00"
    assert drawn(phrase, 60) == drawn(phrase, 60)
    assert drawn(phrase, 60) != drawn(phrase, 60, Policy(secret=SECRET, ritual="other"))
    assert drawn(phrase, 60) != drawn(phrase, 60, Policy(secret=b"x" * 32, ritual="surprise"))


def test_a_draw_does_not_depend_on_where_one_starts_looking() -> None:
    every = drawn("twice a month between 10:00 and 17:00", 48)
    for number in (3, 20, 21, 40):
        later = every[number].due_utc
        assert (
            next_slot(parse("twice a month between 10:00 and 17:00"), BERLIN, later, policy=DRAWS) == every[number + 1]
        )


@pytest.mark.parametrize(("count", "period"), [(3, "week"), (2, "month"), (1, "week"), (7, "week")])
def test_each_period_holds_its_draws_on_different_days_and_silence_is_bounded(count: int, period: str) -> None:
    length = 31 if period == "month" else 7
    got = drawn(f"{count} times a {period} between 10:00 and 17:00", count * 60)
    periods: dict[str, list[Slot]] = {}
    for slot in got:
        week = date.fromisoformat(slot.key).isocalendar()
        name = slot.key[:7] if period == "month" else f"{week.year}-{week.week}"
        periods.setdefault(name, []).append(slot)
    whole = list(periods.values())[1:-1]
    assert all(len(each) == count for each in whole)
    assert all(len({slot.key for slot in each}) == count for each in whole)
    numbers = [str(number + 1) for number in range(count)] if count > 1 else [""]
    assert all([slot.part for slot in each] == numbers for each in whole)
    assert all(after.due_utc - before.due_utc < timedelta(days=2 * length) for before, after in pairwise(got))


def test_more_draws_than_days_share_the_days_evenly() -> None:
    got = drawn("9 times a week between 10:00 and 17:00", 9)
    per_day = [sum(slot.key == key for slot in got) for key in {slot.key for slot in got}]
    assert sorted(per_day) == [1, 1, 1, 1, 1, 2, 2]


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(1, 12),
    period=st.sampled_from(["day", "week", "month"]),
    start=st.integers(0, 23),
    length=st.integers(1, 23),
    apart=st.integers(0, 90),
    secret=st.binary(max_size=16),
)
def test_draws_keep_their_distance_as_long_as_there_is_room(
    count: int, period: str, start: int, length: int, apart: int, secret: bytes
) -> None:
    phrase = f"{count} times a {period} between {start:02}:00 and {(start + length) % 24:02}:00"
    policy = Policy(secret=secret, min_gap=timedelta(minutes=apart))
    got = drawn(phrase, 40, policy, datetime(2026, 1, 15, tzinfo=UTC))
    a_day = count if period == "day" else -(-count // 7)
    if a_day * (apart + 2) > length * 60 - 60:
        return
    for before, after in pairwise(got):
        assert after.due_utc > before.due_utc
        if before.key == after.key:
            assert after.due_utc - before.due_utc >= timedelta(minutes=apart)


def test_quiet_hours_are_taken_out_of_the_window_before_drawing() -> None:
    quiet = Policy(secret=SECRET, ritual="surprise", quiet=(Quiet(start=time(22, 30), end=time(7, 0)),))
    minutes = [minute(slot) for slot in drawn("every day between 21:00 and 08:00", 500, quiet)]
    assert all(1260 <= at < 1350 or 420 <= at < 480 for at in minutes)
    assert any(at < 480 for at in minutes)
    assert any(at >= 1260 for at in minutes)


def test_a_window_that_quiet_hours_fill_is_recorded_and_not_silent() -> None:
    quiet = Policy(secret=SECRET, quiet=(Quiet(start=time(22, 0), end=time(7, 0)),))
    assert {slot.skipped for slot in drawn("every day between 23:00 and 06:00", 5, quiet)} == {"quiet"}
    assert {slot.skipped for slot in drawn("twice a week between 23:00 and 06:00", 5, quiet)} == {"quiet"}
    assert next_slot(parse("every day between 23:00 and 06:00"), BERLIN, START, policy=quiet) is None


def test_days_away_are_left_out_before_drawing_and_the_others_stay_as_they_were() -> None:
    away = (date(2026, 1, 12), date(2026, 1, 16))
    policy = Policy(secret=SECRET, ritual="surprise", skip=(away,))
    phrase = "twice a week between 10:00 and 17:00"
    got, usual = drawn(phrase, 20, policy), drawn(phrase, 20)
    that_week = [slot for slot in got if "2026-01-12" <= slot.key <= "2026-01-18"]
    assert [slot.key for slot in that_week] == ["2026-01-17", "2026-01-18"]
    assert [slot for slot in got if slot.key > "2026-01-18"] == [slot for slot in usual if slot.key > "2026-01-18"]


def test_a_period_that_is_away_as_a_whole_says_so() -> None:
    policy = Policy(secret=SECRET, skip=((date(2026, 1, 12), date(2026, 1, 18)),))
    got = drawn("twice a week between 10:00 and 17:00", 20, policy)
    assert [slot.skipped for slot in got if "2026-01-12" <= slot.key <= "2026-01-18"] == ["away"]


def test_a_window_over_midnight_holds_moments_on_both_sides_of_it() -> None:
    got = drawn("every day between 22:00 and 02:00", 300)
    assert {slot.local.hour for slot in got} == {22, 23, 0, 1}
    assert len({slot.key for slot in got}) == 300
    late = [slot for slot in got if slot.local.hour < 2]
    assert all(slot.key == (slot.local.date() - timedelta(days=1)).isoformat() for slot in late)


def test_a_window_over_a_clock_change_draws_no_minute_that_the_clock_skips() -> None:
    for number in range(200):
        policy = Policy(secret=bytes([number]))
        [slot] = drawn("every day between 01:30 and 03:30", 1, policy, datetime(2026, 3, 28, 12, tzinfo=UTC))
        assert slot.key == "2026-03-29"
        assert slot.local.hour in (1, 3)
        assert slot.note == ""


def test_a_window_that_the_clock_skips_as_a_whole_ends_where_the_clock_goes_on() -> None:
    [slot] = drawn("every day between 02:10 and 02:40", 1, DRAWS, datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert (slot.key, slot.skipped) == ("2026-03-29", "")
    assert slot.due_utc == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert "skips" in slot.note


def test_earliest_and_latest_narrow_the_window() -> None:
    policy = Policy(secret=SECRET, earliest=time(12), latest=time(13))
    minutes = {minute(slot) for slot in drawn("every day between 10:00 and 17:00", 900, policy)}
    assert minutes == set(range(720, 780))
