"""Memories: what you answered around this day in an earlier year comes back, to you alone.

It is given your words only where the configuration grants them, and keeps none of them.
"""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from ritualsd import Ask, Memory, PluginInfo, Prompt, hookimpl


class Settings(BaseModel):
    """`[plugins.memories]`"""

    model_config = ConfigDict(frozen=True)

    around: int = Field(0, ge=0, le=3, description="How many days off the date may be; 3 suits a ritual once a week")
    shortest: int = Field(12, ge=1, le=200, description="Answers with fewer letters than this stay where they are")


PLUGIN = PluginInfo(
    name="memories",
    summary="What you wrote a year ago comes back to you",
    version="1.0.0",
    settings=Settings,
    kinds=frozenset({"memory"}),
    sparse=frozenset({"memory"}),
    reads=frozenset({"replies"}),
)

YEAR = 365.2425
LONGEST = 400
"""Letters of an answer that are shown: a memory is for a glance, the rest is in the journal."""


@hookimpl
def ritualsd_content(ask: Ask) -> list[Prompt]:
    return [_prompt(memory, ask) for memory in ask.memories if _comes_back(memory, ask)][-ask.limit :]


def _comes_back(memory: Memory, ask: Ask) -> bool:
    """Whether it was on this day of the year, or close enough, and is long enough to say something."""
    off = abs((ask.at.date() - _again(memory, _years(memory, ask))).days)
    own: Settings = ask.settings
    return off <= own.around and len(memory.words.strip()) >= own.shortest


def _years(memory: Memory, ask: Ask) -> int:
    return round((ask.at.date() - memory.at.date()).days / YEAR)


def _again(memory: Memory, years: int) -> date:
    """The same day so many years later; 28 February for a leap day in a year without one."""
    day = memory.at.date()
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _prompt(memory: Memory, ask: Ask) -> Prompt:
    """The id is the moment of the answer, so what is in the record says which it was."""
    years = _years(memory, ask)
    german = ask.language[:2] == "de"
    text = _in_german(memory, years) if german else _in_english(memory, years)
    language = "de" if german else "en"
    return Prompt(id=f"{memory.at:%Y%m%dT%H%M%S}", text=text, tags=frozenset({"memory"}), language=language)


def _in_english(memory: Memory, years: int) -> str:
    when = "A year ago" if years == 1 else f"{_COUNT.get(years, years)} years ago"
    return f"{when}, on {memory.at:%-d %B}, you wrote: “{_plain(memory.words)}”"


def _in_german(memory: Memory, years: int) -> str:
    when = "Vor einem Jahr" if years == 1 else f"Vor {_ANZAHL.get(years, years)} Jahren"
    return f"{when}, am {memory.at.day}. {_MONATE[memory.at.month - 1]}, hast du geschrieben: „{_plain(memory.words)}“"


_COUNT = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven", 8: "Eight", 9: "Nine", 10: "Ten"}
_ANZAHL = dict(enumerate(("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"), start=2))
_MONATE = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip


def _plain(words: str) -> str:
    """One's own words on one line, cut at a word, with braces that mean themselves."""
    line = " ".join(words.split())
    if len(line) > LONGEST:
        line = line[:LONGEST].rsplit(" ", 1)[0] + " …"
    return line.replace("{", "{{").replace("}", "}}")
