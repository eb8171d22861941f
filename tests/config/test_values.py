"""What a written value means, and that nothing a person could type does more than raise our own words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.config import values
from ritualsd.model import Quiet

ANYTHING = st.one_of(
    st.text(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.lists(st.text()),
)
READERS = [
    values.duration,
    values.catch_up,
    values.clock,
    values.quiet,
    values.day,
    values.days,
    values.remind,
    values.phrase,
]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30 seconds", timedelta(seconds=30)),
        ("1 minute", timedelta(minutes=1)),
        ("30 minutes", timedelta(minutes=30)),
        ("2 hours", timedelta(hours=2)),
        ("3 Days", timedelta(days=3)),
        (" 1 week ", timedelta(weeks=1)),
        ("2hours", timedelta(hours=2)),
    ],
)
def test_a_length_of_time_is_a_number_and_a_unit(text: str, length: timedelta) -> None:
    assert values.duration(text) == length


@pytest.mark.parametrize("text", ["", "30", "minutes", "1 month", "-1 day", "0 days", "1.5 hours", "999999 weeks", 30])
def test_nothing_else_is_a_length_of_time(text: object) -> None:
    with pytest.raises(ValueError, match=";"):
        values.duration(text)


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_minute_of_the_day_can_be_written(hour: int, minute: int) -> None:
    assert values.clock(f"{hour:02d}:{minute:02d}") == values.clock(time(hour, minute)) == time(hour, minute)


@given(st.times(), st.times())
def test_quiet_hours_are_two_times_that_differ(start: time, end: time) -> None:
    text = f"{start:%H:%M} - {end:%H:%M}"
    if f"{start:%H:%M}" == f"{end:%H:%M}":
        with pytest.raises(ValueError, match="use two times"):
            values.quiet(text)
    else:
        assert values.quiet(text) == Quiet(start=time(start.hour, start.minute), end=time(end.hour, end.minute))


@given(st.dates(), st.dates())
def test_a_range_of_days_has_both_ends_in_it(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert values.days(f"{first}..{last}") == (first, last)
    assert values.days(first) == values.days(str(first)) == (first, first)
    if first != last:
        with pytest.raises(ValueError, match="ends before it begins"):
            values.days(f"{last}..{first}")


def test_a_date_is_no_date_with_a_time() -> None:
    with pytest.raises(ValueError, match="a date that exists"):
        values.day(datetime(2026, 1, 1, 12, 0))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@given(value=ANYTHING)
def test_any_value_is_read_or_refused_in_words(reader: Callable[[object], object], value: object) -> None:
    try:
        reader(value)
    except ValueError as error:
        what, _, todo = str(error).partition("; ")
        assert what
        assert todo or reader is values.days or "that exists" in what


@given(st.text())
def test_a_slug_is_an_id_or_nothing_and_stays_as_it_is(name: str) -> None:
    slug = values.slug(name)
    assert slug == "" or slug.isascii()
    assert values.slug(slug) == slug


@pytest.mark.parametrize(
    ("name", "slug"), [("Ana", "ana"), ("Zoë Müller", "zoe-muller"), ("  J.R.  ", "j-r"), ("李", ""), ("_x-", "x")]
)
def test_a_slug_keeps_what_an_id_may_hold(name: str, slug: str) -> None:
    assert values.slug(name) == slug


@pytest.mark.parametrize("name", ["Zoë", "李", "👩\u200d👧", "می\u200cخواهم"])
def test_a_name_may_be_of_any_script(name: str) -> None:
    assert values.name(name) == name


@pytest.mark.parametrize("name", ["a\nb", "a\u202eb", "\u200b", "a\x00", "x" * 201, " "])
def test_a_name_is_one_line_that_can_be_seen(name: str) -> None:
    with pytest.raises(ValueError, match=";"):
        values.name(name)
