"""Hypothesis strategies: rules as the parser makes them, and phrases that are nearly right."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from ritualsd.core.policy import Policy
from ritualsd.core.rules import (
    ALL_WEEK,
    DAY_MINUTES,
    WORKWEEK,
    AfterDone,
    At,
    Chance,
    Cron,
    Easter,
    EveryDays,
    MonthDays,
    NthDays,
    OneDay,
    Period,
    Phrase,
    RRule,
    Rule,
    Steps,
    SunTime,
    Union,
    Weekly,
    Window,
    Yearly,
)
from ritualsd.model import Quiet

DATES = st.dates(date(1990, 1, 1), date(2060, 12, 31))
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
SORTED_DAYS = st.sets(st.integers(0, 6), min_size=1, max_size=6).map(lambda days: tuple(sorted(days)))
ORDINALS = st.sets(st.sampled_from([1, 2, 3, 4, 5, -1, -2]), min_size=1, max_size=3).map(
    lambda ordinals: tuple(sorted(ordinals, key=lambda n: (n < 0, n)))
)
MONTH_DAYS = st.integers(1, 12).flatmap(
    lambda month: st.builds(Yearly, month=st.just(month), day=st.integers(1, monthrange(2000, month)[1]))
)
SIMPLE_DAYS = st.one_of(st.just(EveryDays()), st.builds(Weekly, days=SORTED_DAYS))
COUNTED_DAYS = st.one_of(
    st.builds(EveryDays, step=st.integers(2, 400)),
    st.builds(Weekly, days=SORTED_DAYS, step=st.integers(2, 60)),
)
NTH_DAYS = st.builds(
    NthDays,
    ordinals=ORDINALS,
    weekdays=st.one_of(st.integers(0, 6).map(lambda day: (day,)), st.sampled_from([WORKWEEK, ALL_WEEK])),
    month=st.one_of(st.none(), st.integers(1, 12)),
) | st.builds(NthDays, ordinals=ORDINALS, weekdays=st.just(WORKWEEK), working=st.just(True))
FREE_DAYS = st.one_of(
    SIMPLE_DAYS,
    st.builds(MonthDays, days=st.sets(st.integers(1, 31), min_size=1, max_size=4).map(lambda d: tuple(sorted(d)))),
    NTH_DAYS,
    MONTH_DAYS,
    st.builds(Easter, offset=st.integers(-60, 60)),
)
AT = st.builds(At, times=st.sets(CLOCKS, min_size=1, max_size=4).map(lambda times: tuple(sorted(times))))


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, int]:
    """Minutes from and to, at most a day apart, as "between" reads them."""
    start = draw(st.integers(0, DAY_MINUTES - 1))
    length = draw(st.integers(20, DAY_MINUTES - 1))
    end = start + length
    return start, end


WINDOWS = spans().map(lambda span: Window(start=span[0], end=span[1]))
SUN = st.builds(SunTime, event=st.sampled_from(["sunrise", "sunset", "dawn", "dusk"]), offset=st.integers(-720, 720))
STEPS = st.tuples(spans(), st.integers(1, 600)).map(lambda it: Steps(step=it[1], start=it[0][0], end=it[0][1]))
EACH: list[Period] = ["day", "week", "month"]
CHANCES = st.tuples(spans(), st.integers(1, 9), st.sampled_from(EACH)).map(
    lambda it: Chance(count=it[1], period=it[2], start=it[0][0], end=it[0][1])
)


@st.composite
def phrases(draw: st.DrawFn, *, sun: bool = True, chance: bool = True) -> Phrase:
    """A phrase with bounds, of any production."""
    if draw(st.booleans()):
        phrase = Phrase(days=draw(FREE_DAYS | COUNTED_DAYS), times=draw(AT | WINDOWS | SUN if sun else AT | WINDOWS))
    else:
        phrase = Phrase(days=draw(SIMPLE_DAYS), times=draw(STEPS | CHANCES if chance else STEPS))
    counted = isinstance(phrase.days, EveryDays | Weekly) and phrase.days.step > 1
    since = draw(DATES) if counted else draw(st.none() | DATES)
    until = draw(st.none() | DATES.filter(lambda day: since is None or day >= since))
    count = draw(st.none() | st.integers(1, 50)) if since is not None else None
    return replace(phrase, since=since, until=until, count=count)


ONE_DAY = st.builds(lambda day, times: Phrase(days=OneDay(date=day), times=times), DATES, AT | WINDOWS)
AFTER_DONE = st.builds(
    AfterDone,
    amount=st.integers(1, 100),
    unit=st.sampled_from(["day", "week", "month"]),
    at=st.none() | CLOCKS,
    until=st.none() | DATES,
) | st.builds(
    AfterDone, amount=st.integers(1, 9), unit=st.sampled_from(["day", "week"]), at=CLOCKS, since=st.none() | DATES
)
CRONS = st.builds(
    Cron,
    expr=st.sampled_from(
        ["*/20 9-16 * * 1-5", "30 2 * * *", "0 0 L * *", "1 1 * * 5L", "5 4 * * MON#2", "11 30 1,2 * * *"]
    ),
    since=st.none() | st.dates(date(1990, 1, 1), date(2020, 1, 1)),
    until=st.none() | st.dates(date(2021, 1, 1), date(2060, 1, 1)),
)
RRULES = st.builds(
    RRule,
    text=st.sampled_from(
        [
            "FREQ=DAILY",
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
            "FREQ=YEARLY;COUNT=9",
        ]
    ),
    start=st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
)
SINGLES = phrases() | ONE_DAY | AFTER_DONE | CRONS | RRULES
RULES: st.SearchStrategy[Rule] = SINGLES | st.lists(SINGLES, min_size=2, max_size=4, unique=True).map(
    lambda rules: Union(rules=tuple(rules))
)

WORDS = (
    "every day days weekday weekend Monday Friday sun at between and on of the month year first last second to 1st "
    "15th 31st 3 2 times a week other from until 07:30 25:00 7pm 7:30 pm 2026-01-04 2026-02-30 June Easter - + , "
    "sunset minutes hours before after done once twice cron: rrule: FREQ=DAILY ; in working @ ½ 10:00 17:00"
)
NEARLY = st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join)

PERIODS = st.sampled_from([date(2024, 2, 25), date(2024, 3, 25), date(2024, 10, 20), date(2024, 12, 20)])
SKIPS = st.lists(
    st.builds(
        lambda start, shift, length: (start + timedelta(shift), start + timedelta(shift + length)),
        PERIODS,
        st.integers(0, 30),
        st.integers(0, 6),
    ),
    max_size=3,
).map(tuple)
QUIET = st.builds(Quiet, start=CLOCKS, end=CLOCKS)
POLICIES = st.builds(
    Policy,
    gap=st.sampled_from(["first-valid", "skip"]),
    leap=st.sampled_from(["feb-28", "mar-1", "leap-years"]),
    short_month=st.sampled_from(["skip", "last-day"]),
    secret=st.binary(max_size=8),
    ritual=st.sampled_from(["a", "b"]),
    quiet=st.lists(QUIET, max_size=1).map(tuple),
    skip=SKIPS,
    on_skip=st.sampled_from(["skip", "before", "after"]),
    remind=st.sampled_from([(), (), (), ("3 days before", "on the day"), ("1 week before",)]),
    done_utc=st.just(datetime(2024, 3, 1, 12, 30, tzinfo=UTC)),
    sun=st.just(lambda day, zone, event: datetime.combine(day, time(18, day.day), UTC)),
)
INSTANTS = st.builds(
    lambda start, minutes, seconds: datetime.combine(start, time(), UTC) + timedelta(minutes=minutes, seconds=seconds),
    PERIODS,
    st.integers(0, 60 * 24 * 20),
    st.integers(0, 59),
)
ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Antarctica/Troll", "UTC"]
).map(ZoneInfo)
