"""The tables of calendars become named ranges of days, from dates as written or from a file of another program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ritualsd.config.files import Unreadable
from ritualsd.config.findings import Spot, quoted
from ritualsd.config.places import note_calendar
from ritualsd.core.busy import Busy
from ritualsd.core.calendars import Days

if TYPE_CHECKING:
    from ritualsd.config.people_tables import CalendarTable

T = TypeVar("T")


def calendars(
    tables: Mapping[str, CalendarTable], config: Path, home_zone: str, today: date, here: Spot
) -> dict[str, Days]:
    """The days of every calendar. `here` is the table of calendars in the file `config`."""
    found: dict[str, Days] = {}
    for id_, table in tables.items():
        calendar = here.below(id_)
        said = [key for key in ("dates", "ics") if getattr(table, key) is not None or calendar.was_broken(key)]
        if len(said) != 1:
            calendar.error("", "a calendar has either dates or ics", 'write dates = ["2026-12-24..2027-01-03"]')
        found[id_] = tuple(table.dates or ())
        if table.ics is not None and said == ["ics"]:
            found[id_] = _of_file(table.ics, config, home_zone, today, calendar)
    return found


def _of_file(name: str, config: Path, home_zone: str, today: date, calendar: Spot) -> Days:
    """The days of a calendar file; what is wrong with it is reported, with the line of the event."""
    from ritualsd.config.ics import days_in  # only for those who have such a file

    return _read(name, config, lambda path: days_in(path, home_zone, today), calendar, "ics")


def busy_times(name: str, config: Path, zone: str, today: date, person: Spot) -> Busy:
    """The times that a person's own calendar file takes; what is wrong with it is reported."""
    from ritualsd.config.ics import times_in  # only for those who have such a file

    return _read(name, config, lambda path: times_in(path, zone, today), person, "busy")


def _read(name: str, config: Path, read: Callable[[Path], tuple[T, ...]], here: Spot, key: str) -> tuple[T, ...]:
    path = config.parent / Path(name).expanduser()
    note_calendar(config, path)
    try:
        return read(path)
    except Unreadable as error:
        where = f"{quoted(name)}, line {error.line}: the VEVENT there: " if error.line else f"{quoted(name)}: "
        here.error(key, f"{where}{error.what}", error.todo)
        return ()
