"""How fast the calendar finds times, beside a loop written by hand for that one rule, and beside well-known libraries.

python -m bench.when [--repeat 25] [--json] [--small]
Each rate is the best of its rounds, by CPU time, which a busy machine leaves alone. `remind` has a bench of its own.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from hashlib import blake2b
from random import Random
from zoneinfo import ZoneInfo, available_timezones

from bench.timing import Row, at_least, options, report, row
from ritualsd.core.recur import Policy, next_due, next_slot, slots
from ritualsd.core.when import parse

ZONE = ZoneInfo("Europe/Berlin")
BEGUN = date(1997, 1, 5)  # a Sunday
DAY = timedelta(days=1)
ROUND_S = 0.05
SECRET = bytes(range(32))
DRAWS = Policy(secret=SECRET, ritual="bench")
Next = Callable[[datetime], object]
HALF = at_least(0.5)

# ── written by hand, for one rule each ────────────────────────────────────────────────────────


def due(day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZONE).astimezone(UTC)


def first_after(days: Iterator[date], at: time, after: datetime) -> datetime:
    return next(found for found in (due(day, at) for day in days) if found > after)


def hand_daily(after: datetime) -> datetime:
    day = after.astimezone(ZONE).date()
    while (found := due(day, AT_0730)) <= after:
        day += DAY
    return found


def hand_other_sunday(after: datetime) -> datetime:
    day = after.astimezone(ZONE).date()
    day += timedelta((BEGUN.toordinal() - day.toordinal()) % 14)
    while (found := due(day, AT_1800)) <= after:
        day += timedelta(14)
    return found


def hand_first_friday(after: datetime) -> datetime:
    local = after.astimezone(ZONE)
    year, month = local.year, local.month
    while True:
        first = date(year, month, 1)
        found = due(first + timedelta((4 - first.weekday()) % 7), AT_1900)
        if found > after:
            return found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def hand_yearly(after: datetime) -> datetime:
    year = after.astimezone(ZONE).year
    while (found := due(date(year, 6, 14), AT_0900)) <= after:
        year += 1
    return found


def hand_window(after: datetime) -> datetime:
    day = after.astimezone(ZONE).date()
    day += timedelta((6 - day.weekday()) % 7)
    while True:
        draw = blake2b(f"bench|1080-1200|{day.toordinal()}|0".encode(), key=SECRET, digest_size=16).digest()
        minute = 1080 + int.from_bytes(draw, "big") % 120
        found = due(day, time(minute // 60, minute % 60))
        if found > after:
            return found
        day += timedelta(7)


AT_0730, AT_0900, AT_1800, AT_1900 = time(7, 30), time(9), time(18), time(19)
HAND: dict[str, Next] = {
    "every day at 07:30 from 1997-01-05": hand_daily,
    "every other Sunday at 18:00 from 1997-01-05": hand_other_sunday,
    "first Friday of the month at 19:00 from 1997-01-05": hand_first_friday,
    "every year on 14 June at 09:00 from 1997-01-05": hand_yearly,
    "every Sunday between 18:00 and 20:00 from 1997-01-05": hand_window,
}


# ── the libraries people use ──────────────────────────────────────────────────────────────────


def peers(phrase: str) -> dict[str, Next]:
    """The libraries that can say the rule at all, each from its own best side."""
    from apscheduler.triggers.cron import CronTrigger
    from cronsim import CronSim
    from dateutil.rrule import rrulestr

    head = phrase.split(" from ")[0]
    cron = {"every day at 07:30": "30 7 * * *", "first Friday of the month at 19:00": "0 19 * * 5#1",
            "every year on 14 June at 09:00": "0 9 14 6 *"}.get(head)  # fmt: skip
    trigger = {
        "every day at 07:30": CronTrigger(hour=7, minute=30, timezone=ZONE),
        "first Friday of the month at 19:00": CronTrigger(day="1st fri", hour=19, timezone=ZONE),
        "every year on 14 June at 09:00": CronTrigger(month=6, day=14, hour=9, timezone=ZONE),
    }.get(head)
    text = {"every day at 07:30": "FREQ=DAILY;BYHOUR=7;BYMINUTE=30;BYSECOND=0",
            "every other Sunday at 18:00": "FREQ=WEEKLY;INTERVAL=2;BYHOUR=18;BYMINUTE=0;BYSECOND=0",
            "first Friday of the month at 19:00": "FREQ=MONTHLY;BYDAY=1FR;BYHOUR=19;BYMINUTE=0;BYSECOND=0",
            "every year on 14 June at 09:00": "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=14;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
            }.get(head)  # fmt: skip
    found: dict[str, Next] = {}
    if cron:
        found["cronsim"] = lambda after: next(CronSim(cron, after.astimezone(ZONE)))
    if trigger:
        found["APScheduler CronTrigger"] = lambda after: trigger.get_next_fire_time(None, after)
    if text:
        rule = rrulestr(text, dtstart=datetime(1997, 1, 5))
        found["dateutil rrule.after"] = lambda after: rule.after(after.astimezone(ZONE).replace(tzinfo=None))
    return found


# ── measuring ─────────────────────────────────────────────────────────────────────────────────


def one_round(way: Next, instants: list[datetime]) -> float:
    """Calls per second of CPU over the instants, cut short for what takes long."""
    began, done = clock.thread_time(), 0
    for instant in instants:
        way(instant)
        done += 1
        if done % 16 == 0 and clock.thread_time() - began > ROUND_S:
            break
    return done / (clock.thread_time() - began)


def rates_of(ways: dict[str, Next], instants: list[datetime], rounds: int) -> dict[str, float]:
    """The best of several rounds for each way, all ways in turn in each round: a busy machine is busy for all."""
    best = dict.fromkeys(ways, 0.0)
    for _ in range(rounds):
        for name, way in ways.items():
            best[name] = max(best[name], one_round(way, instants))
    return best


def next_rows(rounds: int, sample: int) -> list[Row]:
    """The next time from a random instant: by hand, by us, and by each library that can say the rule."""
    random = Random(1997)
    start = datetime(1997, 2, 1, tzinfo=UTC)
    instants = [start + timedelta(seconds=random.randrange(29 * 365 * 86400)) for _ in range(sample)]
    rows = []
    for phrase, by_hand in HAND.items():
        rule, head = parse(phrase), phrase.removesuffix(" from 1997-01-05")
        if "between" not in phrase:
            assert all(next_due(rule, ZONE, instant) == by_hand(instant) for instant in instants)
        ours: dict[str, Next] = {
            "the instant": partial(next_due, rule, ZONE, policy=DRAWS),
            "the whole slot": partial(next_slot, rule, ZONE, policy=DRAWS),
        }
        found = rates_of({"by hand": by_hand, **ours, **peers(phrase)}, instants, rounds)
        rows += [beside(f"{head}: {way}", found[way], "by hand", found, way == "the instant") for way in ours]
        rows += [beside(f"{head}: beside {peer}", found["the instant"], peer, found) for peer in peers(phrase)]
    return rows


def beside(name: str, ours: float, peer: str, found: dict[str, float], judged: bool = False) -> Row:
    return row(name, "/s", [ours], peer=peer, theirs=[found[peer]], goal=HALF if judged else None)


RULES = [
    "every year on {day} {month} at 09:00", "first {weekday} of the month at 19:00", "last day of the month at 18:00",
    "every {weekday} at 02:30", "every other {weekday} at 00:00 from 2006-01-01", "{day}th of the month at 01:59",
]  # fmt: skip
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Sunday"]


def thirty_rules() -> list[str]:
    """Thirty everyday rules: weekly, fortnightly, monthly and yearly ones, many at hours that clocks change."""
    months = ["March", "April", "May", "October", "November"]
    return [
        rule.format(day=number + 5, month=months[number], weekday=WEEKDAYS[number])
        for rule in RULES
        for number in range(5)
    ]


def walk_zone(name: str) -> int:
    """How many slots thirty rules have in one zone in twenty years; checks that they only go forward."""
    zone, count = ZoneInfo(name), 0
    start, end = datetime(2006, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    for phrase in thirty_rules():
        last = start
        for slot in slots(parse(phrase), zone, start):
            if slot.due_utc >= end:
                break
            if slot.due_utc <= last:
                raise AssertionError(f"{phrase} in {name} went back at {slot.due_utc}")
            last, count = slot.due_utc, count + 1
    return count


def zones_in_seconds(zones: int) -> tuple[int, float]:
    """Twenty years, so many zones, thirty rules, on two cores: how many slots, and in how long."""
    names = sorted(available_timezones() - {"localtime", "Factory"})
    chosen = Random(100).sample(names, zones)
    began = clock.perf_counter()
    with ProcessPoolExecutor(max_workers=2) as pool:
        count = sum(pool.map(walk_zone, chosen, chunksize=5))
    return count, clock.perf_counter() - began


def main() -> None:
    given = options(__doc__, repeat=25).parse_args()
    rows = next_rows(1, 50) if given.small else next_rows(given.repeat, 2000)
    count, seconds = zones_in_seconds(2 if given.small else 100)
    rows.append(row(f"twenty years, thirty rules, {count:,} slots", "s", [seconds]))
    report(rows, given.json)


if __name__ == "__main__":
    main()
