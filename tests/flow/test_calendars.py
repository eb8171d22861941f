"""Days away, reminders, one instant for everyone and people who travel, lived through on a held clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from ritualsd.core.calendars import unnamed, with_days
from ritualsd.flow.learn_days import learn_days, remembered
from ritualsd.model import Quiet
from ritualsd.testing import ListContent, VirtualClock
from tests.builders import person, ritual, settings
from tests.flow.stage import Stage

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NIGHT = Quiet(start=time(22), end=time(8))
HOLIDAY = ((date(2026, 3, 4), date(2026, 3, 5)),)


def stage(*rituals, people=(), at=MONDAY, **household):
    people = people or (person("ana"),)
    return Stage(settings=settings(*rituals, people=people, **household), clock=VirtualClock(at))


def sent(lived):
    """The civil slot and the instant of every message that went out, oldest first."""
    found = [(entry.occurrence.slot, each.sent_utc) for entry in lived.record() for each in entry.deliveries]
    return [(slot, at) for slot, at in found if at is not None]


# ── days away ─────────────────────────────────────────────────────────────────────────────────


def test_a_day_away_is_left_out_with_its_reason():
    lived = stage(ritual(skip=("away",)), calendars={"away": HOLIDAY})
    lived.until(MONDAY + 5 * DAY)
    assert [slot for slot, _ in sent(lived)] == ["2026-03-02", "2026-03-03", "2026-03-06"]
    assert [(slot, why) for slot, state, why in lived.states() if state == "skipped"] == [
        ("2026-03-04", "away"),
        ("2026-03-05", "away"),
    ]


@pytest.mark.parametrize(("on_skip", "day"), [("before", 3), ("after", 6)])
def test_a_weekly_ritual_moves_off_days_away_and_its_reminder_moves_along(on_skip, day):
    weekly = ritual(
        when="every Wednesday at 09:00", skip=("away",), on_skip=on_skip, remind=("1 day before", "on the day"),
        message="{when}",
    )  # fmt: skip
    lived = stage(weekly, calendars={"away": HOLIDAY})
    lived.until(MONDAY + 7 * DAY)
    moved = datetime(2026, 3, day, 9, tzinfo=UTC)
    assert sent(lived) == [("2026-03-04", moved - DAY), ("2026-03-04", moved)]
    assert lived.bodies() == ["tomorrow", "today"]


def test_years_are_counted_from_the_day_itself_however_it_moves():
    yearly = ritual(
        when="every year on 31 December at 09:00", since=2016, skip=("away",), on_skip="after", message="{years}",
        remind=("2 days before", "on the day"),
    )  # fmt: skip
    lived = stage(
        yearly, at=datetime(2026, 12, 28, tzinfo=UTC),
        calendars={"away": ((date(2026, 12, 31), date(2027, 1, 1)),)},
    )  # fmt: skip
    lived.until(datetime(2027, 1, 5, tzinfo=UTC))
    assert lived.bodies() == ["10", "10"]


def test_days_that_become_known_during_the_day_hold_back_what_is_still_ahead():
    lived = stage(ritual(when="every day at 20:00", skip=("away",)))
    lived.until(MONDAY + 2 * DAY + timedelta(hours=12))
    lived.adopt(with_days(lived.settings, {"away": HOLIDAY}))
    lived.until(MONDAY + 4 * DAY)
    assert [slot for slot, _ in sent(lived)] == ["2026-03-02", "2026-03-03"]


# ── days from plugins ─────────────────────────────────────────────────────────────────────────


class Forgetful(ListContent):
    """A source that offers nothing any more."""

    def calendars(self, years):
        return {}


def test_what_a_plugin_named_stays_in_force_when_it_names_nothing_any_more():
    lived = stage(ritual(skip=("school",)))
    store, names = lived.world.store, unnamed(lived.settings.household)
    assert names == ("school",)
    assert learn_days(store, ListContent(days={"school": HOLIDAY, "other": ()}), names, MONDAY)
    assert not learn_days(store, ListContent(days={"school": HOLIDAY}), names, MONDAY)
    assert not learn_days(store, Forgetful(), names, MONDAY)
    lived.adopt(with_days(lived.settings, remembered(store, names)))
    lived.until(MONDAY + 5 * DAY)
    assert [slot for slot, _ in sent(lived)] == ["2026-03-02", "2026-03-03", "2026-03-06"]


def test_a_calendar_of_the_configuration_hides_a_plugins_of_the_same_name():
    own = settings(ritual(skip=("away", "school")), calendars={"away": HOLIDAY})
    assert unnamed(own.household) == ("school",)
    filled = with_days(own, {"away": (), "school": HOLIDAY})
    assert filled.household.calendars == {"away": HOLIDAY, "school": HOLIDAY}


# ── together ──────────────────────────────────────────────────────────────────────────────────

BERLIN_AND_NEW_YORK = (
    person("ana", "Europe/Berlin", quiet=NIGHT),
    person("ben", "America/New_York", quiet=NIGHT),
)


def test_together_is_one_instant_at_which_both_are_awake():
    both = ritual(when="every day at 09:00", to=("ana", "ben"), together=True)
    lived = stage(both, people=BERLIN_AND_NEW_YORK, zone="Europe/Berlin")
    lived.until(MONDAY + 3 * DAY)
    instants = {}
    for entry in lived.record():
        instants.setdefault(entry.occurrence.slot, set()).add(entry.deliveries[0].sent_utc)
    assert instants == {f"2026-03-0{day}": {datetime(2026, 3, day, 13, tzinfo=UTC)} for day in (2, 3, 4)}


def test_together_in_a_window_never_waits_for_anybodys_morning():
    both = ritual(when="every day between 09:00 and 21:00", to=("ana", "ben"), together=True)
    lived = stage(both, people=BERLIN_AND_NEW_YORK, zone="Europe/Berlin", at=MONDAY)
    lived.until(MONDAY + 60 * DAY)  # both clocks change within
    assert len(lived.sender.sent) == 2 * 60
    for entry in lived.record():
        assert entry.deliveries[0].sent_utc == entry.occurrence.due_utc, "nobody had to be waited for"
        hour = entry.occurrence.due_utc.astimezone(ZoneInfo("America/New_York")).hour
        assert 8 <= hour < 22


def test_a_day_on_which_nobody_shares_a_waking_hour_is_left_out_with_a_reason():
    people = (
        person("ana", "Europe/Berlin", quiet=Quiet(start=time(12), end=time(8))),
        person("ben", "Pacific/Auckland", quiet=Quiet(start=time(22), end=time(20))),
    )
    lived = stage(ritual(when="every day at 09:00", to=("ana", "ben"), together=True), people=people)
    lived.until(MONDAY + 2 * DAY)
    assert lived.sender.sent == []
    assert {(state, why) for _, state, why in lived.states()} == {("skipped", "quiet")}


def test_a_ritual_made_common_at_noon_is_not_had_twice_that_day():
    lived = stage(ritual(when="every day at 09:00", to=("ana", "ben")), people=BERLIN_AND_NEW_YORK)
    lived.until(MONDAY + timedelta(hours=15))
    common = ritual(when="every day at 09:00", to=("ana", "ben"), together=True)
    lived.adopt(replace(settings(common, people=BERLIN_AND_NEW_YORK, zone="America/New_York")))
    lived.until(MONDAY + DAY)
    assert len(lived.sender.sent) == 2


# ── travel ────────────────────────────────────────────────────────────────────────────────────

DAILY = ritual(when="every day at 09:00", to=("ana",))


def travels(there, at, *, here, days=3, what=DAILY):
    """Ana's days around a move: she lives `here`, and from `at` on `there`."""
    lived = stage(what, people=(person("ana", here),))
    lived.until(at)
    lived.adopt(settings(what, people=(person("ana", there),)))
    lived.until(at + days * DAY)
    return lived


