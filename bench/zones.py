"""Every slot of twenty years in every zone, held against the offsets of instants alone: the long form of a quick test.

python -m bench.zones [--years N]
Says how many slots it compared and how fast they were found; stops at the first that differs.
"""

from __future__ import annotations

import argparse
import time as clock
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, time, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo, available_timezones

from ritualsd.core.recur import slots
from ritualsd.core.rules import At, EveryDays, Phrase
from tests.core.offsets import changes, meaning

LAST = 2026
DAY = timedelta(days=1)


def compare(name: str, years: int) -> int:
    """Walk one zone at four times of the day, three of them near its clock changes; how many slots agreed."""
    first, random, zone = LAST - years + 1, Random(name), ZoneInfo(name)
    edges = changes(name, first, LAST) or [datetime(2020, 1, 1)]
    near = {(random.choice(edges) + timedelta(minutes=random.choice([-30, 0, 0, 29]))).time() for _ in range(3)}
    clocks = tuple(sorted({clock_.replace(second=0, microsecond=0) for clock_ in near} | {time(random.randrange(24))}))
    rule, day, end = Phrase(days=EveryDays(), times=At(times=clocks)), datetime(first, 1, 2), datetime(LAST, 12, 30)
    start, _ = meaning(name, datetime(first, 1, 1, 12), first, LAST)
    assert start is not None
    found = (slot for slot in slots(rule, zone, start) if not slot.skipped and slot.local >= day)
    compared, last = 0, start
    while day < end:
        for at in clocks:
            local = datetime.combine(day, at)
            instant, _ = meaning(name, local, first, LAST)
            if instant is None or instant == last:
                continue
            slot = next(found)
            if (slot.local, slot.due_utc) != (local, instant):
                raise AssertionError(f"{name}: {local} is {instant}, not {slot.due_utc} ({slot.local})")
            compared, last = compared + 1, instant
        day += DAY
    return compared


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--years", type=int, default=20)
    asked = options.parse_args()
    names = sorted(available_timezones() - {"localtime", "Factory"})
    began = clock.perf_counter()
    with ProcessPoolExecutor(max_workers=2) as pool:
        compared = sum(pool.map(partial(compare, years=asked.years), names, chunksize=8))
    seconds = clock.perf_counter() - began
    print(f"{len(names)} zones, {asked.years} years: {compared:,} slots agree, in {seconds:.0f} s on two cores")


if __name__ == "__main__":
    main()
