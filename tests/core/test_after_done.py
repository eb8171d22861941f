"""Rules that count from done: from the last time, else from when they were first seen, and never into the past."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.recur import Policy, slots
from ritualsd.core.when import parse

SEEN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo")
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
PHRASES = st.builds(
    "{} {}s after done{}".format,
    st.integers(1, 9),
    st.sampled_from(["day", "week", "month"]),
    st.sampled_from(["", " at 00:00", " at 02:30", " at 23:59", " at 09:00 from 2026-01-04"]),
)


def found(phrase, zone="UTC", *, after=SEEN, **policy):
    known = {"after_utc": policy.get("since_utc"), **policy}
    return [slot.due_utc for slot in slots(parse(phrase), ZoneInfo(zone), after, policy=Policy(**known))]


@pytest.mark.parametrize(
    ("phrase", "known", "due"),
    [
        ("3 weeks after done at 10:00", {"since_utc": SEEN}, "2026-03-23T10:00"),
        ("3 weeks after done", {"since_utc": SEEN}, "2026-03-23T12:00"),
        ("1 month after done at 10:00", {"done_utc": datetime(2026, 1, 31, tzinfo=UTC)}, None),
        ("2 months after done at 10:00", {"done_utc": datetime(2026, 1, 31, tzinfo=UTC)}, "2026-03-31T10:00"),
        ("1 day after done at 10:00", {"done_utc": SEEN, "since_utc": SEEN - timedelta(9)}, "2026-03-03T10:00"),
        ("1 day after done at 10:00 from 2026-06-01", {"since_utc": SEEN}, "2026-06-01T10:00"),
        ("1 day after done at 10:00 from 2026-06-01", {"done_utc": SEEN}, "2026-06-01T10:00"),
        ("1 day after done at 13:00 from 2020-01-01", {"since_utc": SEEN}, "2026-03-02T13:00"),
        ("1 day after done at 12:00 from 2020-01-01", {"since_utc": SEEN}, "2026-03-03T12:00"),
        ("1 day after done at 10:00 until 2026-03-02", {"since_utc": SEEN}, None),
        ("1 week after done at 10:00", {"done_utc": SEEN - timedelta(60), "since_utc": SEEN}, "2026-03-03T10:00"),
        ("3 weeks after done at 10:00", {}, None),
    ],
)  # fmt: skip
def test_it_comes_once_when_it_says(phrase, known, due):
    expected = [datetime.fromisoformat(due).replace(tzinfo=UTC)] if due else []
    assert found(phrase, **known) == expected


@given(PHRASES, st.sampled_from(ZONES), INSTANTS, INSTANTS)
def test_it_comes_exactly_once_after_it_was_seen_and_after_it_was_done(phrase, zone, done_utc, since_utc):
    due = found(phrase, zone, after=since_utc, done_utc=done_utc, since_utc=since_utc)
    assert len(due) == 1
    assert due[0] > max(done_utc, since_utc)


@given(PHRASES, st.sampled_from(ZONES), INSTANTS)
def test_what_was_never_done_still_comes_once(phrase, zone, since_utc):
    assert len(found(phrase, zone, after=since_utc, since_utc=since_utc)) == 1


@given(PHRASES, st.sampled_from(ZONES), INSTANTS, st.integers(0, 2000))
def test_silence_moves_nothing(phrase, zone, since_utc, hours):
    (due,) = found(phrase, zone, after=since_utc, since_utc=since_utc)
    later = due + timedelta(hours=hours)
    assert found(phrase, zone, after=later, since_utc=since_utc) == []


@given(PHRASES, st.sampled_from(ZONES), INSTANTS, st.integers(0, 900))
def test_what_nobody_was_told_of_comes_within_a_day_or_so_of_where_it_may(phrase, zone, since_utc, days):
    (due,) = found(phrase, zone, after=since_utc, since_utc=since_utc)
    may = due + timedelta(days)
    (again,) = found(phrase, zone, after=may, since_utc=since_utc, after_utc=may)
    assert may < again <= may + timedelta(hours=49)  # a clock change, or a date that was skipped over
