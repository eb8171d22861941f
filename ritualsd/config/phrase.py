"""A ritual's `when` with its `from`, `until` and `times` as one canonical phrase. The grammar is in `core.when`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ritualsd.config.findings import Spot
from ritualsd.core.rules import MonthDays, Phrase, SunTime, Union
from ritualsd.core.when import canonical, parse
from ritualsd.errors import WhenError

if TYPE_CHECKING:
    from ritualsd.config.ritual_table import RitualTable

SHORTEST_MONTH = 28


def canonical_phrase(table: RitualTable, here: Spot, has_place: bool) -> str:
    """What the calendar reads; "" when the phrase is no schedule, which is reported.

    `has_place`: it is known where the sun rises.
    """
    try:
        rule = parse(_closed(table.when, _bounds(table)))
    except WhenError as error:
        here.error("when", error.what, error.todo)
        return ""
    except RecursionError:
        here.error("when", "this is nested far too deep", 'write a phrase like "every day at 07:30"')
        return ""
    for each in rule.rules if isinstance(rule, Union) else (rule,):
        if isinstance(each, Phrase):
            _remark(each, table, here, has_place)
    return canonical(rule)


def _remark(rule: Phrase, table: RitualTable, here: Spot, has_place: bool) -> None:
    """What a phrase means beyond its words: months without that day, and a sun that needs a place."""
    if isinstance(rule.times, SunTime) and not has_place:
        hint = "add place = { lat = 52.52, lon = 13.40 } at the top of the file"
        here.error("when", f"{rule.times.event} depends on where you live", hint)
    if (
        isinstance(rule.days, MonthDays)
        and max(rule.days.days) > SHORTEST_MONTH
        and not _says(table, here, "short_month")
    ):
        message = f"not every month has a day {max(rule.days.days)}, and those without it are left out"
        here.warning("when", message, 'say short_month = "last-day" or "skip"')


def _says(table: RitualTable, here: Spot, key: str) -> bool:
    return key in table.model_fields_set or here.was_broken(key)


def _closed(when: Any, bounds: dict[str, Any]) -> Any:
    """The phrase as written, each part of it closed by the ritual's own bounds."""
    if not bounds:
        return when
    if isinstance(when, dict):
        return {**when, **bounds}
    if isinstance(when, list):
        return [_closed(each, bounds) for each in when]
    words = {"from": "from {}", "until": "until {}", "times": "{} times"}
    return " ".join([str(when), *(words[key].format(value) for key, value in bounds.items())])


def _bounds(table: RitualTable) -> dict[str, Any]:
    written = {"from": table.from_, "until": table.until, "times": table.times}
    return {key: value for key, value in written.items() if value is not None}
