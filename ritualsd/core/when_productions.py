"""Every way to say when, as a table: notation, examples, meaning. The manual's page and the tests are made from it."""

from __future__ import annotations

from typing import NamedTuple


class Production(NamedTuple):
    """One way to say when. `notation` is what the grammar takes, `examples` are phrases, `meaning` is for people."""

    notation: str
    examples: tuple[str, ...]
    meaning: str


DAYS = (
    Production(
        "every day TIMES",
        ("every day at 07:30", "every day at 07:30 and 21:00", "every day at 7:30 pm"),
        "Each day, at one time or several.",
    ),
    Production(
        "every DAYS TIMES",
        ("every weekday at 07:30", "every weekend at 10:00", "every Monday, Wednesday and Friday at 18:00"),
        "These days of each week. A weekday is Monday to Friday, a weekend Saturday and Sunday; `Monday to Thursday` "
        "is a span, and `Mon` or `mondays` are fine too.",
    ),
    Production(
        "every N days TIMES from DATE",
        ("every 3 days at 09:00 from 2026-01-04", "every other day at 09:00 from 2026-01-04"),
        "Counted from the date, which must be there: nobody should have to guess which days are meant.",
    ),
    Production(
        "every N weeks on DAYS TIMES from DATE",
        (
            "every other Sunday at 18:00 from 2026-01-04",
            "every 6 weeks on Friday at 19:00 from 2026-01-09",
            "every 2 weeks at 19:00 from 2026-01-09",
        ),
        "Weeks begin on Monday and are counted from the first of these days on or after the date. Without `on` it is "
        "the date's own weekday.",
    ),
    Production(
        "ORDINAL DAY of the month TIMES",
        (
            "first Friday of the month at 19:00",
            "second to last day of the month at 09:00",
            "last weekday of the month at 17:00",
            "first and third Tuesday of the month at 20:00",
        ),
        "First to fifth, last, or second to last; of a weekday, of any `weekday`, or of any `day`. A month without a "
        "fifth Friday has no slot.",
    ),
    Production(
        "ORDINAL working day of the month TIMES",
        ("last working day of the month at 16:00",),
        "Monday to Friday, less the ritual's own `skip` calendars.",
    ),
    Production(
        "NTH of the month TIMES",
        ("1st and 15th of the month at 08:00", "31st of the month at 09:00"),
        'A month without that day has no slot, unless the ritual says `short_month = "last-day"`.',
    ),
    Production(
        "ORDINAL DAY in MONTH TIMES",
        ("last Sunday in October at 10:00", "fourth Thursday in November at 09:00"),
        "Once a year.",
    ),
    Production(
        "every year on DAY MONTH TIMES",
        ("every year on 14 June at 09:00", "every year on 29 February at 09:00"),
        "One date of each year. In a common year 29 February is kept on the 28th; the ritual's `leap` chooses "
        "otherwise.",
    ),
    Production(
        "Easter [± N days] TIMES",
        ("Easter at 10:00", "Easter - 2 days at 10:00", "Easter + 39 days at 10:00"),
        "Counted from Western Easter Sunday.",
    ),
    Production("on DATE TIMES", ("on 2026-12-31 at 23:55", "on 31 December 2026 at 23:55"), "Once."),
)

TIMES = (
    Production(
        "at TIME [and TIME …]",
        ("every day at 00:30, 02:30 and 08:00",),
        "Hours and minutes on a 24-hour or a 12-hour clock.",
    ),
    Production(
        "between TIME and TIME",
        ("every Sunday between 18:00 and 20:00", "every day between 22:00 and 01:00"),
        "One moment in the window, from its start until before its end, chosen anew each day but fixed for that day: a "
        "restart or a reload never rolls again, and it is never yesterday's minute. A window may cross midnight; it "
        "belongs to the day it begins.",
    ),
    Production(
        "[N minutes before | after] SUN",
        (
            "at sunset",
            "30 minutes before sunset",
            "every Friday 18 minutes before sunset",
            "1 hour after sunrise on weekends",
        ),
        "Sunrise, sunset, dawn or dusk at the place of the configuration. `earliest` and `latest` bound it. On a day "
        "when the sun does not rise or set there is no slot, and `why` says so.",
    ),
)

OTHERS = (
    Production(
        "every N minutes between TIME and TIME [on DAYS]",
        ("every 90 minutes between 09:00 and 17:00 on weekdays", "every hour between 08:00 and 20:00"),
        "From the first time on; the last time counts when a step falls on it.",
    ),
    Production(
        "N times a PERIOD between TIME and TIME [on DAYS]",
        (
            "3 times a week between 10:00 and 17:00",
            "twice a month between 10:00 and 17:00 on weekends",
            "once a day between 10:00 and 17:00",
        ),
        "That many surprise moments in each day, week (from Monday) or month: on different days where the period has "
        "enough of them, `min_gap` apart, quiet hours and days away taken out before drawing. Two neighbours are "
        "less than two periods apart.",
    ),
    Production(
        "N days | weeks | months after done [at TIME]",
        ("3 weeks after done", "3 weeks after done at 10:00 from 2026-01-04"),
        "Once, counted from the last time it was done. Before it was ever done: on the date of `from`, else counted "
        "from when the ritual was first seen.",
    ),
    Production(
        "cron:EXPRESSION",
        ("cron:*/20 9-16 * * 1-5", "cron:30 2 * * *", "cron:@daily"),
        "As Debian's cron reads it, with `L`, `LW`, `5L`, `MON#2` and an optional field of seconds in front. Also "
        '`{ cron = "…" }`.',
    ),
    Production(
        "rrule:RULE from DATE-TIME",
        ("rrule:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 from 2026-01-01T13:13",),
        'A rule of RFC 5545 in local time. Also `{ rrule = "…", from = 2026-01-01T13:13:00 }`.',
    ),
)

BOUNDS = (
    Production("from DATE", ("every Sunday at 18:00 from 2026-03-01",), "The date counts."),
    Production("until DATE", ("every Sunday at 18:00 until 2026-12-27",), "The date counts."),
    Production(
        "N times",
        ("every day at 09:00 from 2026-02-01 10 times",),
        "So many slots, counted from the date of `from`. A slot on a day away counts.",
    ),
    Production(
        "PHRASE; PHRASE",
        ("every weekday at 07:30; every weekend at 09:30",),
        "All slots of both, as with a list of phrases; two at one instant are one.",
    ),
)

SECTIONS = {"Which days": DAYS, "Which times": TIMES, "Whole phrases": OTHERS, "What may close them": BOUNDS}
EXAMPLES = tuple(example for section in SECTIONS.values() for production in section for example in production.examples)
