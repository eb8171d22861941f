"""The example configuration, made from the schema: every key with its meaning, and a life around them.

`python -m ritualsd.config.example` writes it to config.example.toml in the folder it is run in.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ritualsd.config.people_tables import CalendarTable, CircleTable, PersonTable
from ritualsd.config.replies_tables import ReplyMailTable, ReplyNtfyTable, ReplyTelegramTable
from ritualsd.config.ritual_table import RitualTable
from ritualsd.config.schema import (
    ConfigFile,
    EngineTable,
    HelpTable,
    PluginsTable,
    PluginTable,
    StorageTable,
    WebTable,
)
from ritualsd.config.shape import fields
from ritualsd.core.inline import inline

WIDTH = 110

_OPENING = """\
ritualsd: an example that explains itself. It works as it is; messages appear in the built-in inbox.

`ritualsd init` writes a shorter one to begin with. `ritualsd check` reads yours and says what to mend,
`ritualsd next` shows what is coming, and `ritualsd explain "every Sunday at 18:00"` what a phrase means.
A key behind a # is one you may add; it shows its default, or an example where there is none.
"""

_PEOPLE = "The people. Each has an id in brackets (lower-case letters, digits, - and _), used everywhere else."
_CHANNELS = """\
The same as a table of its own, with a second channel that Ben can see too. Any Apprise URL can stand here.
${ana_token} is a secret: the file secrets/ana_token beside this one holds it, readable by you alone.
"""
_RITUALS = """\
The rituals. Each says when, to whom and what. The kinds that come with ritualsd are gratitude, gesture and check-in;
plugins and your own decks bring more."""
_EVERYTHING = "Everything a ritual may say. Take what you need; when, to and one of prompt, deck and message suffice."

_RITUAL_SAMPLES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "small-thanks",
        "Once a week, at a moment nobody can foresee: a small reason to say thank you.",
        {"when": "once a week between 11:00 and 20:00", "to": "everyone", "prompt": "gratitude"},
    ),
    (
        "sunday-check-in",
        "The same question for both of you, each at your own six o'clock.",
        {"when": "every Sunday at 18:00", "to": "us", "prompt": "check-in", "depth": 3, "skip": ["away"]},
    ),
    (
        "small-surprise",
        "An idea for a kind gesture. One of you gets it, in turns, and the other never sees it.",
        {
            "when": "2 times a month between 10:00 and 17:00",
            "to": "turns",
            "prompt": "gesture",
            "secret_from": "others",
        },
    ),
    (
        "friday-light",
        "Your own words, to begin the weekend.",
        {
            "when": "every Friday at 17:30",
            "to": "everyone",
            "message": "That was the week, {name}. What would make this evening a good one?",
            "expires": "3 hours",
        },
    ),
    (
        "the-day-we-met",
        "A day of the year, with a word ahead of it, early enough to plan something.",
        {
            "when": "every year on 14 June at 09:00",
            "to": "everyone",
            "since": 2015,
            "remind": ["3 weeks before", "on the day"],
            "message": "On 14 June it is {years} years since you two met.",
        },
    ),
)


def example() -> str:
    """The whole text of config.example.toml."""
    return "\n".join(
        [
            _comment(_OPENING),
            *_keys(ConfigFile, {"timezone": "Europe/Berlin", "place": {"lat": 52.52, "lon": 13.40}}),
            *_people(),
            *_section("circles.us", CircleTable, {"members": ["ana", "ben"]}),
            *_rituals(),
            *_section("calendars.away", CalendarTable, {"dates": ["2026-12-24..2027-01-03"]}),
            *_section("web", WebTable, {}),
            *_section("replies.mail", ReplyMailTable, None),
            *_section("replies.ntfy", ReplyNtfyTable, None),
            *_section("replies.telegram", ReplyTelegramTable, None),
            *_section("plugins", PluginsTable, {}),
            *_section("plugins.weather", PluginTable, None),
            *_section("storage", StorageTable, {}),
            *_section("engine", EngineTable, {}),
            *_section("help", HelpTable, None),
        ]
    )


def _people() -> Iterator[str]:
    ana = {"name": "Ana", "timezone": "America/New_York", "quiet": "22:30-07:00"}
    yield _comment(_PEOPLE)
    yield from _section("people.ana", PersonTable, ana)
    yield _comment(_CHANNELS)
    channel = {
        "phone": "ntfys://${ana_token}@ntfy.example.org/ana",
        "mail": {"url": "${ana_mail}", "shared_with": ["ben"]},
    }
    yield "#[people.ana.channels]"
    yield from (f"#{key} = {inline(value)}" for key, value in channel.items())
    yield ""
    yield "[people.ben]"
    yield from _plain({"name": "Ben", "quiet": "23:00-07:30"})


def _rituals() -> Iterator[str]:
    yield _comment(_RITUALS)
    for name, why, values in _RITUAL_SAMPLES:
        yield _comment(why).rstrip()
        yield f"[rituals.{name}]"
        yield from _plain(values)
    yield _comment(_EVERYTHING)
    yield from _section("rituals.everything", RitualTable, None)


def _section(name: str, table: type[BaseModel], values: Mapping[str, Any] | None) -> Iterator[str]:
    """A table with every key explained; `values` None leaves it, header and all, behind a #."""
    yield _comment(table.__doc__ or "").rstrip()
    yield f"[{name}]" if values is not None else f"#[{name}]"
    yield from _keys(table, values or {})


def _keys(table: type[BaseModel], values: Mapping[str, Any]) -> Iterator[str]:
    for key, info in fields(table):
        if key in values or info.examples:
            yield _comment(info.description or "").rstrip()
            yield f"{key} = {inline(values[key])}" if key in values else f"#{key} = {inline(_shown(info))}"
            yield ""


def _shown(info: FieldInfo) -> Any:
    """What a key behind a # shows: its default, or an example where the default is nothing."""
    return info.default if info.default not in (None, [], {}) and not info.is_required() else info.examples[0]  # type: ignore[index]  # every field has examples, a test says


def _plain(values: Mapping[str, Any]) -> Iterator[str]:
    width = max(len(key) for key in values)
    yield from (f"{key:{width}} = {inline(value)}" for key, value in values.items())
    yield ""


def _comment(text: str) -> str:
    paragraphs = ["\n".join(textwrap.wrap(paragraph, WIDTH)) for paragraph in text.split("\n\n")]
    return "".join(f"# {line}".rstrip() + "\n" for line in "\n\n".join(paragraphs).split("\n"))


if __name__ == "__main__":
    Path("config.example.toml").write_text(example(), "utf-8")
