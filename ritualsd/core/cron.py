"""Cron expressions, read by cronsim as Debian's cron reads them. The only place that knows cronsim.

Fixed hours and minutes are nominal times like any other; a wildcard in either (or seconds) follows real time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ritualsd.core.dates import END_OF_TIME
from ritualsd.core.rules import Cron, Moment
from ritualsd.core.zones import resolve
from ritualsd.errors import WhenError

EXAMPLE = "cron:30 7 * * 1-5"
_LONGEST = 500
_ALLOWED = re.compile(r"[0-9A-Z*,/#\- ]+")
_NAMED = {
    "@HOURLY": "0 * * * *",
    "@DAILY": "0 0 * * *",
    "@MIDNIGHT": "0 0 * * *",
    "@WEEKLY": "0 0 * * 0",
    "@MONTHLY": "0 0 1 * *",
    "@YEARLY": "0 0 1 1 *",
    "@ANNUALLY": "0 0 1 1 *",
}
_BEFORE_ALL = datetime(2000, 1, 1)  # noqa: DTZ001 - naive as nominal times are; only the fields of the expression matter


@lru_cache(maxsize=512)
def normal(expr: str) -> str:
    """The expression in its one spelling. Raises WhenError when it is none, or names no day at all."""
    from cronsim import CronSim, CronSimError

    fields = " ".join(expr.upper().split())
    fields = _NAMED.get(fields, fields)
    if len(fields) > _LONGEST or not _ALLOWED.fullmatch(fields):
        raise _refused(expr, "this is no cron expression")
    try:
        next(CronSim(fields, _BEFORE_ALL))
    except (CronSimError, ValueError, TypeError, AssertionError) as error:
        raise _refused(expr, f"cron cannot read this: {str(error).lower() or 'bad field'}") from None
    except StopIteration:
        raise _refused(expr, "this cron expression names no day in fifty years") from None
    return fields


def _refused(expr: str, what: str) -> WhenError:
    return WhenError(what, phrase=expr, end=len(expr), suggestion=EXAMPLE)


def names_a_day(expr: str) -> int:
    """How many times a day an expression names, at most."""
    from cronsim import CronSim

    fields = CronSim(expr, _BEFORE_ALL)
    return len(fields.seconds) * len(fields.minutes) * len(fields.hours)


def follows_real_time(expr: str) -> bool:
    """Whether clock changes are lived through (as with `*/20`), not moved around (as with `30 2`)."""
    fields = expr.split()
    return len(fields) == 6 or fields[0].startswith("*") or fields[1].startswith("*")


def cron_moments(rule: Cron, start: datetime, zone: ZoneInfo) -> Iterator[Moment]:
    """What the expression names after a local time, ascending."""
    if rule.since is not None:
        start = max(start, datetime.combine(rule.since, time()) - timedelta(seconds=1))
    times = _real_times(rule.expr, start, zone) if follows_real_time(rule.expr) else _nominal_times(rule.expr, start)
    for moment in times:
        if moment.day >= END_OF_TIME or (rule.until is not None and moment.day > rule.until):
            return
        yield moment


def _nominal_times(expr: str, start: datetime) -> Iterator[Moment]:
    from cronsim import CronSim

    return (Moment(local, local.date()) for local in CronSim(expr, start))


def _real_times(expr: str, start: datetime, zone: ZoneInfo) -> Iterator[Moment]:
    from cronsim import CronSim

    begin = resolve(start, zone)[0] or start.replace(tzinfo=UTC)
    for aware in CronSim(expr, begin.astimezone(zone)):
        local = aware.replace(tzinfo=None, fold=0)
        again = aware.fold == 1 and aware.utcoffset() != aware.replace(fold=0).utcoffset()
        note = f"{local:%H:%M} comes twice that day: this is the second" if again else ""
        yield Moment(local, local.date(), part="2" if again else "", note=note, due_utc=aware.astimezone(UTC))
