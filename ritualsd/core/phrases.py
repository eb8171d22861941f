"""What ritualsd itself says to a receiver, in their language. Looks words up and fills them in; reads no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ritualsd.core.english import PHRASES as ENGLISH
from ritualsd.core.plurals import plural
from ritualsd.core.words import fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The phrases of one language. A key that a pack leaves out is said in English."""

    language: str = "en"
    texts: Mapping[str, str]

    def say(self, key: str, **values: str) -> str:
        """The phrase under `key` with its placeholders filled once. An unknown key is a KeyError: a mistake of ours."""
        return fill(self.texts.get(key) or ENGLISH[key], values)

    def count(self, key: str, count: int, **values: str) -> str:
        """The phrase of `key` in the plural form that so many take: `key.one`, `key.other`; {count} is the number."""
        own = f"{key}.{plural(self.language, count)}"
        if own not in self.texts:
            own = f"{key}.other" if f"{key}.other" in self.texts else f"{key}.{plural('en', count)}"
        return self.say(own, count=str(count), **values)

    # ── names and times ───────────────────────────────────────────────────────────────────────

    def names(self, names: Sequence[str]) -> str:
        """Names as a sentence lists them: "Ana", "Ana and Ben", "Ana, Ben and Cleo"."""
        *most, last = names
        return self.say("names.and", most=self.say("names.comma").join(most), last=last) if most else last

    def days_off(self, days: int) -> str:
        """How far off a day is: "today", "tomorrow", "in 3 days", "in 3 weeks"."""
        if days < 2:
            return self.say("when.tomorrow" if days else "when.today")
        return self.count("when.days", days) if days % 7 else self.count("when.weeks", days // 7)

    def weekday(self, day: date) -> str:
        """ "Monday" """
        return self.say(f"weekday.{day.isoweekday()}")

    def month(self, day: date) -> str:
        """ "January" """
        return self.say(f"month.{day.month}")

    def day(self, day: date) -> str:
        """A day without its year: "Monday, 4 May"."""
        return self.say("date.day", weekday=self.weekday(day), day=str(day.day), month=self.month(day))

    def day_and_year(self, day: date) -> str:
        """A day of any year: "4 May 2026"."""
        return self.say("date.day-year", day=str(day.day), month=self.month(day), year=str(day.year))

    def time(self, local: datetime) -> str:
        """The time on the clock: "18:00"."""
        return self.say("date.time", hour=f"{local:%H}", minute=f"{local:%M}")

    def weekday_and_time(self, local: datetime) -> str:
        """ "Monday 18:00" """
        return self.say("date.weekday-time", weekday=self.weekday(local), time=self.time(local))


IN_ENGLISH = Phrases(texts=ENGLISH)
