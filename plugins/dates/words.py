"""How a coming date is told, in each language this plugin speaks. `NAME` and `COUNT` stand for what is filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language. Of `last` the first is said whose days are not more than those left to the nearest date."""

    language: str
    titles: dict[str, str]
    years: str
    today: str
    tomorrow: str
    days: str
    week: str
    weeks: str
    more: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day: str
    last: tuple[tuple[int, str], ...]

    def title(self, kind: str, name: str) -> str:
        """ "The birthday of Ana"; for what is its own title, that."""
        title = self.titles[kind].replace("NAME", name) if kind else name
        return title[:1].upper() + title[1:]

    def off(self, days: int) -> str:
        """How far off a day is."""
        if days < 2:
            return self.tomorrow if days else self.today
        if days % 7:
            return self.days.replace("COUNT", str(days))
        return self.week if days == 7 else self.weeks.replace("COUNT", str(days // 7))

    def on(self, day: date) -> str:
        """ "Monday 4 May" """
        weekday, month = self.weekdays[day.weekday()], self.months[day.month - 1]
        return f"{weekday} {self.day.replace('COUNT', str(day.day))} {month}"


ENGLISH = Words(
    language="en",
    titles={"birthday": "the birthday of NAME", "anniversary": "the anniversary of NAME"},
    years=" (COUNT years)",
    today="today",
    tomorrow="tomorrow",
    days="in COUNT days",
    week="in a week",
    weeks="in COUNT weeks",
    more="And COUNT more.",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    day="COUNT",
    last=(
        (14, "Is there anything that takes a while to find or to make?"),
        (2, "Who else may want to know?"),
        (1, "What would you like to say?"),
        (0, "A few words may be enough."),
    ),
)  # fmt: skip

GERMAN = Words(
    language="de",
    titles={"birthday": "Geburtstag von NAME", "anniversary": "Jahrestag von NAME"},
    years=" (COUNT Jahre)",
    today="heute",
    tomorrow="morgen",
    days="in COUNT Tagen",
    week="in einer Woche",
    weeks="in COUNT Wochen",
    more="Und COUNT weitere.",
    weekdays=("Montag,", "Dienstag,", "Mittwoch,", "Donnerstag,", "Freitag,", "Samstag,", "Sonntag,"),
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    day="COUNT.",
    last=(
        (14, "Gibt es etwas, das Zeit braucht, bis es gefunden oder gemacht ist?"),
        (2, "Wer möchte es vielleicht auch wissen?"),
        (1, "Was möchtest du gern sagen?"),
        (0, "Ein paar Worte können genug sein."),
    ),
)  # fmt: skip


def words_for(language: str) -> Words:
    """Those of a language, or of English where it is not spoken here."""
    return GERMAN if language.partition("-")[0] == GERMAN.language else ENGLISH