def once_a_slot(lived):
    slots = [slot for slot, _ in sent(lived)]
    assert len(slots) == len(set(slots))
    return slots


def test_a_time_that_is_over_at_once_where_she_arrives_leaves_a_reason():
    lived = travels("Asia/Tokyo", MONDAY + DAY + timedelta(hours=7), here="Europe/Berlin")
    assert once_a_slot(lived) == ["2026-03-02", "2026-03-04", "2026-03-05", "2026-03-06"]
    assert ("2026-03-03", "skipped", "zone-change") in lived.states()


def test_a_time_about_to_come_as_she_leaves_is_told_too():
    lived = travels("Asia/Tokyo", MONDAY + DAY + timedelta(hours=7, minutes=55), here="Europe/Berlin")
    assert ("2026-03-03", "skipped", "zone-change") in lived.states()
    assert "2026-03-03" not in once_a_slot(lived)


def test_going_west_brings_the_same_morning_once():
    lived = travels("America/New_York", MONDAY + DAY + timedelta(hours=12), here="Europe/Berlin")
    assert once_a_slot(lived) == ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]
    assert "zone-change" not in {why for _, _, why in lived.states()}


def test_going_west_before_the_morning_came_brings_it_later():
    lived = travels("America/New_York", MONDAY + DAY + timedelta(hours=6), here="Europe/Berlin", days=1)
    assert dict(sent(lived))["2026-03-03"] == datetime(2026, 3, 3, 14, tzinfo=UTC)


