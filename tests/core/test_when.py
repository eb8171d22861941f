"""What phrases mean, which other ways of writing them are taken, and what is said about those that are none."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from typing import Any

import pytest

from ritualsd.core.rules import At, EveryDays, NthDays, Phrase, Union, Weekly
from ritualsd.core.when import canonical, parse
from ritualsd.core.when_words import MONTHS, WEEKDAYS
from ritualsd.errors import WhenError


def refusal(phrase: Any) -> WhenError:
    with pytest.raises(WhenError) as caught:
        parse(phrase)
    return caught.value


SAME = {
    "every day at 07:30": [
        "Every Day at 7:30",
        "each day at 7:30 am",
        "EVERY DAY AT 7:30AM",
        "every  day\tat 7:30 a.m.",
    ],
    "every day at 19:30": [
        "every day at 7:30 pm",
        "every day at 7:30pm",
        "every monday to sunday at 19:30",
    ],
    "every day at 00:00": [
        "every day at 12 am",
        "every day at 12:00 a.m.",
    ],
    "every day at 12:00": [
        "every day at 12 pm",
        "every day at 12pm",
    ],
    "every weekday at 07:30": [
        "every Monday to Friday at 07:30",
        "every weekdays at 07:30",
        "every Mon - Fri at 7:30",
    ],
    "every weekend at 10:00": [
        "every Saturday and Sunday at 10:00",
        "every sun, sat at 10:00",
    ],
    "every Monday, Wednesday and Friday at 18:00": [
        "every Friday, Monday and Wednesday at 18:00",
        "every mon, wed, and fri at 6 pm",
        "every Mondays and Wed and Fridays at 18:00",
    ],
    "every Monday, Saturday and Sunday at 18:00": [
        "every Saturday to Monday at 18:00",
        "every weekend and Monday at 18:00",
    ],
    "every other Sunday at 18:00 from 2026-01-04": [
        "every 2 weeks on Sunday at 18:00 from 2026-01-04",
        "every two weeks at 18:00 from 2026-01-04",
        "every other week on Sunday at 6pm from 2026-1-4",
    ],
    "every Friday at 19:00": [
        "every week on Friday at 19:00",
        "every 1 week on Friday at 19:00",
    ],
    "every 2 days at 09:00 from 2026-01-04": [
        "every other day at 09:00 from 2026-01-04",
    ],
    "first Friday of the month at 19:00": [
        "1st Friday of every month at 19:00",
        "every month on the first Friday at 19:00",
        "on the first Friday of the month at 19:00",
        "every first Friday of the month at 7pm",
    ],
    "1st and 15th of the month at 08:00": [
        "15th and 1st of the month at 08:00",
        "every month on the 1st and 15th at 08:00",
    ],
    "last day of the month at 18:00": [
        "the last day of each month at 18:00",
    ],
    "second to last day of the month at 18:00": [
        "the second to last day of the month at 18:00",
    ],
    "last Sunday in October at 10:00": [
        "last Sun of Oct at 10:00",
        "last Sunday of October at 10:00",
    ],
    "every year on 14 June at 09:00": [
        "every year on June 14 at 09:00",
        "every year on 14th of June at 09:00",
        "on 14 June at 09:00",
    ],
    "on 2026-12-31 at 23:55": [
        "on 31 December 2026 at 23:55",
        "on Dec 31 2026 at 11:55 pm",
        "on 2026-12-31T23:55",
    ],
    "every 60 minutes between 09:00 and 17:00": [
        "every hour between 9 am and 5 pm",
        "every 1 hours between 09:00 and 17:00",
    ],
    "twice a month between 10:00 and 17:00": [
        "2 times a month between 10:00 and 17:00",
        "two times per month between 10:00 and 17:00",
    ],
    "once a day between 10:00 and 17:00 on weekdays": [
        "1 time every day between 10:00 and 17:00 on Mon to Fri",
    ],
    "Easter - 2 days at 10:00": [
        "easter \u2212 2 days at 10:00",
        "Easter-2 days at 10:00",
    ],
    "Easter at 10:00": [
        "easter + 0 days at 10:00",
    ],
    "at sunset": [
        "sunset",
        "every day at sunset",
    ],
    "90 minutes after sunrise": [
        "every day 90 minutes after sunrise",
    ],
    "every Friday 18 minutes before sunset": [
        "18 minutes before sunset on Fridays",
    ],
    "3 weeks after done": [
        "three weeks after done",
    ],
    "every day between 22:00 and 24:00": [
        "every day between 22:00 and 00:00",
    ],
    "cron:0 0 * * *": [
        "CRON:@daily",
        "cron:  0 0  * * *",
        "cron:@midnight",
    ],
    "cron:30 7 * * MON": [
        "cron:30 7 * * mon",
    ],
    "rrule:FREQ=DAILY from 2026-01-01T09:00": [
        "rrule:freq=daily from 2026-01-01T09:00:00",
        "RRULE:RRULE:FREQ=DAILY from 2026-01-01T09:00",
    ],
    "rrule:FREQ=DAILY;COUNT=3 from 2026-01-01T09:00": [
        "rrule:FREQ=DAILY from 2026-01-01T09:00 3 times",
    ],
    "every day at 09:00 from 2026-01-01 until 2026-02-01 5 times": [
        "every day at 09:00 5 times until 2026-02-01 from 2026-01-01",
    ],
}


@pytest.mark.parametrize(("canon", "other"), [(canon, other) for canon, others in SAME.items() for other in others])
def test_other_ways_to_say_it_have_one_canonical_form(canon: str, other: str) -> None:
    assert canonical(parse(other)) == canon
    assert parse(other) == parse(canon)


@pytest.mark.parametrize("number", range(7))
def test_every_weekday_has_its_short_name_and_its_plural(number: int) -> None:
    name = WEEKDAYS[number]
    rule = Phrase(days=Weekly(days=(number,)), times=At(times=(time(7, 30),)))
    for spelled in (name, name[:3], f"{name}s", name.upper()):
        assert parse(f"every {spelled} at 07:30") == rule


@pytest.mark.parametrize("number", range(12))
def test_every_month_has_its_short_name(number: int) -> None:
    rule = NthDays(ordinals=(-1,), weekdays=(6,), month=number + 1)
    for spelled in (MONTHS[number], MONTHS[number][:3], MONTHS[number].lower()):
        parsed = parse(f"last Sunday in {spelled} at 07:30")
        assert isinstance(parsed, Phrase)
        assert parsed.days == rule


TOML = {
    'when = { cron = "*/20 9-16 * * 1-5" }': "cron:*/20 9-16 * * 1-5",
    'when = { cron = "30 7 * * *", from = 2026-01-01, until = 2026-12-31 }': (
        "cron:30 7 * * * from 2026-01-01 until 2026-12-31"
    ),
    'when = { rrule = "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", from = 2026-01-01T13:13:00 }': (
        "rrule:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 from 2026-01-01T13:13"
    ),
    'when = { rrule = "FREQ=DAILY", from = "2026-01-01 13:13", times = 3 }': (
        "rrule:FREQ=DAILY;COUNT=3 from 2026-01-01T13:13"
    ),
    'when = { every = "Sunday", at = 18:00:00 }': "every Sunday at 18:00",
    'when = { every = "day", at = [07:30:00, 21:00:00] }': "every day at 07:30 and 21:00",
    'when = { every = "3 days", at = "09:00", from = 2026-01-04, times = 5 }': (
        "every 3 days at 09:00 from 2026-01-04 5 times"
    ),
    'when = { every = "day", between = [10:00:00, 17:00:00] }': "every day between 10:00 and 17:00",
    'when = { on = 2026-12-31, at = 23:55:00 }': "on 2026-12-31 at 23:55",
    'when = { on = 2026-12-31T23:55:00 }': "on 2026-12-31 at 23:55",
    'when = { on = "the first Friday of the month", at = 19:00:00 }': "first Friday of the month at 19:00",
    "when = 2026-12-31T23:55:00": "on 2026-12-31 at 23:55",
    'when = ["every weekday at 07:30", { cron = "30 9 * * 6,7" }]': "every weekday at 07:30; cron:30 9 * * 6,7",
    'when = ["every day at 07:30", "every day at 7:30 am"]': "every day at 07:30",
}  # fmt: skip


@pytest.mark.parametrize("written", TOML)
def test_tables_lists_and_tomls_own_dates_are_taken(written: str) -> None:
    assert canonical(parse(tomllib.loads(written)["when"])) == TOML[written]


def test_an_rrule_takes_its_beginning_from_the_caller_when_it_has_none() -> None:
    rule = parse("rrule:FREQ=DAILY", start=datetime(2026, 1, 1, 9))
    assert canonical(rule) == "rrule:FREQ=DAILY from 2026-01-01T09:00"


def test_a_union_is_flat_and_names_nothing_twice() -> None:
    rule = parse(["every day at 07:30; every Sunday at 18:00", "every day at 07:30"])
    assert isinstance(rule, Union)
    assert len(rule.rules) == 2


BAD = {
    # the phrase: the part the caret is under, and what to write instead
    "every other Sunday at 18:00": ("", "every other Sunday at 18:00 from 2026-01-04"),
    "every 3 days at 09:00": ("", "every 3 days at 09:00 from 2026-01-01"),
    "every 2 weeks on Friday at 19:00": ("", "every other Friday at 19:00 from 2026-01-02"),
    "every week at 19:00": ("", "every Thursday at 19:00 from 2026-01-01"),
    "every day at 09:00 3 times": ("3", "every day at 09:00 from 2026-01-01 3 times"),
    "every sundy at 18:00": ("sundy", "every Sunday at 18:00"),
    "evry sundy at 18:00": ("evry", "every Sunday at 18:00"),
    "Sundays at 18:00": ("Sundays", "every Sunday at 18:00"),
    "fri at 7": ("fri", "every Friday at 07:00"),
    "on Friday at 18:00": ("Friday", "every Friday at 18:00"),
    "daily at 08:00": ("daily", "every day at 08:00"),
    "every day": ("", "every day at 09:00"),
    "every day 07:30": ("07:30", "every day at 07:30"),
    "every day at": ("", "every day at 09:00"),
    "every day at noon": ("noon", "every day at 12:00"),
    "every day at 7.30": (".", "every day at 07:30"),
    "every day at 25:00": ("25:00", "every day at 23:00"),
    "every day at 24:00": ("24:00", "every day at 23:00"),
    "every day at 13:00 pm": ("13:00 pm", "every day at 13:00"),
    "every day at 07:30:15": ("07:30:15", "every day at 07:30"),
    "every day at 07:30 please": ("please", "every day at 07:30"),
    "every day at 07:30 ☺": ("☺", "every day at 07:30"),
    "every 0 days at 09:00 from 2026-01-01": ("0", "every day at 09:00 from 2026-01-01"),
    "every year on 30 February at 09:00": ("30", "every year on 28 February at 09:00"),
    "every year on 31 June at 09:00": ("31", "every year on 28 June at 09:00"),
    "on 2026-02-30 at 10:00": ("2026-02-30", "on 2026-02-28 at 10:00"),
    "on 29 February 2027 at 10:00": ("2027", "every year on 29 February at 10:00"),
    "32nd of the month at 09:00": ("32nd", "31st of the month at 09:00"),
    "sixth Friday of the month at 19:00": ("sixth", "fifth Friday of the month at 19:00"),
    "first Friday at 19:00": ("at", "first Friday of the month at 19:00"),
    "every day between 10:00 and 10:00": ("10:00", "every day between 10:00 and 11:00"),
    "every 15 minutes": ("", "every 15 minutes between 10:00 and 17:00"),
    "3 times a fortnight between 10:00 and 17:00": ("fortnight", "3 times a week between 10:00 and 17:00"),
    "200 times a day between 10:00 and 11:00": ("200", None),
    "every day at 09:00 from 2026-02-01 until 2026-01-01": ("until", None),
    "every day at 09:00 from 2026-02-01 from 2026-03-01": ("from", None),
    "on 2026-02-01 at 09:00 until 2026-03-01": ("until", "on 2026-02-01 at 09:00"),
    "3 hours after done": ("3", None),
    "3 weeks after done from 2026-01-04": ("from", "3 weeks after done at 09:00 from 2026-01-04"),
    "3 days before sunset": ("3", None),
    "": ("", "every day at 07:30"),
    "cron:61 * * * *": ("61 * * * *", None),
    "cron:0 0 30 2 *": ("0 0 30 2 *", None),
    "cron:@reboot": ("@reboot", None),
    "cron:0 9 * * fri-mon": ("0 9 * * fri-mon", None),
    "rrule:FREQ=DAILY": ("FREQ=DAILY", "rrule:FREQ=DAILY from 2026-01-01T09:00"),
    "rrule:FREQ=SECONDLY from 2026-01-01T09:00": ("FREQ=SECONDLY", None),
    "rrule:FREQ=DAILY;INTERVAL=0 from 2026-01-01T09:00": ("FREQ=DAILY;INTERVAL=0", None),
    "rrule:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30 from 2026-01-01T09:00": ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", None),
    "rrule:FREQ=DAILY from 2026-01-01T09:00+02:00": ("2026-01-01T09:00+02:00", None),
    "rrule:FREQ=DAILY from tomorrow": ("tomorrow", None),
    "rrule:RSCALE=GREGORIAN;FREQ=DAILY from 2026-01-01T09:00": ("RSCALE=GREGORIAN;FREQ=DAILY", None),
}  # fmt: skip


@pytest.mark.parametrize("phrase", BAD)
def test_a_phrase_that_is_none_points_at_the_place_and_offers_one_that_works(phrase: str) -> None:
    under, instead = BAD[phrase]
    error = refusal(phrase)
    assert error.phrase[error.start : error.end] == under
    assert parse(error.suggestion)
    if instead is not None:
        assert error.suggestion == instead


@pytest.mark.parametrize(
    ("value", "instead"),
    [
        (date(2026, 1, 4), "on 2026-01-04 at 09:00"),
        (time(7, 30), "every day at 07:30"),
        ({"evry": "day"}, "every day at 07:30"),
        ({"every": "day", "cron": "* * * * *"}, "every day at 07:30"),
        ({"every": "day", "at": time(7, 30, 15)}, "every day at 07:30"),
        ({"every": True}, "every day at 07:30"),
        ([], "every day at 07:30"),
        (7, "every day at 07:30"),
        (None, "every day at 07:30"),
    ],
)
def test_a_value_that_is_no_schedule_is_told_so(value: Any, instead: str) -> None:
    assert refusal(value).suggestion == instead


def test_an_unknown_key_of_a_table_is_answered_with_the_near_one() -> None:
    assert '"until"' in refusal({"every": "day", "at": "09:00", "untill": date(2026, 1, 1)}).what


def test_a_phrase_is_read_once_and_remembered() -> None:
    assert parse("every day at 07:30") is parse("every day at 07:30")
    assert parse("every day at 07:30") == Phrase(days=EveryDays(), times=At(times=(time(7, 30),)))
