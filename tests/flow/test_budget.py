"""A full day lets the least important go, says so, and never saves anything up."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.core.budget import Claim, fits, spans
from ritualsd.core.visibility import visible_to
from ritualsd.flow.simulate import simulate
from ritualsd.model import OccurrenceState, Quiet
from ritualsd.store import memory_store
from ritualsd.testing import ListContent, VirtualClock
from tests.builders import person, ritual
from tests.builders import settings as household
from tests.flow.stage import Stage

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def stage(*rituals, **budget):
    return Stage(settings=household(*rituals, people=(person("ana", **budget),)), clock=VirtualClock(MONDAY))


def at(hour, importance=3, id_=""):
    return ritual(id_ or f"at-{hour}", when=f"every day at {hour:02}:00", importance=importance)


def gone(lived):
    return [(e.occurrence.ritual, e.occurrence.reason) for e in lived.record() if not e.deliveries]


def test_the_least_important_of_the_day_goes_even_if_it_is_the_first():
    lived = stage(at(9, 1), at(12, 4), at(18, 3), max_per_day=2)
    lived.until(MONDAY + DAY)
    assert lived.bodies() == ["the words of at-12", "the words of at-18"]
    assert gone(lived) == [("at-9", "budget")]


def test_of_two_that_matter_as_much_the_later_goes_and_nothing_is_saved_up():
    lived = stage(at(9), at(12), at(18), max_per_day=2)
    lived.until(MONDAY + 3 * DAY)
    assert lived.bodies() == ["the words of at-9", "the words of at-12"] * 3
    assert gone(lived) == [("at-18", "budget")] * 3


def test_the_words_of_what_went_say_why_in_a_plain_sentence():
    lived = stage(at(9), at(12), max_per_day=1)
    lived.until(MONDAY + DAY)
    dropped = next(e.occurrence for e in lived.record() if e.occurrence.ritual == "at-12")
    assert (dropped.state, dropped.detail) == (OccurrenceState.SKIPPED, "the day already held enough messages")


def test_what_goes_by_a_limit_of_ones_own_is_told_to_nobody_else():
    lived = stage(at(9), at(12), at(18), max_per_day=2)
    lived.world.store.personal.set_own("ana", "max_per_day", "1", MONDAY)
    lived.until(MONDAY + DAY)
    assert lived.bodies() == ["the words of at-9"]
    assert gone(lived) == [("at-12", "own-budget"), ("at-18", "own-budget")]
    entry = next(e for e in lived.record() if e.occurrence.ritual == "at-12")
    (shown,) = visible_to(None, [entry], lived.settings.household, lived.clock.at)
    assert shown.thing.occurrence.reason == "private"


def test_a_week_has_its_own_limit_and_begins_anew_on_monday():
    lived = stage(at(9), max_per_week=3)
    lived.until(MONDAY + 14 * DAY)
    days = [e.occurrence.slot for e in lived.record() if e.deliveries]
    assert [day[-2:] for day in days] == ["02", "03", "04", "09", "10", "11"]


def test_a_rest_day_holds_only_what_matters_most():
    lived = stage(at(9, 4), at(10, 5), rest_days=frozenset({2}))
    lived.until(MONDAY + 4 * DAY)
    assert Counter(lived.bodies()) == {"the words of at-9": 3, "the words of at-10": 4}
    assert gone(lived) == [("at-9", "rest-day")]


def test_two_messages_keep_their_distance_and_both_come():
    lived = stage(at(9, id_="one"), at(9, id_="two"), min_gap=timedelta(minutes=45))
    lived.until(MONDAY + DAY)
    sent = sorted(e.deliveries[0].sent_utc for e in lived.record())
    assert sent[1] - sent[0] == timedelta(minutes=45)


def test_what_quiet_hours_put_off_counts_on_the_day_it_comes():
    night = Quiet(start=datetime.min.time().replace(hour=20), end=datetime.min.time().replace(hour=8))
    lived = stage(at(21), at(9), at(10), quiet=night, max_per_day=2)
    lived.until(MONDAY + 5 * DAY)
    per_day = Counter(
        e.deliveries[0].sent_utc.date() for e in lived.record() if e.deliveries and e.deliveries[0].sent_utc
    )
    assert max(per_day.values()) <= 2


def test_a_month_of_far_too_much_never_exceeds_what_a_person_wants():
    zone = "America/New_York"
    crowd = [
        ritual(f"r{n}", when=f"every {1 + n % 3} days at {7 + n % 14:02}:{n % 6}0 from 2026-03-0{1 + n % 3}",
               importance=1 + n % 5, to=("ana", "ben"), turns=n % 4 == 0)
        for n in range(24)
    ]  # fmt: skip
    people = (person("ana", zone, max_per_day=4, max_per_week=18), person("ben", max_per_day=3))
    result = simulate(
        household(*crowd, people=people), ListContent(), memory_store(secret=b"s" * 32), start=MONDAY, days=28
    )
    days = Counter(
        (e.occurrence.person, d.sent_utc.astimezone(ZoneInfo(zone if e.occurrence.person == "ana" else "UTC")).date())
        for e in result.sent
        for d in e.deliveries
    )
    assert max(count for (who, _), count in days.items() if who == "ana") == 4
    assert max(count for (who, _), count in days.items() if who == "ben") == 3
    weeks = Counter()
    for (who, day), count in days.items():
        weeks[who, day.isocalendar()[:2]] += count
    assert max(count for (who, _), count in weeks.items() if who == "ana") <= 18
    assert {e.occurrence.reason for e in result.not_sent} == {"budget"}


CLAIMS = st.lists(
    st.builds(
        Claim,
        importance=st.integers(0, 5),
        due_utc=st.integers(0, 30).map(lambda n: MONDAY + timedelta(minutes=n)),
        ritual=st.sampled_from("abc"),
        part=st.sampled_from(["", "x"]),
    ),
    unique=True,
    max_size=12,
)


@settings(max_examples=200)
@given(CLAIMS, st.integers(0, 6))
def test_exactly_the_first_of_all_have_a_place_whoever_asks_first(claims, left):
    kept = [own for own in claims if fits(own, [other for other in claims if other != own], left)]
    assert sorted(kept, key=lambda claim: claim.rank) == sorted(claims, key=lambda claim: claim.rank)[:left]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Apia"])
def test_a_day_is_the_readers_own_also_when_the_clocks_change(zone):
    ana = person("ana", zone, max_per_day=1, max_per_week=1)
    for hours in range(0, 24 * 400, 7):
        now = MONDAY + timedelta(hours=hours)
        day, week = spans(ana, now)
        assert day.begin_utc <= now < day.end_utc
        assert week.begin_utc <= day.begin_utc < day.end_utc <= week.end_utc
        assert day.begin_utc.astimezone(ZoneInfo(zone)).time() == datetime.min.time()
