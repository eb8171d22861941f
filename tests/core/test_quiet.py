"""Quiet hours in local time, over midnight and over clock changes."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.quiet import quiet_until
from ritualsd.model import Quiet
from tests.builders import NIGHT

BERLIN = ZoneInfo("Europe/Berlin")


def test_outside_them_there_is_nothing_to_wait_for():
    assert quiet_until(NIGHT, BERLIN, datetime(2026, 3, 2, 12, tzinfo=UTC)) is None
    assert quiet_until(None, BERLIN, datetime(2026, 3, 2, 1, tzinfo=UTC)) is None


def test_they_cross_midnight():
    assert quiet_until(NIGHT, BERLIN, datetime(2026, 3, 2, 22, tzinfo=UTC)) == datetime(2026, 3, 3, 6, tzinfo=UTC)
    assert quiet_until(NIGHT, BERLIN, datetime(2026, 3, 3, 5, tzinfo=UTC)) == datetime(2026, 3, 3, 6, tzinfo=UTC)


def test_an_end_that_the_clock_skips_is_the_first_valid_instant_after_it():
    quiet = Quiet(start=time(22), end=time(2, 30))
    inside = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 01:30, half an hour before the gap
    assert quiet_until(quiet, BERLIN, inside) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@given(
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kolkata"]
    ),
    start=st.times(),
    end=st.times(),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
)
def test_they_always_end_later_and_within_a_day_and_a_bit(zone, start, end, at):
    now = at.replace(tzinfo=UTC)
    ends = quiet_until(Quiet(start=start, end=end), ZoneInfo(zone), now)
    assert ends is None or now < ends <= now + timedelta(hours=26)
