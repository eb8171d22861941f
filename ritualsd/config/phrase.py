"""A ritual's `when` with its `from`, `until` and `times` as one canonical phrase. The grammar is in `core.when`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ritualsd.config.findings import Findings, Part
from ritualsd.errors import WhenError

if TYPE_CHECKING:
    from ritualsd.config.ritual_table import RitualTable


def canonical_phrase(table: RitualTable, part: Part, path: tuple[str, ...], found: Findings) -> str:
    """What the calendar reads; "" when the phrase is no schedule, which is reported."""
    if table.when is None:
        return ""  # missing, and reported as such
    from ritualsd.core.when import canonical, parse

    try:
        return canonical(parse(_bounded(table)))
    except WhenError as error:
        found.error(part, (*path, "when"), error.what, error.todo)
    except RecursionError:
        found.error(part, (*path, "when"), "this is nested far too deep", 'write a phrase like "every day at 07:30"')
    return ""


def _bounded(table: RitualTable) -> Any:
    """The phrase as written, closed by the ritual's own bounds."""
    bounds = _bounds(table)
    if not bounds:
        return table.when
    if isinstance(table.when, dict):
        return {**table.when, **bounds}
    words = {"from": "from {}", "until": "until {}", "times": "{} times"}
    closing = " ".join(words[key].format(value) for key, value in bounds.items())
    if isinstance(table.when, list):
        return [f"{phrase} {closing}" for phrase in table.when]
    return f"{table.when} {closing}"


def _bounds(table: RitualTable) -> dict[str, Any]:
    written = {"from": table.from_, "until": table.until, "times": table.times}
    return {key: value for key, value in written.items() if value is not None}
