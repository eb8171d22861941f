"""One instant for everyone: outside everybody's quiet hours, each in their own zone, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.core.quiet import quiet_until
from ritualsd.core.recur import Policy, next_slot, slots
from ritualsd.core.when import parse
from ritualsd.model import Quiet

ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata")
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Quiet(start=time(22), end=time(7))
# The weeks in which one of these clocks changes in 2026: Auckland, New York and Berlin, each twice.
CHANGES = [
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 9, 27),
    date(2026, 10, 25),
    date(2026, 11, 1),
]

minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(*divmod(minute, 60)))
quiets = st.tuples(minutes, st.integers(1, 11 * 60)).map(
    lambda pair: Quiet(start=pair[0], end=(datetime.combine(date.min, pair[0]) + timedelta(minutes=pair[1])).time())
)
busy = st.lists(st.tuples(quiets, st.sampled_from(ZONES)), min_size=1, max_size=4).map(tuple)
phrases = st.one_of(
    minutes.map(lambda at: f"every day at {at:%H:%M}"),
    st.just("every day at 00:30, 02:30 and 23:45"),
    st.just("every day between 01:00 and 05:00"),
    st.just("every day between 20:00 and 04:00"),
    st.just("3 times a week between 00:00 and 23:00"),
)


def someone_rests(policy: Policy, at: datetime) -> bool:
    return any(quiet_until(quiet, ZoneInfo(zone), at) is not None for quiet, zone in policy.busy)


@settings(max_examples=150, deadline=None)
@given(busy, phrases, st.sampled_from(ZONES), st.sampled_from(CHANGES))
def test_no_slot_ever_falls_into_anybodys_quiet_hours(pairs, phrase, home, change):
    policy = Policy(busy=pairs, together=True, secret=b"s" * 32, ritual="us")
    start = datetime.combine(change, time(), UTC) - timedelta(days=3)
    last = start
    for slot in slots(parse(phrase), ZoneInfo(home), start, policy=policy):
        if slot.due_utc > start + timedelta(days=8):
            break
        assert slot.due_utc >= last, "slots come in order"
        last = slot.due_utc
        if not slot.skipped:
            assert not someone_rests(policy, slot.due_utc)
            on_the_wall = slot.due_utc.astimezone(ZoneInfo(home)).replace(tzinfo=None)
            assert on_the_wall == slot.local or "the clock skips" in slot.note


@settings(max_examples=60, deadline=None)
@given(busy, minutes, st.sampled_from(ZONES), st.sampled_from(CHANGES))
def test_a_fixed_time_waits_for_the_very_first_instant_that_suits_everyone(pairs, at, home, change):
    zone, policy = ZoneInfo(home), Policy(busy=pairs, together=True)
    rule = parse(f"every day at {at:%H:%M}")
    start = datetime.combine(change, time(), zone).astimezone(UTC)
    plain, found = (next(slots(rule, zone, start, policy=each, inclusive=True)) for each in (Policy(), policy))
    minute = plain.due_utc
    while someone_rests(policy, minute) and minute < plain.due_utc + timedelta(days=2):
        minute += timedelta(minutes=1)
    if any(minute.astimezone(ZoneInfo(name)).fold for _, name in pairs):
        return  # quiet hours that had begun are not interrupted for the minutes before they would begin again
    if minute.astimezone(zone).date() == plain.due_utc.astimezone(zone).date():
        assert (found.due_utc, found.skipped, found.key) == (minute, "", plain.key)
    else:
        assert (found.due_utc, found.skipped) == (plain.due_utc, "quiet")


def test_eight_in_berlin_waits_until_new_york_is_awake():
    policy = Policy(busy=((NIGHT, "Europe/Berlin"), (NIGHT, "America/New_York")), together=True)
    found = next_slot(parse("every day at 08:00"), BERLIN, datetime(2026, 1, 4, 20, tzinfo=UTC), policy=policy)
    assert found is not None
    assert (found.key, found.local) == ("2026-01-05", datetime(2026, 1, 5, 13))
    assert found.note == "08:00 is put off to 13:00, when nobody has quiet hours"


def test_what_was_put_off_is_found_from_between_its_time_and_the_new_one():
    policy = Policy(busy=((NIGHT, "America/New_York"),), together=True)
    rule = parse("every day at 08:00")
    for hour in range(7, 13):
        found = next_slot(rule, BERLIN, datetime(2026, 1, 5, hour - 1, 59, tzinfo=UTC), policy=policy)
        assert found is not None
        assert found.local == datetime(2026, 1, 5, 13)


def test_a_day_without_a_moment_for_everyone_is_left_out_with_a_reason():
    around = tuple((Quiet(start=time(0), end=time(12)), zone) for zone in ("Europe/Berlin", "Pacific/Auckland"))
    policy = Policy(busy=around, together=True)
    found = next(slots(parse("every day at 09:00"), BERLIN, datetime(2026, 1, 5, tzinfo=UTC), policy=policy))
    assert found.skipped == "quiet"


def test_never_later_than_latest():
    policy = Policy(busy=((NIGHT, "America/New_York"),), together=True, latest=time(12))
    found = next(slots(parse("every day at 08:00"), BERLIN, datetime(2026, 1, 5, tzinfo=UTC), policy=policy))
    assert found.skipped == "quiet"


@pytest.mark.parametrize("phrase", ["every day at 06:00 and 07:00", "every 60 minutes between 05:00 and 07:00"])
def test_two_times_put_off_to_one_moment_are_one_message(phrase):
    policy = Policy(busy=((NIGHT, "Europe/London"),), together=True)
    found = slots(parse(phrase), BERLIN, datetime(2026, 1, 5, tzinfo=UTC), policy=policy)
    day = [slot for slot, _ in zip(found, range(2), strict=False)]
    assert [slot.skipped for slot in day] == ["", "overlap"]
    assert day[0].due_utc == day[1].due_utc == datetime(2026, 1, 5, 7, tzinfo=UTC)
