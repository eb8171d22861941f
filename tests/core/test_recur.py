"""When rules come round: dates, anchors, bounds, cron, rrule, the sun, after done; and clock changes in between."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from ritualsd.core.policy import Policy
from ritualsd.core.recur import next_due, next_slot, resolve, slots, times_per_day
from ritualsd.core.when import parse
from ritualsd.errors import WhenError
from ritualsd.model import Slot

BERLIN = ZoneInfo("Europe/Berlin")
PLAIN = Policy()


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """An instant, from a local time in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def found(phrase: str, start: str, count: int = 4, *, policy: Policy = PLAIN, zone: ZoneInfo = BERLIN) -> list[Slot]:
    return list(islice(slots(parse(phrase), zone, at(start, zone), policy=policy, inclusive=True), count))


def days(phrase: str, start: str, count: int = 4, *, policy: Policy = PLAIN, zone: ZoneInfo = BERLIN) -> list[str]:
    return [slot.local.date().isoformat() for slot in found(phrase, start, count, policy=policy, zone=zone)]


def times(phrase: str, start: str, count: int = 4, *, policy: Policy = PLAIN, zone: ZoneInfo = BERLIN) -> list[str]:
    return [f"{slot.local:%m-%d %H:%M}" for slot in found(phrase, start, count, policy=policy, zone=zone)]


# ── dates ─────────────────────────────────────────────────────────────────────────────────────


def test_every_few_days_counts_from_its_date_and_the_date_itself_counts() -> None:
    assert days("every 3 days at 09:00 from 2026-01-04", "2026-01-01") == [
        "2026-01-04",
        "2026-01-07",
        "2026-01-10",
        "2026-01-13",
    ]
    assert days("every 3 days at 09:00 from 2026-01-04", "2031-01-01", 2) == ["2031-01-02", "2031-01-05"]


def test_every_other_weekday_begins_with_the_first_one_on_or_after_its_date() -> None:
    assert days("every other Sunday at 18:00 from 2026-01-04", "2026-01-01", 3) == [
        "2026-01-04",
        "2026-01-18",
        "2026-02-01",
    ]
    assert days("every other Sunday at 18:00 from 2026-01-05", "2026-01-01", 2) == ["2026-01-11", "2026-01-25"]
    assert days("every 6 weeks on Friday at 19:00 from 2026-01-04", "2026-01-01", 2) == ["2026-01-09", "2026-02-20"]


def test_weeks_of_several_days_begin_on_monday() -> None:
    assert days("every 2 weeks on Monday, Wednesday and Friday at 09:00 from 2026-01-07", "2026-01-01", 5) == [
        "2026-01-07",
        "2026-01-09",
        "2026-01-19",
        "2026-01-21",
        "2026-01-23",
    ]


def test_a_fifth_friday_is_left_out_of_months_that_have_four() -> None:
    assert days("fifth Friday of the month at 09:00", "2026-01-01", 3) == ["2026-01-30", "2026-05-29", "2026-07-31"]


def test_the_last_weekday_of_a_month_is_no_saturday_or_sunday() -> None:
    assert days("last weekday of the month at 09:00", "2026-01-01", 3) == ["2026-01-30", "2026-02-27", "2026-03-31"]


def test_the_last_working_day_is_none_that_the_ritual_skips() -> None:
    away = Policy(skip=((date(2026, 1, 29), date(2026, 1, 31)),))
    assert days("last working day of the month at 09:00", "2026-01-01", 2, policy=away) == ["2026-01-28", "2026-02-27"]


def test_a_month_without_that_day_has_no_slot_or_keeps_it_on_its_last() -> None:
    assert days("31st of the month at 09:00", "2026-01-01") == ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]
    kept = Policy(short_month="last-day")
    assert days("30th and 31st of the month at 09:00", "2026-02-01", 3, policy=kept) == [
        "2026-02-28",
        "2026-03-30",
        "2026-03-31",
    ]


