"""Days away and reminders: what is left out, what moves, and what is counted back from where it moved to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest

from ritualsd.core.moves import days_before
from ritualsd.core.policy import Policy
from ritualsd.core.recur import next_slot, slots
from ritualsd.core.when import parse
from ritualsd.errors import WhenError
from ritualsd.model import Slot

BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS = (date(2026, 12, 24), date(2026, 12, 27))
START = datetime(2026, 12, 1, tzinfo=UTC)


def found(phrase: str, count: int, start: datetime = START, **policy: Any) -> list[Slot]:
    return list(islice(slots(parse(phrase), BERLIN, start, policy=Policy(**policy)), count))


def told(got: list[Slot]) -> list[tuple[str, str, str]]:
    return [(slot.key, f"{slot.local:%m-%d}", slot.skipped) for slot in got]


def test_a_slot_on_a_day_away_is_left_out_and_recorded() -> None:
    got = found("every Friday at 19:00", 3, datetime(2026, 12, 12, tzinfo=UTC), skip=(CHRISTMAS,))
    assert told(got) == [("2026-12-18", "12-18", ""), ("2026-12-25", "12-25", "away"), ("2027-01-01", "01-01", "")]


@pytest.mark.parametrize(("on_skip", "day"), [("before", "12-23"), ("after", "12-28")])
def test_or_it_moves_to_the_nearest_free_day_and_keeps_its_key(on_skip: Literal["before", "after"], day: str) -> None:
    start = datetime(2026, 12, 19, tzinfo=UTC)
    [slot] = found("every Friday at 19:00", 1, start, skip=(CHRISTMAS,), on_skip=on_skip)
    assert told([slot]) == [("2026-12-25", day, "")]
    assert f"{slot.local:%H:%M}" == "19:00"
    assert "2026-12-25" in slot.note


def test_two_slots_moved_to_one_day_are_one() -> None:
    start = datetime(2026, 12, 24, tzinfo=UTC)
    got = found("every day at 09:00", 6, start, skip=(CHRISTMAS,), on_skip="after")
    assert told(got) == [
        ("2026-12-24", "12-28", ""),
        ("2026-12-25", "12-28", "overlap"),
        ("2026-12-26", "12-28", "overlap"),
        ("2026-12-27", "12-28", "overlap"),
        ("2026-12-28", "12-28", "overlap"),
        ("2026-12-29", "12-29", ""),
    ]


def test_touching_ranges_are_one_absence() -> None:
    skip = ((date(2026, 12, 24), date(2026, 12, 25)), (date(2026, 12, 26), date(2026, 12, 30)))
    start = datetime(2026, 12, 25, 12, tzinfo=UTC)
    following = next_slot(parse("every Friday at 09:00"), BERLIN, start, policy=Policy(skip=skip, on_skip="after"))
    assert following is not None
    assert (following.key, f"{following.local:%m-%d}") == ("2026-12-25", "12-31")


def test_an_absence_of_more_than_a_year_moves_nothing() -> None:
    skip = ((date(2025, 12, 1), date(2027, 6, 1)),)
    got = found("every year on 25 December at 09:00", 2, skip=skip, on_skip="before")
    assert told(got) == [("2026-12-25", "12-25", "away"), ("2027-12-25", "12-25", "")]


def test_a_moved_time_is_resolved_on_the_day_it_moved_to() -> None:
    skip = ((date(2026, 3, 28), date(2026, 3, 28)),)
    got = found("every Saturday at 02:30", 1, datetime(2026, 3, 23, tzinfo=UTC), skip=skip, on_skip="after")
    assert got[0].due_utc == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert "skips 02:30" in got[0].note


def test_reminders_are_counted_back_from_the_slot_and_share_its_key() -> None:
    got = found("every year on 31 December at 09:00", 3, remind=("3 weeks before", "3 days before", "on the day"))
    assert [(slot.key, slot.part, f"{slot.local:%m-%d %H:%M}") for slot in got] == [
        ("2026-12-31", "-21d", "12-10 09:00"),
        ("2026-12-31", "-3d", "12-28 09:00"),
        ("2026-12-31", "", "12-31 09:00"),
    ]
    assert got[0].note == "3 weeks before 2026-12-31"


def test_a_list_of_reminders_says_everything_that_is_sent() -> None:
    got = found("every year on 31 December at 09:00", 2, remind=("1 day before",))
    assert [f"{slot.local:%y-%m-%d}" for slot in got] == ["26-12-30", "27-12-30"]


def test_reminders_count_from_the_day_the_slot_moved_to() -> None:
    policy: dict[str, Any] = {"skip": (CHRISTMAS,), "on_skip": "after", "remind": ("1 week before", "on the day")}
    got = found("every year on 25 December at 09:00", 2, **policy)
    assert told(got) == [("2026-12-25", "12-21", ""), ("2026-12-25", "12-28", "")]


def test_reminders_of_a_slot_that_is_left_out_are_left_out_too() -> None:
    got = found("every year on 25 December at 09:00", 2, skip=(CHRISTMAS,), remind=("1 week before", "on the day"))
    assert [slot.skipped for slot in got] == ["away", "away"]


def test_reminders_of_one_slot_and_the_slot_before_come_in_order() -> None:
    got = found("every Friday at 09:00", 20, remind=("10 days before", "1 day before", "on the day"))
    assert all(before.due_utc <= after.due_utc for before, after in pairwise(got))
    assert len({(slot.key, slot.part) for slot in got}) == 20


def test_the_next_slot_may_be_the_reminder_of_one_far_ahead() -> None:
    policy = Policy(remind=("52 weeks before", "on the day"))
    following = next_slot(parse("on 2027-12-01 at 09:00"), BERLIN, START, policy=policy)
    assert following is not None
    assert following.due_utc - START < timedelta(days=3)


@pytest.mark.parametrize(
    ("reminder", "days"), [("3 weeks before", 21), ("1 day before", 1), ("On the day", 0), (" 2  days before ", 2)]
)
def test_a_reminder_says_how_many_days_before(reminder: str, days: int) -> None:
    assert days_before(reminder) == days


@pytest.mark.parametrize("reminder", ["", "3 hours before", "before", "500 days before", "soon", "-1 days before"])
def test_a_reminder_that_says_no_day_is_an_error(reminder: str) -> None:
    with pytest.raises(WhenError, match="before"):
        days_before(reminder)
