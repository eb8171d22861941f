"""Days as people say them: "Friday", "3 December at 18:00", "tomorrow", "2026-12-03", in English or in their language.

Pure, and nothing is guessed: what is not wholly a day is none.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.core.zones import resolve

DAY_ENDS = time(23, 59)
"""What a day without a time lasts until."""

YEARS = range(1900, 3000)

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.ASCII)


def day_said(text: str, zone: ZoneInfo, now: datetime, phrases: Phrases = IN_ENGLISH) -> datetime | None:
    """The instant (UTC) until which a day lasts that `text` names, or of the time it names on that day; None for
    anything else. A weekday is the next one after today, a day without its year the next there is. It may have passed.
    """
    today = now.astimezone(zone).date()
    for spoken in dict.fromkeys((phrases.language, IN_ENGLISH.language)):
        tongue = phrases if spoken == phrases.language else IN_ENGLISH
        words, clock = _split(plain(text), tongue)
        day = _day(words, today, tongue)
        if day is not None and clock is not None and day.year in YEARS:
            return resolve(datetime.combine(day, clock), zone)[0]
    return None


def is_whole_day(due_utc: datetime, zone: ZoneInfo) -> bool:
    """Whether it names a day and no time of it."""
    return due_utc.astimezone(zone).time() == DAY_ENDS


def spoken_day(due_utc: datetime, zone: ZoneInfo, phrases: Phrases) -> str:
    """ "Friday, 4 December", followed by the time where there is one."""
    local = due_utc.astimezone(zone)
    day = phrases.day(local.date())
    return day if is_whole_day(due_utc, zone) else f"{day}, {phrases.time(local)}"


def plain(text: str) -> str:
    """Without what makes no difference to a word: case, spaces, a closing full stop."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("\u2019", "'").split()).rstrip(".!")


def listed(key: str, phrases: Phrases) -> tuple[str, ...]:
    """The words that mean `key`, in the language of `phrases` and in English, the longest first."""
    both = f"{phrases.say(key)},{IN_ENGLISH.say(key)}"
    return tuple(
        sorted({word for each in both.split(",") if (word := plain(each))}, key=lambda word: (-len(word), word))
    )


def _split(text: str, phrases: Phrases) -> tuple[str, time | None]:
    """The words for the day, and the time after them; None where that is no time."""
    for word in listed("promise.at", phrases):
        day, found, clock = text.rpartition(f" {word} ")
        if found:
            return day, _time(clock, phrases)
    return text, DAY_ENDS


def _time(text: str, phrases: Phrases) -> time | None:
    for word in listed("promise.hour", phrases):
        text = text.removesuffix(word).rstrip()
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match[3] == "pm")
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(text: str, today: date, phrases: Phrases) -> date | None:
    if _ISO.fullmatch(text):
        return _date(int(text[:4]), int(text[5:7]), int(text[8:]))
    if text == plain(phrases.say("when.today")):
        return today
    if text in (plain(phrases.say("when.tomorrow")), *listed("reply.tomorrow", phrases)):
        return today + timedelta(days=1)
    if text in listed("promise.week", phrases):
        return today + timedelta(days=7)
    weekday = _named(text, "weekday", 7, phrases)
    if weekday:
        return today + timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1)
    return _day_of_month(text.replace(",", " ").split(), today, phrases)


def _day_of_month(words: list[str], today: date, phrases: Phrases) -> date | None:
    """ "3 December", "December 3rd", "3. Dezember 2027"."""
    year = int(words.pop()) if len(words) == 3 and _YEAR.fullmatch(words[-1]) else None
    if len(words) != 2:
        return None
    for number, name in (words, reversed(words)):
        match, month = _NUMBER.fullmatch(number), _named(name, "month", 12, phrases)
        if match and month:
            return _next(int(match[1]), month, today) if year is None else _date(year, month, int(match[1]))
    return None


def _next(day: int, month: int, today: date) -> date | None:
    """The next such day from today on; the 29th of February may be years ahead."""
    found = (_date(year, month, day) for year in range(today.year, today.year + 9))
    return next((each for each in found if each is not None and each >= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _named(text: str, what: str, count: int, phrases: Phrases) -> int:
    """Which weekday or month it is, from 1; 0 for none. Three letters of its name are enough."""
    names = {plain(phrases.say(f"{what}.{number}")): number for number in range(1, count + 1)}
    close = {number for name, number in names.items() if len(text) >= 3 and name.startswith(text)}
    return names.get(text, 0) or (close.pop() if len(close) == 1 else 0)