def test_over_the_date_line_into_tomorrow_the_lost_morning_has_its_reason():
    at = datetime(2026, 3, 4, 5, tzinfo=UTC)  # Tuesday evening in Honolulu, Wednesday evening in Auckland
    lived = travels("Pacific/Auckland", at, here="Pacific/Honolulu")
    assert ("2026-03-04", "skipped", "zone-change") in lived.states()
    assert once_a_slot(lived) == ["2026-03-02", "2026-03-03", "2026-03-05", "2026-03-06", "2026-03-07"]


def test_over_the_date_line_into_yesterday_no_day_comes_twice():
    at = datetime(2026, 3, 4, 5, tzinfo=UTC)  # Wednesday evening in Auckland, Tuesday evening in Honolulu
    lived = travels("Pacific/Honolulu", at, here="Pacific/Auckland")
    assert once_a_slot(lived) == ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"]


def test_between_the_farthest_zones_no_day_is_left_without_a_word():
    at = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)  # Tuesday 23:30 in Pago Pago, Thursday 00:30 on Kiritimati
    lived = travels("Pacific/Kiritimati", at, here="Pacific/Pago_Pago")
    assert [slot for slot, _, why in lived.states() if why == "zone-change"] == ["2026-03-04"]
    assert once_a_slot(lived)[-1] == "2026-03-07"


def test_of_several_times_a_day_only_those_that_are_over_vanish():
    twice = ritual(when="every day at 07:30 and 21:00", to=("ana",))
    lived = travels("Asia/Tokyo", MONDAY + DAY + timedelta(hours=14), here="Europe/Berlin", days=1, what=twice)
    assert ("2026-03-03T21:00", "skipped", "zone-change") in lived.states()
    assert "2026-03-04T07:30" in once_a_slot(lived)


@pytest.mark.parametrize("hour", range(0, 48, 3))
@pytest.mark.parametrize(
    ("here", "there"),
    [("Europe/Berlin", "Asia/Tokyo"), ("Asia/Tokyo", "Europe/Berlin"), ("Pacific/Auckland", "Pacific/Honolulu"),
     ("Pacific/Honolulu", "Pacific/Auckland"), ("America/New_York", "Asia/Kolkata")],
)  # fmt: skip
def test_whenever_she_moves_every_day_is_on_record_once(here, there, hour):
    lived = travels(there, MONDAY + timedelta(hours=24 + hour), here=here, days=2)
    once_a_slot(lived)
    told = {slot for slot, _, _ in lived.states()}
    last = max(told)
    assert told >= {f"2026-03-{day:02}" for day in range(3, int(last[-2:]) + 1)}
