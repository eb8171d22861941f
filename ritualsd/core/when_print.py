"""Prints a rule back as the one phrase that says it; the parser reads that phrase to an equal rule."""

from __future__ import annotations

from datetime import time
from typing import assert_never

from ritualsd.core.rules import (
    ALL_WEEK,
    DAY_MINUTES,
    WEEKEND,
    WORKWEEK,
    AfterDone,
    At,
    Chance,
    Cron,
    Days,
    Easter,
    EveryDays,
    MonthDays,
    NthDays,
    OneDay,
    Phrase,
    RRule,
    Rule,
    Single,
    Steps,
    SunTime,
    Times,
    Union,
    Weekly,
    Window,
    Yearly,
)
from ritualsd.core.when_words import MONTHS, ORDINALS, WEEKDAYS

SEPARATOR = "; "
_ORDINAL_WORDS = {number: word for word, number in ORDINALS.items()} | {-2: "second to last"}


def text(rule: Rule) -> str:
    """The canonical phrase of a rule; the phrases of a union stand one after the other, "; " between them."""
    if isinstance(rule, Union):
        return SEPARATOR.join(map(_single, rule.rules))
    return _single(rule)


def _single(rule: Single) -> str:
    match rule:
        case Phrase():
            return " ".join(filter(None, (_body(rule), _bounds(rule), f"{rule.count} times" if rule.count else "")))
        case AfterDone():
            at = f"at {_clock(rule.at)}" if rule.at else ""
            body = f"{_count(rule.amount, rule.unit)} after done"
            return " ".join(filter(None, (body, at, _bounds(rule))))
        case Cron():
            return " ".join(filter(None, (f"cron:{rule.expr}", _bounds(rule))))
        case RRule():
            return (
                f"rrule:{rule.text} from {rule.start.isoformat(timespec='seconds' if rule.start.second else 'minutes')}"
            )
        case _:
            assert_never(rule)


def _bounds(rule: Phrase | AfterDone | Cron) -> str:
    since = f"from {rule.since}" if rule.since else ""
    until = f"until {rule.until}" if rule.until else ""
    return " ".join(filter(None, (since, until)))


def _body(rule: Phrase) -> str:
    days, times = rule.days, rule.times
    if isinstance(times, SunTime) and isinstance(days, EveryDays) and days.step == 1:
        return _times(times) if times.offset else f"at {times.event}"
    if isinstance(times, Steps | Chance):
        return f"{_times(times)}{_on(days)}"
    return f"{_days(days)} {_times(times)}"


# ── days ──────────────────────────────────────────────────────────────────────────────────────


def _days(days: Days) -> str:
    match days:
        case EveryDays(step=step):
            return "every day" if step == 1 else f"every {step} days"
        case Weekly():
            return _weekly(days)
        case MonthDays(days=numbers):
            return f"{_listed([_nth(number) for number in numbers])} of the month"
        case NthDays():
            return _nth_days(days)
        case Yearly(month=month, day=day):
            return f"every year on {day} {MONTHS[month - 1]}"
        case Easter(offset=offset):
            return f"Easter {'+' if offset > 0 else '-'} {_count(abs(offset), 'day')}" if offset else "Easter"
        case OneDay(date=date):
            return f"on {date}"
        case _:
            assert_never(days)


def _weekly(days: Weekly) -> str:
    if days.step == 1:
        return f"every {_weekdays(days.days)}"
    if days.step == 2 and len(days.days) == 1:
        return f"every other {_weekdays(days.days)}"
    return f"every {days.step} weeks on {_weekdays(days.days)}"


def _weekdays(days: tuple[int, ...]) -> str:
    groups = {WORKWEEK: "weekday", WEEKEND: "weekend", ALL_WEEK: "day"}
    return groups.get(days) or _listed([WEEKDAYS[day] for day in days])


def _nth_days(days: NthDays) -> str:
    ordinals = _listed([_ORDINAL_WORDS[ordinal] for ordinal in days.ordinals])
    kind = "working day" if days.working else _weekdays(days.weekdays)
    where = f"in {MONTHS[days.month - 1]}" if days.month else "of the month"
    return f"{ordinals} {kind} {where}"


def _on(days: Days) -> str:
    if not isinstance(days, Weekly):
        return ""
    groups = {WORKWEEK: "weekdays", WEEKEND: "weekends"}
    return f" on {groups.get(days.days) or _weekdays(days.days)}"


# ── times ─────────────────────────────────────────────────────────────────────────────────────


def _times(times: Times) -> str:
    match times:
        case At(times=clocks):
            return f"at {_listed([_clock(clock) for clock in clocks])}"
        case Steps(step=step, start=start, end=end):
            return f"every {_count(step, 'minute')} {_between(start, end)}"
        case Window(start=start, end=end):
            return _between(start, end)
        case Chance(count=count, period=period, start=start, end=end):
            often = {1: "once", 2: "twice"}.get(count, f"{count} times")
            return f"{often} a {period} {_between(start, end)}"
        case SunTime(event=event, offset=offset):
            side = "before" if offset < 0 else "after"
            return f"{_count(abs(offset), 'minute')} {side} {event}" if offset else f"at {event}"
        case _:
            assert_never(times)


def _between(start: int, end: int) -> str:
    return f"between {_minute(start)} and {_minute(end if end <= DAY_MINUTES else end - DAY_MINUTES)}"


def _minute(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _clock(clock: time) -> str:
    return f"{clock:%H:%M}"


def _count(amount: int, unit: str) -> str:
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"


def _nth(number: int) -> str:
    ending = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