@pytest.mark.parametrize(
    ("leap", "expected"),
    [
        ("feb-28", ["2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]),
        ("mar-1", ["2026-03-01", "2027-03-01", "2028-02-29", "2029-03-01"]),
        ("leap-years", ["2028-02-29", "2032-02-29", "2036-02-29", "2040-02-29"]),
    ],
)
def test_a_leap_day_is_kept_as_the_ritual_says(leap: str, expected: list[str]) -> None:
    policy = Policy(leap=leap)  # type: ignore[arg-type] # one of the three literals, from the table above
    assert days("every year on 29 February at 09:00", "2026-01-01", policy=policy) == expected


def test_a_leap_day_waits_over_a_century_that_is_no_leap_year() -> None:
    policy = Policy(leap="leap-years")
    assert days("every year on 29 February at 09:00", "2096-03-01", 1, policy=policy) == ["2104-02-29"]


def test_a_fifth_sunday_in_february_comes_after_twenty_eight_years() -> None:
    assert days("fifth Sunday in February at 09:00", "2032-03-01", 1) == ["2060-02-29"]


def test_easter_falls_where_the_church_has_it() -> None:
    known = [
        "1961-04-02",
        "1962-04-22",
        "2000-04-23",
        "2008-03-23",
        "2024-03-31",
        "2026-04-05",
        "2038-04-25",
        "2285-03-22",
    ]
    assert [days("Easter at 09:00", f"{year[:4]}-01-01", 1)[0] for year in known] == known
    assert days("Easter - 2 days at 09:00", "2026-01-01", 1) == ["2026-04-03"]
    assert days("Easter + 39 days at 09:00", "2026-01-01", 1) == ["2026-05-14"]


def test_one_date_comes_once() -> None:
    assert days("on 2026-12-31 at 23:55", "2026-01-01") == ["2026-12-31"]
    assert days("on 2026-12-31 at 23:55", "2027-01-01") == []
    assert next_slot(parse("on 2026-12-31 at 23:55"), BERLIN, at("2027-01-01")) is None
    assert next_due(parse("on 2026-12-31 at 23:55"), BERLIN, at("2027-01-01")) is None


# ── bounds ────────────────────────────────────────────────────────────────────────────────────


def test_from_and_until_hold_their_dates() -> None:
    assert days("every day at 09:00 from 2026-03-01 until 2026-03-03", "2026-01-01", 9) == [
        "2026-03-01",
        "2026-03-02",
        "2026-03-03",
    ]


def test_so_many_times_are_counted_from_the_date_wherever_one_looks_from() -> None:
    phrase = "every day at 09:00 and 21:00 from 2026-03-01 5 times"
    assert times(phrase, "2026-01-01", 9) == ["03-01 09:00", "03-01 21:00", "03-02 09:00", "03-02 21:00", "03-03 09:00"]
    assert times(phrase, "2026-03-02T12:00", 9) == ["03-02 21:00", "03-03 09:00"]
    assert times(phrase, "2026-03-03T12:00", 9) == []


def test_draws_are_counted_too_a_first_partial_week_included() -> None:
    phrase = "3 times a week between 10:00 and 17:00 from 2026-01-08 7 times"
    assert len(found(phrase, "2026-01-01", 99)) == 7
    assert found(phrase, "2026-01-19", 99) == [
        slot for slot in found(phrase, "2026-01-01", 99) if slot.key > "2026-01-18"
    ]


def test_a_window_over_midnight_belongs_to_the_day_it_begins() -> None:
    [slot] = found("every day between 23:58 and 00:02 from 2026-03-01 until 2026-03-01", "2026-01-01", 9)
    assert slot.key == "2026-03-01"
    steps = times("every 30 minutes between 23:00 and 00:30 on Friday", "2026-03-07T00:00", 3)
    assert steps == ["03-07 00:00", "03-07 00:30", "03-13 23:00"]


# ── keys ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("phrase", "count", "key"),
    [
        ("every day at 07:30", 1, "2026-03-01"),
        ("every day at 07:30 and 21:00", 2, "2026-03-01T07:30"),
        ("every 90 minutes between 09:00 and 17:00", 6, "2026-03-01T09:00"),
        ("every day between 10:00 and 17:00", 1, "2026-03-01"),
        ("3 times a day between 10:00 and 17:00", 3, "2026-03-01"),
        ("cron:30 7 * * *", 1, "2026-03-01"),
        ("cron:0 7,8 * * *", 2, "2026-03-01T07:00"),
        ("cron:15 0 7 * * *", 1, "2026-03-01"),
        ("cron:15,30 0 7 * * *", 2, "2026-03-01T07:00:15"),
        ("rrule:FREQ=DAILY from 2026-01-01T07:30", 1, "2026-03-01"),
        ("rrule:FREQ=DAILY;BYHOUR=7,8 from 2026-01-01T07:30", 2, "2026-03-01T07:30"),
        ("rrule:FREQ=HOURLY from 2026-01-01T07:30", 24, "2026-03-01T00:30"),
        ("every day at 07:30; every day at 09:30", 2, "2026-03-01T07:30"),
    ],
)
def test_the_civil_slot_is_the_date_where_a_rule_names_one_time_a_day(phrase: str, count: int, key: str) -> None:
    assert times_per_day(parse(phrase)) == count
    assert found(phrase, "2026-03-01", 1)[0].key == key


def test_the_date_stays_the_key_when_the_time_is_edited() -> None:
    before, after = found("every day at 07:30", "2026-03-01", 1), found("every day at 08:00", "2026-03-01", 1)
    assert before[0].key == after[0].key


# ── clock changes ─────────────────────────────────────────────────────────────────────────────


def test_a_gap_moves_to_the_first_valid_instant() -> None:
    due, note = resolve(datetime(2026, 3, 29, 2, 30), BERLIN)
    assert due == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert "03:00" in note


def test_an_overlap_is_the_first_of_the_two() -> None:
    due, note = resolve(datetime(2026, 10, 25, 2, 30), BERLIN)
    assert due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "first" in note


def test_a_date_that_never_was_has_no_instant() -> None:
    assert resolve(datetime(2011, 12, 30, 9), ZoneInfo("Pacific/Apia"))[0] is None


def test_two_slots_on_one_moment_are_one_and_the_other_says_so() -> None:
    got = found("every day at 02:00, 02:30 and 03:00", "2026-03-29", 4)
    assert [(f"{slot.local:%H:%M}", slot.skipped) for slot in got] == [
        ("02:00", ""),
        ("02:30", "overlap"),
        ("03:00", "overlap"),
        ("02:00", ""),
    ]
    assert len({slot.due_utc for slot in got[:3]}) == 1


def test_a_gap_may_be_skipped_and_then_says_so() -> None:
    got = found("every day at 02:30", "2026-03-29", 2, policy=Policy(gap="skip"))
    assert [(slot.key, slot.skipped) for slot in got] == [("2026-03-29", "gap"), ("2026-03-30", "")]
    following = next_slot(parse("every day at 02:30"), BERLIN, at("2026-03-29"), policy=Policy(gap="skip"))
    assert following is not None
    assert following.key == "2026-03-30"


def test_from_the_second_pass_of_an_overlap_the_next_slot_is_not_the_first_pass_again() -> None:
    second_pass = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15, for the second time
    following = next_slot(parse("every day at 02:30"), BERLIN, second_pass)
    assert following is not None
    assert following.key == "2026-10-26"


def test_cron_with_a_star_rings_in_both_of_the_repeated_hours_and_tells_them_apart() -> None:
    got = found("cron:0 * * * *", "2026-10-25T01:30", 3)
    assert [(f"{slot.local:%H:%M}", slot.part) for slot in got] == [("02:00", ""), ("02:00", "2"), ("03:00", "")]
    assert got[1].due_utc - got[0].due_utc == timedelta(hours=1)
    assert "second" in got[1].note


# ── cron and rrule ────────────────────────────────────────────────────────────────────────────


def test_cron_keeps_to_its_bounds() -> None:
    assert times("cron:0 9 * * * from 2026-03-01 until 2026-03-02", "2026-01-01", 9) == ["03-01 09:00", "03-02 09:00"]


def test_a_rule_that_began_long_ago_answers_as_one_that_walked_all_the_way() -> None:
    for text in (
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=5;BYDAY=TU,SU;WKST=SU",
        "FREQ=MONTHLY;INTERVAL=7",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;INTERVAL=3",
        "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=YEARLY;INTERVAL=2;BYYEARDAY=-1,1",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "FREQ=HOURLY;INTERVAL=5",
        "FREQ=MINUTELY;INTERVAL=1000;BYHOUR=8,9,10",
        "FREQ=DAILY;BYHOUR=6,18;BYMINUTE=0,30",
    ):
        from dateutil.rrule import rrulestr

        start = datetime(1997, 1, 31, 9, 10)
        walked = rrulestr(text, dtstart=start).xafter(datetime(2007, 2, 3, 12), count=12)
        rule = parse(f"rrule:{text} from {start.isoformat()}")
        jumped = islice(slots(rule, ZoneInfo("UTC"), datetime(2007, 2, 3, 12, tzinfo=UTC)), 12)
        assert [slot.local for slot in jumped] == list(walked), text


def test_until_in_utc_is_an_instant_and_until_without_a_zone_a_local_time() -> None:
    new_york = ZoneInfo("America/New_York")
    zulu = "rrule:FREQ=DAILY;UNTIL=19970904T010000Z from 1997-09-02T21:00"
    assert len(found(zulu, "1997-09-01", 9, zone=new_york)) == 2
    local = "rrule:FREQ=DAILY;UNTIL=19970904T010000 from 1997-09-02T21:00"
    assert len(found(local, "1997-09-01", 9, zone=new_york)) == 2
    assert len(found("rrule:FREQ=DAILY;UNTIL=19970904 from 1997-09-02T21:00", "1997-09-01", 9, zone=new_york)) == 3


def test_times_of_an_rrule_in_a_gap_follow_our_rule() -> None:
    [slot] = found("rrule:FREQ=DAILY from 2026-01-01T02:30", "2026-03-29", 1)
    assert slot.due_utc == datetime(2026, 3, 29, 1, tzinfo=UTC)


# ── the sun, and what was done ────────────────────────────────────────────────────────────────


def evening(day: date, zone: ZoneInfo, event: str) -> datetime | None:
    """A sun that sets at 18:00:40 on odd days and not at all on even ones."""
    return datetime.combine(day, time(18, 0, 40), zone) if day.day % 2 else None


def test_the_sun_is_counted_from_to_the_minute_and_a_day_without_it_says_so() -> None:
    got = found("30 minutes before sunset", "2026-03-01", 2, policy=Policy(sun=evening))
    assert [(slot.key, f"{slot.local:%H:%M}", slot.skipped) for slot in got] == [
        ("2026-03-01", "17:31", ""),
        ("2026-03-02", "12:00", "no-sun"),
    ]


def test_earliest_and_latest_bound_what_the_sun_does() -> None:
    policy = Policy(sun=evening, earliest=time(19), latest=time(20))
    [slot] = found("at sunset", "2026-03-01", 1, policy=policy)
    assert f"{slot.local:%H:%M}" == "19:00"
    assert "earliest" in slot.note
    [slot] = found("3 hours after sunset", "2026-03-01", 1, policy=policy)
    assert f"{slot.local:%H:%M}" == "20:00"


def test_a_rule_on_the_sun_without_a_place_is_an_error_that_asks_for_one() -> None:
    with pytest.raises(WhenError, match="place"):
        found("at sunset", "2026-03-01", 1)


def test_after_done_comes_once_counted_from_the_last_time() -> None:
    done = Policy(done_utc=at("2026-03-01T17:42"))
    assert times("3 weeks after done", "2026-03-01", 9, policy=done) == ["03-22 17:42"]
    assert times("3 weeks after done at 10:00", "2026-03-01", 9, policy=done) == ["03-22 10:00"]
    assert times("1 month after done at 10:00", "2026-03-01", 9, policy=Policy(done_utc=at("2026-01-31T10:00"))) == []
    february = Policy(done_utc=at("2026-01-31T10:00"))
    assert times("1 month after done at 10:00", "2026-02-01", 9, policy=february) == ["02-28 10:00"]


def test_before_it_was_ever_done_it_waits_for_its_date_or_for_ever() -> None:
    assert times("3 weeks after done", "2026-03-01") == []
    assert times("3 weeks after done at 10:00 from 2026-04-01", "2026-03-01") == ["04-01 10:00"]
    assert times("3 weeks after done until 2026-03-10", "2026-03-01", policy=Policy(done_utc=at("2026-03-01"))) == []


# ── unions, and looking ───────────────────────────────────────────────────────────────────────


def test_a_union_is_in_order_and_one_moment_is_said_once() -> None:
    assert times("every weekday at 07:30; every day at 21:00; every Friday at 07:30", "2026-03-06", 3) == [
        "03-06 07:30",
        "03-06 21:00",
        "03-07 21:00",
    ]


def test_the_instant_asked_about_counts_only_when_it_is_included() -> None:
    rule, due = parse("every day at 07:30"), at("2026-03-01T07:30")
    assert next_due(rule, BERLIN, due, inclusive=True) == due
    assert next_due(rule, BERLIN, due) == at("2026-03-02T07:30")


def test_any_zone_of_the_instant_asked_about_will_do() -> None:
    tokyo = at("2026-03-01T12:00", ZoneInfo("Asia/Tokyo"))
    assert next_due(parse("every day at 07:30"), BERLIN, tokyo) == at("2026-03-01T07:30")


def test_looking_far_ahead_ends() -> None:
    far = datetime(2399, 12, 30, tzinfo=UTC)
    assert len(list(slots(parse("every day at 07:30"), BERLIN, far))) < 5
    assert list(slots(parse("3 times a week between 10:00 and 17:00"), BERLIN, far + timedelta(days=9))) == []
    assert next_slot(parse("at sunset"), BERLIN, far, policy=Policy(sun=lambda *_: None)) is None
    nightfall = Policy(sun=lambda *_: None)
    assert next_slot(parse("at sunset"), BERLIN, at("2026-01-01"), policy=nightfall) is None
