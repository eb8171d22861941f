"""Dates: birthdays and anniversaries from a calendar or an address book, told ahead of time. One message holds all of
a day; on a day without any its ritual is silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ritualsd import Ask, ConfigPath, PluginInfo, PluginMisconfigured, PluginUnavailable, Prompt, hookimpl

from .cards import Unreadable, Yearly, read
from .words import Words, words_for

Leap = Literal["feb-28", "mar-1", "leap-years"]
Days = Annotated[int, Field(ge=0, le=366)]


class Settings(BaseModel):
    """`[plugins.dates]`; without a file nothing is offered."""

    model_config = ConfigDict(frozen=True)

    files: list[ConfigPath] = Field([], description="Calendars (.ics) and contacts (.vcf)", examples=[["family.ics"]])
    ahead: list[Days] = Field(
        [21, 3, 0], max_length=20, description="How many days before to tell, 0 for the day itself"
    )
    leap: Leap = Field("feb-28", description="When 29 February comes in a year without one")
    years: bool = Field(False, description="Say how many years it is, where the first one is known")


PLUGIN = PluginInfo(
    name="dates",
    summary="Birthdays and anniversaries, told ahead of time",
    version="1.0.0",
    settings=Settings,
    kinds=frozenset({"dates"}),
    sparse=frozenset({"dates"}),
)

AT_ONCE = 6


@hookimpl
def ritualsd_configure(settings: Settings) -> None:
    try:
        _known(settings)
    except PluginUnavailable as error:
        raise PluginMisconfigured(str(error)) from None


@hookimpl
def ritualsd_content(ask: Ask) -> list[Prompt]:
    today, words = ask.at.date(), words_for(ask.language)
    coming = sorted(_coming(ask.settings, today), key=lambda each: (each[0], each[1].kind, each[1].title.casefold()))
    if not coming:
        return []
    days = [day for day, _ in coming]
    told = [_told(day, each, today, words, ask.settings) for day, each in coming[:AT_ONCE]]
    more = [words.more.replace("COUNT", str(len(coming) - AT_ONCE))] if len(coming) > AT_ONCE else []
    last = next(last for least, last in words.last if (min(days) - today).days >= least)
    text = " ".join([*told, *more, last]).replace("{", "{{").replace("}", "}}")
    return [Prompt(id=f"{today:%Y-%m-%d}", text=text, tags=frozenset({"dates"}), language=words.language)]


def _coming(settings: Settings, today: date) -> Iterator[tuple[date, Yearly]]:
    """Every date that is to be told today, with the day it falls on; the same one in two files is one."""
    wanted = {today + timedelta(days=ahead) for ahead in settings.ahead}
    for each in _known(settings):
        for year in {day.year for day in wanted}:
            day = falls_on(each, year, settings.leap)
            if day in wanted:
                yield day, each


def falls_on(each: Yearly, year: int, leap: Leap) -> date | None:
    """The day it falls on in a year; None where it does not come: before it began, after it ended, or a leap day."""
    try:
        day = date(year, each.month, each.day)
    except ValueError:  # 29 February
        if leap == "leap-years":
            return None
        day = date(year, 2, 28) if leap == "feb-28" else date(year, 3, 1)
    began = each.year is None or year >= each.year
    return day if began and (each.until is None or day <= each.until) else None


def _told(day: date, each: Yearly, today: date, words: Words, settings: Settings) -> str:
    years = day.year - each.year if settings.years and each.year else 0
    count = words.years.replace("COUNT", str(years)) if years > 0 else ""
    return f"{words.title(each.kind, each.title)}{count}: {words.off((day - today).days)}, {words.on(day)}."


def _known(settings: Settings) -> list[Yearly]:
    """Every date in the files as they are now. Raises PluginUnavailable for one that cannot be used, by its number."""
    found: dict[Yearly, None] = {}
    for number, path in enumerate(settings.files, 1):
        try:
            info = path.stat()
            found |= dict.fromkeys(_kept(path, info.st_mtime_ns, info.st_size))
        except OSError as error:
            raise PluginUnavailable(f"file {number}: {(error.strerror or 'cannot be read').lower()}") from None
        except Unreadable as error:
            raise PluginUnavailable(f"file {number}: {error}") from None
    return list(found)


@lru_cache(maxsize=16)
def _kept(path: Path, changed: int, size: int) -> tuple[Yearly, ...]:
    """Read once for each state of the file."""
    return read(path)
