"""How fast the calendar finds times, beside a loop written by hand for that one rule, and beside well-known libraries.

python -m bench.when [--json] [--quick]
Every figure is a rate measured in this run; the ratios are what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time as clock
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from hashlib import blake2b
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo, available_timezones

from ritualsd.core.recur import Policy, next_due, next_slot, slots
from ritualsd.core.when import parse

ZONE = ZoneInfo("Europe/Berlin")
BEGUN = date(1997, 1, 5)  # a Sunday
DAY = timedelta(days=1)
ROUND_S = 0.05
SECRET = bytes(range(32))
DRAWS = Policy(secret=SECRET, ritual="bench")
Next = Callable[[datetime], object]


@dataclass(frozen=True)
class Rate:
    """Calls per second of one way to answer, and what that is beside the hand-written loop for the same rule."""

    rule: str
    way: str
    per_second: float
    beside_hand: float


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
    """Calls per second over the instants, cut short for what takes long."""
    began, done = clock.perf_counter(), 0
    for instant in instants:
        way(instant)
        done += 1
        if done % 16 == 0 and clock.perf_counter() - began > ROUND_S:
            break
    return done / (clock.perf_counter() - began)


def rates_of(ways: dict[str, Next], instants: list[datetime], rounds: int) -> dict[str, float]:
    """The best of several rounds for each way, all ways in turn in each round: a busy machine is busy for all."""
    best = dict.fromkeys(ways, 0.0)
    for _ in range(rounds):
        for name, way in ways.items():
            best[name] = max(best[name], one_round(way, instants))
    return best


def next_rates(rounds: int) -> list[Rate]:
    """The next time from a random instant: by hand, by us, and by each library that can say the rule."""
    random = Random(1997)
    start = datetime(1997, 2, 1, tzinfo=UTC)
    instants = [start + timedelta(seconds=random.randrange(29 * 365 * 86400)) for _ in range(2000)]
    rates = []
    for phrase, by_hand in HAND.items():
        rule = parse(phrase)
        assert phrase.endswith("from 1997-01-05")
        if "between" not in phrase:
            assert all(next_due(rule, ZONE, instant) == by_hand(instant) for instant in instants)
        ways: dict[str, Next] = {
            "by hand": by_hand,
            "ritualsd, the instant": partial(next_due, rule, ZONE, policy=DRAWS),
            "ritualsd, the whole slot": partial(next_slot, rule, ZONE, policy=DRAWS),
            **peers(phrase),
        }
        measured = rates_of(ways, instants, rounds)
        rates += [Rate(phrase, way, speed, speed / measured["by hand"]) for way, speed in measured.items()]
    return rates


def remind_rate(rituals: int) -> float:
    """The same year by `remind -s12` (a C program, Debian's package `remind`): lines per second; 0 without it."""
    if shutil.which("remind") is None:
        return 0.0
    with tempfile.NamedTemporaryFile("w", suffix=".rem") as file:
        file.writelines(f"REM AT {n % 24:02}:{n % 60:02} MSG ritual {n}\n" for n in range(rituals))
        file.flush()
        began = clock.perf_counter()
        with subprocess.Popen(["remind", "-s12", file.name, "2026-01-01"], stdout=subprocess.PIPE) as remind:
            assert remind.stdout is not None
            lines = sum(chunk.count(b"\n") for chunk in iter(partial(remind.stdout.read, 1 << 20), b""))
        return lines / (clock.perf_counter() - began)


def yearly_rate(rituals: int) -> float:
    """Occurrences per second of so many daily rituals over twelve months."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    began, found = clock.perf_counter(), 0
    for number in range(rituals):
        rule = parse(f"every day at {number % 24:02}:{number % 60:02}")
        found += sum(1 for _ in islice(slots(rule, ZONE, start), 365))
    return found / (clock.perf_counter() - began)


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
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true", help="print JSON")
    options.add_argument("--quick", action="store_true", help="a tenth of the work: a look, not a measurement")
    asked = options.parse_args()
    rates = next_rates(3 if asked.quick else 25)
    rituals = 300 if asked.quick else 10_000
    per_second, remind = yearly_rate(rituals), remind_rate(rituals)
    count, seconds = zones_in_seconds(10 if asked.quick else 100)
    if asked.json:
        year = {"occurrences_per_second": per_second, "remind_per_second": remind}
        years = {"slots": count, "seconds": seconds, "cores": os.cpu_count()}
        print(json.dumps({"next": [asdict(each) for each in rates], "a_year": year, "twenty_years": years}, indent=1))
        return
    show(rates, per_second, remind, count, seconds)


def show(rates: list[Rate], per_second: float, remind: float, count: int, seconds: float) -> None:
    """The same for people."""
    rule = ""
    for each in rates:
        if each.rule != rule:
            rule = each.rule
            print(rule)
        print(f"  {each.way:26} {each.per_second:>12,.0f}/s  {each.beside_hand:6.3f} of by hand")
    print(f"a year of daily rituals       {per_second:>12,.0f} occurrences/s", end="")
    print(f"  {per_second / remind:.1f} × remind's {remind:,.0f}/s" if remind else "  (remind is not installed)")
    print(f"twenty years, thirty rules    {count:>12,} slots in {seconds:.1f} s on two cores")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
